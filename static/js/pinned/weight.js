/**
 * One weight or bias: value (to type), gradient, last update, and the curve of all its values.
 */

import { make, say } from "../core/dom.js";
import { small } from "../core/format.js";
import { edit } from "../core/session.js";
import { t } from "../core/texts.js";
import { weightEnds } from "../geometry/columns.js";
import { makeClose } from "./close.js";
import { makeNumberField } from "./field.js";
import { makeHistory } from "./history.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/types.js").Tensor} Tensor */
/** @typedef {import("../core/types.js").Weight} Weight */
/** @typedef {import("../geometry/columns.js").Column} Column */

/** One value of an array of any shape. @param {Tensor | undefined} array @param {number[]} index */
export function valueAt(array, index) {
  if (!array || index.length !== array.shape.length) return undefined;
  const at = index.reduce((sum, i, axis) => sum * array.shape[axis] + i, 0);
  return index.every((i, axis) => i < array.shape[axis]) ? array[at] : undefined;
}

/** @param {Store} store @param {() => Column[]} columns */
export function makeWeightCard(store, columns) {
  /** @type {Weight | null} */
  let weight = null;
  const field = makeNumberField(
    t("pin.value"),
    async (value) => weight && edit(store, { kind: "write", array: weight.array, index: weight.index, value }),
  );
  const badge = make("span", { class: "badge", "aria-hidden": "true" }, "1");
  const name = make("b", { class: "pin-name" });
  const close = makeClose(store);
  const [gradient, update] = [make("dd"), make("dd")];
  const span = make("dt", { title: t("pin.last.says") }, t("pin.last", { n: 1 }));
  const element = make(
    "section",
    { class: "pin-card", "aria-label": t("pin.weight"), hidden: true },
    make("header", {}, badge, name, close),
    make(
      "div",
      { class: "pin-body" },
      make(
        "div",
        {},
        make("label", { class: "pin-value" }, field.element, make("span", {}, t("pin.edit"))),
        make(
          "dl",
          {},
          make("dt", { title: t("pin.gradient.says"), "data-term": "gradient" }, t("pin.gradient")),
          gradient,
          span,
          update,
        ),
      ),
    ),
  );

  const history = makeHistory(store, () => {
    const last = history.last();
    say(span, t("pin.last", { n: Math.max(1, last?.steps ?? 1) }));
    say(update, last ? small(last.by) : "–");
  });
  element.querySelector(".pin-body")?.append(history.element);

  return {
    element,
    redraw: history.redraw,
    edit: field.focus,
    /** @param {Weight} chosen */
    show: (chosen) => {
      const ends = weightEnds(columns(), chosen);
      if (!ends) return;
      const words = ends.from === null ? t("net.bias.of", { unit: ends.to }) : `${ends.from} → ${ends.to}`;
      const arrays = store.frame.peek()?.arrays;
      say(name, words);
      field.show(valueAt(arrays?.get(`parameters.${chosen.array}`), chosen.index), t("pin.write", { what: words }));
      say(gradient, small(valueAt(arrays?.get(`gradients.${chosen.array}`), chosen.index)));
      weight = chosen;
      history.show(chosen, words);
    },
  };
}
