/**
 * One unit: its bias (to type) with its gradient and its way so far, and every weight that comes in, as bars about
 * zero; a click pins that weight. Above them, what a hand can do to the whole of it.
 */

import { make, say } from "../core/dom.js";
import { fixed, small } from "../core/format.js";
import { edit } from "../core/session.js";
import { hover, select } from "../core/store.js";
import { t } from "../core/texts.js";
import { activationWord, unitColumn, unitLabel } from "../geometry/columns.js";
import { makeClose } from "./close.js";
import { makeNumberField } from "./field.js";
import { makeHand } from "./hand.js";
import { makeHistory } from "./history.js";
import { valueAt } from "./weight.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/types.js").Unit} Unit */
/** @typedef {import("../geometry/columns.js").Column} Column */

/** @param {Store} store @param {() => Column[]} columns */
export function makeUnitCard(store, columns) {
  /** @type {Unit | null} */
  let unit = null;
  const name = make("b", { class: "pin-name" });
  const kind = make("span", { class: "pin-kind" });
  const close = makeClose(store);
  const field = makeNumberField(t("net.bias"), async (value) => {
    const bias = columns()[unitColumn(columns(), unit)]?.bias;
    return bias && unit ? edit(store, { kind: "write", array: bias, index: [unit.unit], value }) : null;
  });
  const bias = make(
    "label",
    { class: "pin-value", "data-term": "bias" },
    make("span", {}, t("net.bias")),
    field.element,
  );
  const list = make("div", {
    class: "incoming",
    "data-term": "weight",
    role: "group",
    "aria-label": t("pin.incoming"),
  });
  const gradient = make("dd");
  const history = makeHistory(store);
  const facts = make(
    "div",
    { class: "pin-facts" },
    make(
      "dl",
      { "data-term": "gradient" },
      make("dt", { title: t("pin.bias.gradient.says") }, t("pin.bias.gradient")),
      gradient,
    ),
    history.element,
  );
  const none = make("p", { class: "pin-note" }, t("pin.input"));
  const hand = makeHand(store, columns);
  const element = make(
    "section",
    { class: "pin-card", "aria-label": t("pin.unit"), "data-term": "unit", hidden: true },
    make("header", {}, make("i", { class: "pin-square", "aria-hidden": "true" }), name, kind, bias, close),
    facts,
    hand.element,
    list,
    none,
  );
  let built = "";
  /** @type {{bar: HTMLElement, value: HTMLElement}[]} */
  let rows = [];

  /** @param {Column} column @param {Column} before */
  function build(column, before) {
    const target = /** @type {Unit} */ (unit).unit;
    rows = [];
    list.classList.toggle("named", before.role === "input");
    list.replaceChildren(
      ...Array.from({ length: before.units }, (_, source) => {
        const weight = { array: /** @type {string} */ (column.weight), index: [target, source] };
        const [bar, value] = [make("i"), make("b")];
        rows.push({ bar, value });
        return make(
          "button",
          {
            type: "button",
            title: t("pin.from", { unit: unitLabel(before, source) }),
            onclick: () => select(store, { weight }),
            onpointerenter: () => hover(store, { weight }),
            onpointerleave: () => hover(store, {}),
          },
          make("span", {}, before.role === "input" ? before.names[source] : String(source + 1)),
          make("span", { class: "bar" }, bar),
          value,
        );
      }),
    );
  }

  return {
    element,
    redraw: history.redraw,
    /** @param {Unit} chosen */
    show: (chosen) => {
      const all = columns();
      const c = unitColumn(all, chosen);
      if (c < 0) return;
      unit = chosen;
      const column = all[c];
      const arrays = store.frame.peek()?.arrays;
      say(name, unitLabel(column, chosen.unit));
      say(kind, column.role === "input" ? "" : activationWord(column.activation));
      const weights = column.weight ? arrays?.get(`parameters.${column.weight}`) : undefined;
      bias.hidden = !column.bias;
      none.hidden = column.role !== "input";
      hand.show(column, chosen.unit);
      facts.hidden = !column.bias;
      if (column.bias) {
        const label = t("pin.write.bias", { unit: unitLabel(column, chosen.unit) });
        field.show(valueAt(arrays?.get(`parameters.${column.bias}`), [chosen.unit]), label);
        say(gradient, small(valueAt(arrays?.get(`gradients.${column.bias}`), [chosen.unit])));
        history.show(
          { array: column.bias, index: [chosen.unit] },
          t("net.bias.of", { unit: unitLabel(column, chosen.unit) }),
        );
      }
      const key = column.weight ? `${column.weight} ${chosen.unit} ${all[c - 1].units}` : "";
      if (key !== built) {
        if (key) build(column, all[c - 1]);
        else list.replaceChildren();
      }
      built = key;
      if (!key) return;
      const values = rows.map((_, source) => valueAt(weights, [chosen.unit, source]));
      const most = Math.max(1, ...values.map((value) => Math.abs(value ?? 0)));
      rows.forEach(({ bar, value }, source) => {
        const w = values[source];
        say(value, fixed(w, 2));
        bar.className = (w ?? 0) < 0 ? "neg" : "pos";
        bar.style.width = `${(50 * Math.abs(w ?? 0)) / most}%`;
      });
    },
  };
}
