/**
 * What a hand can do to a unit and its layer beside writing numbers: hold the unit silent, let the layer stand still.
 * Two buttons of its card, and their keys for the unit that has the focus or is pinned.
 */

import { make, mark, say } from "../core/dom.js";
import { flipFrozen, flipSilent, heldIn, learns } from "../core/held.js";
import { addKeys } from "../core/keys.js";
import { t } from "../core/texts.js";
import { freezeMap, silenceMap } from "../pictures/hand.js";
import { pictures } from "../pictures/state.js";
import { unitColumn, unitLabel } from "../geometry/columns.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/types.js").Unit} Unit */
/** @typedef {import("../geometry/columns.js").Column} Column */

/** The unit whose button has the focus, else the pinned one. @param {Store} store @returns {Unit | null} */
function meant(store) {
  const { layer, unit } = document.activeElement instanceof HTMLElement ? document.activeElement.dataset : {};
  return layer && unit ? { layer, unit: Number(unit) } : store.selection.peek().unit;
}

/** @param {Store} store @param {() => Column[]} columns */
export function makeHand(store, columns) {
  /** @param {Unit | null} unit */
  const silence = (unit) => {
    const column = columns()[unitColumn(columns(), unit)];
    if (unit && column?.role === "hidden") flipSilent(store, unit.layer, unit.unit, unitLabel(column, unit.unit));
  };
  /** @param {Unit | null} unit */
  const freeze = (unit) => {
    const column = columns()[unitColumn(columns(), unit)];
    const layer = column && learns(column);
    if (layer) flipFrozen(store, layer, column.title);
  };
  const onMaps = () => pictures(store).on.peek();
  addKeys(
    { keys: ["q"], says: t("keys.silence"), run: () => (onMaps() ? silenceMap(store) : silence(meant(store))) },
    { keys: ["f"], says: t("keys.freeze"), run: () => (onMaps() ? freezeMap(store) : freeze(meant(store))) },
  );

  const button = (/** @type {string} */ term, /** @type {(unit: Unit | null) => void} */ act) =>
    make("button", {
      type: "button",
      class: "outlined small",
      "data-term": term,
      onclick: () => act(store.selection.peek().unit),
    });
  const [silent, frozen] = [button("silence", silence), button("freeze", freeze)];
  const element = make("div", { class: "pin-hand" }, silent, frozen);
  return {
    element,
    /** @param {Column} column @param {number} unit */
    show: (column, unit) => {
      const held = heldIn(store.frame.peek());
      const [off, still] = [held.silenced[column.key]?.includes(unit), held.frozen.includes(learns(column) ?? "")];
      silent.hidden = column.role !== "hidden";
      frozen.hidden = column.role === "input";
      element.hidden = frozen.hidden;
      say(silent, t(off ? "hand.answer" : "hand.silence"));
      say(frozen, t(still ? "hand.learn" : "hand.freeze"));
      mark(silent, "title", t("hand.silence.says"));
      mark(frozen, "title", t("hand.freeze.says", { column: column.title }));
    },
  };
}
