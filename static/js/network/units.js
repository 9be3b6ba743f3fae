/**
 * Units and weights as things that can be focused: one button a unit over its picture, one stop for each row of curves.
 * Tab goes layer by layer, arrows within.
 */

import { make, mark } from "../core/dom.js";
import { fixed } from "../core/format.js";
import { hover, select } from "../core/store.js";
import { t } from "../core/texts.js";
import { activationWord, unitName } from "../geometry/columns.js";
import { sameUnit } from "./scene.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/types.js").Weight} Weight */
/** @typedef {import("./scene.js").Scene} Scene */

/** Pins a unit, or lets it go if it is the pinned one. @param {Store} store @param {string} layer @param {number} unit */
export function pinUnit(store, layer, unit) {
  const pinned = sameUnit(store.selection.peek().unit, { layer, unit });
  select(store, { unit: pinned ? null : { layer, unit } });
}

/** The buttons of all units and the stops of all rows of weights, in the order of Tab.
 * @param {Store} store @param {() => Scene} scene @param {(columns: number) => void} reveal brings a column into sight */
export function makeStops(store, scene, reveal) {
  const { columns } = scene();
  const layer = make("div", { class: "units" });
  /** @type {HTMLButtonElement[][]} */
  const buttons = columns.map((column, c) =>
    Array.from({ length: column.units }, (_, u) => {
      const unit = { layer: column.key, unit: u };
      return make("button", {
        type: "button",
        class: "unit",
        "data-layer": unit.layer,
        "data-unit": u,
        tabindex: u ? -1 : 0,
        onclick: () => pinUnit(store, unit.layer, unit.unit),
        onfocus: (/** @type {FocusEvent} */ event) => {
          if (!(/** @type {HTMLElement} */ (event.target).matches(":focus-visible"))) return;
          reveal(c);
          hover(store, { unit });
        },
        onblur: () => hover(store, {}),
        onkeydown: (/** @type {KeyboardEvent} */ event) => walk(event, c, u),
      });
    }),
  );
  columns.forEach((_, c) => {
    if (c) layer.append(makeLinkStop(store, scene, c));
    layer.append(...buttons[c]);
  });

  /** @param {KeyboardEvent} event @param {number} c @param {number} u */
  function walk(event, c, u) {
    const beside = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
    const along = { ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0;
    if (!beside && !along) return;
    event.preventDefault();
    event.stopPropagation();
    const to = Math.min(columns.length - 1, Math.max(0, c + beside));
    const last = buttons[to].length - 1;
    const share = buttons[c].length > 1 ? u / (buttons[c].length - 1) : 0.5;
    focus(to, beside ? Math.round(share * last) : Math.min(last, Math.max(0, u + along)));
  }

  /** @param {number} c @param {number} u */
  function focus(c, u) {
    buttons[c].forEach((button, i) => (button.tabIndex = i === u ? 0 : -1));
    buttons[c][u]?.focus();
  }

  return {
    element: layer,
    /** Moves the buttons over their pictures. */
    place: () => {
      scene().places.forEach(({ x, size, ys }, c) => {
        buttons[c].forEach((button, u) => {
          button.style.cssText = `left:${x - size / 2}px;top:${ys[u] - size / 2}px;width:${size}px;height:${size}px`;
        });
      });
    },
    /** Says each unit's name with its bias and whether it is pinned or off. */
    say: () => {
      const { columns, biases, off, silent } = scene();
      const pinned = store.selection.peek().unit;
      columns.forEach((column, c) => {
        buttons[c].forEach((button, u) => {
          const said = [unitName(column, u)];
          if (column.role !== "input" && column.activation) said.push(activationWord(column.activation));
          const bias = biases[c]?.[u];
          if (bias !== undefined) said.push(t("unit.bias", { bias: fixed(bias, 2) }));
          if (off[c]?.[u]) said.push(t(silent[c].has(u) ? "unit.silent" : "unit.off"));
          mark(button, "aria-label", said.join(", "));
          mark(button, "aria-pressed", String(sameUnit(pinned, { layer: column.key, unit: u })));
        });
      });
    },
  };
}

/** One stop for all weights into a column: arrows choose the curve, Enter pins it and types its value.
 * @param {Store} store @param {() => Scene} scene @param {number} c */
function makeLinkStop(store, scene, c) {
  let [target, source] = [0, 0];
  const button = make("button", {
    type: "button",
    class: "links-stop unseen",
    "data-term": "weight",
    "aria-label": t("links.into", { column: scene().columns[c].title }),
    onfocus: show,
    onblur: () => hover(store, {}),
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      const { columns } = scene();
      const down = { ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0;
      const right = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
      if (!down && !right) return;
      event.preventDefault();
      event.stopPropagation();
      target = Math.min(columns[c].units - 1, Math.max(0, target + down));
      // Before the first source stands the bias.
      source = Math.min(columns[c - 1].units - 1, Math.max(columns[c].bias ? -1 : 0, source + right));
      show();
    },
    onclick: () => {
      const weight = chosen();
      if (!weight) return;
      select(store, { weight });
      document.dispatchEvent(new CustomEvent("pinned-edit"));
    },
  });

  /** @returns {Weight | null} */
  function chosen() {
    const { weight, bias } = scene().columns[c];
    if (source < 0) return bias ? { array: bias, index: [target] } : null;
    return weight ? { array: weight, index: [target, source] } : null;
  }

  function show() {
    const weight = chosen();
    if (!weight) return;
    const { columns, pairs, biases } = scene();
    const value = source < 0 ? biases[c]?.[target] : pairs[c - 1].weights?.[target * columns[c - 1].units + source];
    const to = unitName(columns[c], target);
    const said = fixed(value, 3);
    const words =
      source < 0
        ? t("links.bias", { to, value: said })
        : t("links.weight", { from: unitName(columns[c - 1], source), to, value: said });
    mark(button, "aria-label", words);
    hover(store, { weight });
  }
  return button;
}
