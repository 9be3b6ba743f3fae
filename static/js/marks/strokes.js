/** Curves over steps as cards draw them. */

import { binned } from "../geometry/chart.js";

/** @typedef {import("../geometry/chart.js").Curve} Curve */

/** @param {CanvasRenderingContext2D} context @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 */
export function line(context, x0, y0, x1, y1) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

/** The part of a curve within [from, to], its ends included. @param {Curve} curve @param {number} from
 * @param {number} to @returns {Curve} */
export function between({ steps, values }, from, to) {
  const first = Math.max(
    0,
    steps.findIndex((s) => s >= from),
  );
  const end = steps.findLastIndex((s) => s <= to) + 1;
  return steps.length && steps[steps.length - 1] >= from
    ? { steps: steps.slice(first, end), values: values.slice(first, end) }
    : { steps: [], values: [] };
}

/** @param {CanvasRenderingContext2D} context @param {Curve} curve @param {(v: number) => number} x
 * @param {(v: number) => number} y @param {{colour: string, dash?: number[], width?: number, alpha?: number}} look */
export function stroke(context, { steps, values }, x, y, { colour, dash = [], width = 2, alpha = 1 }) {
  context.save();
  context.globalAlpha *= alpha;
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.lineJoin = "round";
  context.setLineDash(dash);
  context.beginPath();
  steps.forEach((step, i) => context.lineTo(x(step), y(values[i])));
  context.stroke();
  context.restore();
}

/** The gap between test and train up to the playhead. @param {CanvasRenderingContext2D} context
 * @param {{train: Curve, test: Curve}} drawn @param {(v: number) => number} x @param {(v: number) => number} y
 * @param {number} step @param {string} colour */
export function shade(context, { train, test }, x, y, step, colour) {
  const [upper, lower] = [between(test, -1, step), between(train, test.steps[0] ?? 0, step)].map((part) =>
    binned(part, x, 3.5),
  );
  if (upper.steps.length < 2 || lower.steps.length < 2) return;
  context.beginPath();
  upper.steps.forEach((s, i) => context.lineTo(x(s), y(upper.values[i])));
  for (let i = lower.steps.length - 1; i >= 0; i--) context.lineTo(x(lower.steps[i]), y(lower.values[i]));
  context.closePath();
  context.globalAlpha = 0.1;
  context.fillStyle = colour;
  context.fill();
  context.globalAlpha = 1;
}

/** The curves' names beside the playhead, apart from each other. @param {CanvasRenderingContext2D} context
 * @param {[string, number, string][]} names word, height, colour @param {number} x @param {number} low lowest place
 * @param {string} ground @param {string} font */
export function names(context, names, x, low, ground, font) {
  const sorted = names.filter(([, y]) => Number.isFinite(y)).sort((a, b) => a[1] - b[1]);
  for (let i = 1; i < sorted.length; i++) sorted[i][1] = Math.max(sorted[i][1], sorted[i - 1][1] + 15);
  for (let i = sorted.length - 1, most = low; i >= 0; i--, most -= 15) sorted[i][1] = Math.min(sorted[i][1], most);
  context.font = `650 12px ${font}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.lineWidth = 3;
  context.strokeStyle = ground;
  for (const [word, y, colour] of sorted) {
    context.strokeText(word, x, y);
    context.fillStyle = colour;
    context.fillText(word, x, y);
  }
}

/** Changes along the way, as dotted lines; with their words where there is room.
 * @param {CanvasRenderingContext2D} context @param {{at: number, words: string}[]} edits
 * @param {(v: number) => number} x @param {{top: number, bottom: number, words: boolean}} box @param {string} colour
 * @param {string} font */
export function notches(context, edits, x, box, colour, font) {
  let free = -Infinity;
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = 1;
  context.textAlign = "left";
  context.font = `11.5px ${font}`;
  for (const { at, words } of edits) {
    context.setLineDash([2, 3]);
    line(context, x(at), box.top, x(at), box.bottom);
    context.setLineDash([]);
    if (!box.words || x(at) < free) continue;
    context.fillText(words, x(at) + 4, box.top + 6);
    free = x(at) + context.measureText(words).width + 12;
  }
}
