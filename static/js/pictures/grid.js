/** Numbers on their colours, as a close-up shows them. */

import { css, mix, rgb } from "../core/colour.js";
import { make, mark, say } from "../core/dom.js";
import { fixed } from "../core/format.js";
import { t } from "../core/texts.js";

/** A grid of numbers on their colours. */
export function makeGrid() {
  const element = make("div", { class: "inside-grid", role: "img", "aria-label": t("grid.empty") });
  /** @param {ArrayLike<number>} values @param {number} rows @param {number} columns
   * @param {import("../core/colour.js").Palette} p @param {boolean} both whether numbers may be negative */
  function put(values, rows, columns, p, both) {
    const n = Math.min(values.length, rows * columns);
    while (element.childElementCount < n) element.append(make("span", {}));
    while (element.childElementCount > n) element.lastElementChild?.remove();
    const phone = window.matchMedia("(max-width: 759.98px)").matches;
    const size = Math.max(phone ? 7 : 9, Math.min(40, Math.floor((phone ? 147 : 200) / Math.max(rows, columns))));
    element.style.gridTemplateColumns = `repeat(${columns}, ${size}px)`;
    element.style.setProperty("--cell", `${size}px`);
    const reach = Math.max(...Array.from({ length: n }, (_, i) => Math.abs(values[i]))) || 1;
    const [low, middle, high] = [p.low, p.mid, p.high].map(rgb);
    const [paper, ink] = [rgb(p.card), rgb(p.ink)];
    for (let i = 0; i < n; i++) {
      const cell = /** @type {HTMLElement} */ (element.children[i]);
      const share = Math.min(1, Math.abs(values[i]) / reach);
      const colour = both ? mix(middle, values[i] < 0 ? low : high, share) : mix(paper, ink, share);
      cell.style.background = css(colour);
      const [r, g, b] = colour;
      cell.style.color = 0.3 * r + 0.59 * g + 0.11 * b > 117 ? "#15181c" : "#ffffff";
      say(cell, size < 29 ? "" : short(values[i]));
      cell.title = fixed(values[i], 4);
    }
    mark(
      element,
      "aria-label",
      t("grid.label", {
        rows,
        columns,
        low: fixed(Math.min(...Array.from(values)), 2),
        high: fixed(Math.max(...Array.from(values)), 2),
      }),
    );
  }
  return { element, put };
}

/** @param {number} x */
const short = (x) => (Math.abs(x) < 0.005 ? "0" : fixed(x, 2));
