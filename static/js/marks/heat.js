/** A picture of shares, ink on paper: columns over steps, rows over values. */

import { picture } from "../core/canvas.js";
import { fadeTable, rgb } from "../core/colour.js";

/** @param {import("../core/colour.js").Palette} p */
export const inks = (p) => fadeTable(rgb(p.card), rgb(p.ink));

/** Columns stand where their steps are, each as wide as to the next one.
 * @param {CanvasRenderingContext2D} context @param {{columns: number[][], from: number[], to: number}} heat values 0 … 1,
 *   lowest row first, and where each column begins, in pixels
 * @param {number} top @param {number} height @param {Uint32Array} table */
export function heat(context, { columns, from, to }, top, height, table) {
  const cell = picture();
  context.imageSmoothingEnabled = false;
  columns.forEach((values, i) => {
    const wide = (from[i + 1] ?? to) - from[i];
    cell.fill(1, values.length, (row) => table[Math.round(255 * Math.min(1, values[values.length - 1 - row]))]);
    context.drawImage(cell.canvas, from[i], top, Math.max(1, wide + 0.3), height);
  });
  context.imageSmoothingEnabled = true;
}
