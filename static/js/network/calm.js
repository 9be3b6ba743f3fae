/**
 * The heads on a phone: a name and a line for every column, so that all of them are in view; the buttons of the one
 * that is chosen stand in a row above the picture, as large as a finger needs.
 */

import { make, mark } from "../core/dom.js";
import { t } from "../core/texts.js";
import { activationWord } from "../geometry/columns.js";
import { makeHead, makeInsert } from "./heads.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../geometry/columns.js").Column} Column */

const PHONE = "(max-width: 759.98px)";

/** Whether the heads are a phone's. @param {Store} store */
export const isCalm = (store) => matchMedia(PHONE).matches && !store.big.peek();

/** @param {Store} store */
export function makeCalm(store) {
  const bar = make("div", { class: "head-bar", hidden: true });
  /** The first hidden layer is where most begin. */
  let chosen = 1;

  /** @param {Column[]} columns */
  function show(columns) {
    const insert = chosen < columns.length - 1 ? [makeInsert(store, columns, chosen)] : [];
    bar.replaceChildren(makeHead(store, columns, chosen), ...insert);
  }

  return {
    element: bar,
    /** The short heads of all columns; the row is made anew with them.
     * @param {Column[]} columns @param {boolean} brief whether there is room for a letter only */
    heads: (columns, brief) => {
      chosen = Math.min(chosen, columns.length - 1);
      show(columns);
      const made = columns.map((column, c) => {
        const said =
          column.role === "input" ? `${column.units}` : `${column.units} ${activationWord(column.activation)}`;
        const name = brief ? t(`column.brief.${column.role}`, { n: c }) : column.title;
        return make(
          "button",
          {
            type: "button",
            class: "head-short",
            "data-term": "layer",
            "aria-pressed": String(c === chosen),
            title: brief ? `${column.title}: ${said}` : null,
            onclick: choose(c),
          },
          make("b", {}, name),
          make("span", {}, brief ? `${column.units}` : said),
        );
      });
      /** @param {number} c */
      function choose(c) {
        return () => {
          chosen = c;
          made.forEach((button, i) => mark(button, "aria-pressed", i === c));
          show(columns);
        };
      }
      return made;
    },
  };
}
