/**
 * How the loss is drawn: axes, the curves with those left behind, the gap, the edits, the playhead, what is read.
 */

import { palette } from "../core/colour.js";
import { whole } from "../core/format.js";
import { t } from "../core/texts.js";
import { binned, valueAtStep } from "../geometry/chart.js";
import { logTicks, scale, tickWords, ticks } from "../geometry/ticks.js";
import { between, line, names, notches, shade, stroke } from "../marks/strokes.js";

/** @typedef {import("./curves.js").Curves} Curves */
/** @typedef {import("../geometry/zoom.js").Range} Range */
/** @typedef {import("../core/colour.js").Palette} Palette */
/** @typedef {(value: number) => number} Scale */

/** @typedef {object} Look
 * @property {Range} range the part that is looked at @property {boolean} log @property {number} level of the smoothing
 * @property {number | null} pointed the step that is read @property {number | null} grip where a drag began */

/** @typedef {object} Told
 * @property {Curves} all @property {Look} look @property {number} step the playhead's @property {string} unit
 * @property {{at: number, words: string}[]} edits */

/** @typedef {{from: number, to: number, bottom: number, top: number, x: Scale, y: Scale}} Axes */

const EDGE = { left: 38, top: 20, bottom: 22 };
const DASH = [6, 3.5];

/** Room behind the curves, where their names stand. */
const right = () => 9 + 6.6 * Math.max(t("cards.train").length, t("cards.test").length);

/** @param {number} width @param {number} height @param {Curves} all @param {Look} look @returns {Axes} */
export function axesOf(width, height, all, { range, log }) {
  const [from, to] = [range?.from ?? 0, range?.to ?? all.last];
  const seen = [all, ...all.ghosts]
    .flatMap(({ train, test }) => [train, test])
    .flatMap((one) => (range ? between(one, from, to) : one).values)
    .filter((v) => Number.isFinite(v) && (!log || v > 0));
  const [low, high] = seen.length ? [Math.min(...seen), Math.max(...seen)] : [0.1, 1];
  const [bottom, top] = log
    ? [Math.max(low * 0.8, high * 1e-7), high * 1.15]
    : [range ? low * 0.97 : 0, high * 1.06 || 1];
  const x = scale(from, to, EDGE.left, width - right());
  return { from, to, bottom, top, x, y: scale(bottom, top, height - EDGE.bottom, EDGE.top, log) };
}

/** The step at a place of the picture, and how far along the axis that is: 0 to 1 within it. @param {number} x
 * @param {number} width @param {Axes} axes */
export function placeOf(x, width, { from, to }) {
  const share = (x - EDGE.left) / (width - EDGE.left - right());
  return { share, step: Math.round(from + Math.max(0, Math.min(1, share)) * (to - from)) };
}

/** @param {CanvasRenderingContext2D} context @param {number} width @param {number} height @param {string} font
 * @param {Told} told */
export function drawLoss(context, width, height, font, told) {
  const { all, look, step } = told;
  const p = palette();
  const axes = axesOf(width, height, all, look);
  const { x, y, from, to, bottom, top } = axes;
  drawAxes(context, width, height, axes, told, p);
  if (!all.train.steps.length) return;
  /** @type {Scale} */
  const clamp = (v) => y(Math.min(top, Math.max(bottom, v)));
  context.save();
  context.beginPath();
  context.rect(EDGE.left - 1, 0, width - right() - EDGE.left + 2, height - EDGE.bottom + 1);
  context.clip();
  drawBehind(context, x, clamp, told, p);
  const box = { top: EDGE.top, bottom: height - EDGE.bottom, words: width >= 520 };
  notches(context, told.edits, x, box, p.soft, font);
  drawCurves(context, x, clamp, told, p);
  drawPlaces(context, x, height, told, p);
  context.restore();
  if (step < from || step > to) return;
  const [a, b] = [valueAtStep(all.smooth, step), valueAtStep(all.test, step)];
  const at = (/** @type {number | undefined} */ v) => (v === undefined ? NaN : clamp(v));
  names(
    context,
    [
      [t("cards.train"), at(a), p.ink],
      [t("cards.test"), at(b), p.test],
    ],
    x(step) + 6,
    height - EDGE.bottom - 6,
    p.card,
    font,
  );
}

/** @param {CanvasRenderingContext2D} context @param {number} width @param {number} height @param {Axes} axes
 * @param {Told} told @param {Palette} p */
function drawAxes(context, width, height, { x, y, from, to, bottom, top }, { all, look, step, unit }, p) {
  context.textAlign = "left";
  context.fillStyle = p.soft;
  context.fillText(unit, 0, 6);
  context.textAlign = "right";
  const marks = look.log ? logTicks(bottom, top) : ticks(bottom, top, height > 300 ? 6 : 3);
  for (const value of marks.length ? marks : [top]) {
    context.strokeStyle = p.line;
    line(context, EDGE.left, y(value), width - right(), y(value));
    context.fillStyle = p.soft;
    context.fillText(tickWords(value), EDGE.left - 7, y(value));
  }
  context.textAlign = "center";
  const foot = height - 9;
  context.fillText(whole(from), x(from), foot);
  if (!all.train.steps.length) return;
  const near = x(to) - x(step) < 52 && step <= to;
  if (step > from && step <= to && x(step) - x(from) > 30) context.fillText(whole(step), x(step), foot);
  if (!near) context.fillText(whole(to), x(to), foot);
}

/** What was left behind, and the gap. @param {CanvasRenderingContext2D} context @param {Scale} x @param {Scale} y
 * @param {Told} told @param {Palette} p */
function drawBehind(context, x, y, { all, step }, p) {
  for (const ghost of all.ghosts) {
    const [a, b] = [ghost.train, ghost.test].map((one) => binned(between(one, ghost.from, Infinity), x, 3.5));
    stroke(context, a, x, y, { colour: p.ink, alpha: 0.3 });
    stroke(context, b, x, y, { colour: p.test, dash: DASH, alpha: 0.3 });
  }
  shade(context, all, x, y, step, p.test);
}

/** @param {CanvasRenderingContext2D} context @param {Scale} x @param {Scale} y @param {Told} told @param {Palette} p */
function drawCurves(context, x, y, { all, look, step }, p) {
  for (const [alpha, a, b] of [
    [0.35, step, Infinity],
    [1, -1, step],
  ]) {
    context.globalAlpha = alpha;
    // As measured, always; the smoothed curve on it.
    if (look.level) stroke(context, between(all.train, a, b), x, y, { colour: p.ink, width: 1, alpha: 0.28 });
    stroke(context, between(all.smooth, a, b), x, y, { colour: p.ink, width: look.level ? 2 : 1.2 });
    stroke(context, between(all.test, a, b), x, y, { colour: p.test, dash: DASH });
  }
  context.globalAlpha = 1;
}

/** The playhead, the step that is read, and the part that is being chosen. @param {CanvasRenderingContext2D} context
 * @param {Scale} x @param {number} height @param {Told} told @param {Palette} p */
function drawPlaces(context, x, height, { look: { pointed, grip }, step }, p) {
  context.strokeStyle = p.ink;
  context.lineWidth = 1.6;
  line(context, x(step), EDGE.top, x(step), height - EDGE.bottom);
  if (pointed === null) return;
  context.strokeStyle = p.accent;
  context.lineWidth = 1;
  line(context, x(pointed), EDGE.top, x(pointed), height - EDGE.bottom);
  if (grip === null) return;
  context.fillStyle = p.accent;
  context.globalAlpha = 0.12;
  context.fillRect(x(grip), EDGE.top, x(pointed) - x(grip), height - EDGE.bottom - EDGE.top);
  context.globalAlpha = 1;
}
