/** Draws the strip: ghosts, what was trained, what will come and what would, the changes and the playhead. */

import { palette } from "../core/colour.js";
import { futures, valid } from "../core/future.js";
import { curve, firstAfter } from "../core/history.js";
import { after, foreseen } from "./strip-future.js";
import { bins, height, top } from "./strip-geometry.js";
import { drawGoal } from "./strip-goal.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/future.js").Future} Future */
/** @typedef {{steps: number[], values: number[]}} Curve */

const [ABOVE, BELOW] = [9, 14];
const EDGE = 3;
/** Lines are this much wider for a projector. */
const WIDER = 2;

/** @param {Store} store @param {number | null} wish the step under a dragging hand
 * @param {number} last the last step in the picture @param {import("./strip-goal.js").Goal | null} goal
 * @param {CanvasRenderingContext2D} context
 * @param {number} width @param {number} full */
export function draw(store, wish, last, goal, context, width, full) {
  const p = palette();
  const { line, step, divergence } = store.session.peek();
  const lines = store.lines.peek();
  const train = curve(store.history, lines, line, "loss_mean");
  const test = curve(store.history, lines, line, "test_loss");
  const far = Math.max(step, train.steps.at(-1) ?? 0);
  const ghosts = lines.filter((l) => l.line !== line).map((l) => store.history.line(l.line));
  const longestGhost = ghosts.find((ghost) => ghost?.loss_mean?.length);
  const future = valid(store);
  const tried = futures(store).tried.peek();
  const coming = future && foreseen(future, Math.max(far, future.way[2] ?? 0), last, width);
  const all = [...train.values, ...(coming?.values ?? [])];
  const most = top(all.length ? all : evaluated(longestGhost?.step ?? [], longestGhost?.loss_mean ?? []).values);
  const base = full - BELOW;
  const x = (/** @type {number} */ at) => (at / last) * width;
  const y = (/** @type {number} */ value) => base - height(value, most) * (base - ABOVE);
  // What would be too large for the picture runs along its upper edge: under a hand it must not vanish.
  const within = (/** @type {number} */ value) => Math.max(EDGE, y(value));

  const wider = store.big.peek() ? WIDER : 1;
  context.lineWidth = wider;
  context.strokeStyle = p.line;
  context.setLineDash(train.steps.length ? [] : [1.5, 5]);
  if (!train.steps.length) context.strokeStyle = p.faint;
  stroke(context, [
    [0, base + 0.5],
    [width, base + 0.5],
  ]);

  /** @param {Curve} c @param {string} colour @param {number} alpha @param {number[]} dash @param {number} wide
   * @param {(loss: number) => number} [high] */
  const trace = (c, colour, alpha, dash, wide, high = y) => {
    context.globalAlpha = alpha;
    context.strokeStyle = colour;
    context.lineWidth = wide * wider;
    context.lineJoin = "round";
    context.setLineDash(dash);
    stroke(
      context,
      bins(c.steps, c.values, last, Math.ceil(width)).map(({ x: at, value }) => [at, high(value)]),
    );
    context.globalAlpha = 1;
  };

  for (const ghost of ghosts) {
    if (ghost) trace(evaluated(ghost.step, ghost.loss_mean ?? []), p.faint, 0.55, [], 1.2);
  }

  // What will come, and what would: under a hand the one is a memory behind the other.
  if (future && coming) {
    const pale = tried ? 0.18 : 0.4;
    const since = Math.max(far, future.way[2] ?? 0);
    trace(joined(train, coming, since), p.ink, pale, [], 1.5);
    trace(joined(test, after(future.test, since), since), p.test, pale + 0.1, [6, 3.5], 1.5);
    if (!tried) ending(context, future, x, y, p.warn, base);
  }
  if (tried) {
    const would = foreseen(tried, tried.from, last, width);
    trace(joined(train, would, tried.from), p.accent, 0.8, [], 1.7, within);
    trace(joined(test, tried.test, tried.from), p.test, 0.6, [6, 3.5], 1.5, within);
    ending(context, tried, x, y, p.warn, base);
  }

  const now = wish ?? step;
  for (const [c, colour, dash] of /** @type {[Curve, string, number[]][]} */ ([
    [test, p.test, [6, 3.5]],
    [train, p.ink, []],
  ])) {
    const cut = firstAfter(c.steps, now);
    trace({ steps: c.steps.slice(0, cut), values: c.values.slice(0, cut) }, colour, 1, dash, 1.9);
    const ahead = Math.max(0, cut - 1);
    if (cut < c.steps.length)
      trace({ steps: c.steps.slice(ahead), values: c.values.slice(ahead) }, colour, 0.32, dash, 1.9);
  }
  context.setLineDash([]);

  for (const edit of lines.find((l) => l.line === line)?.edits ?? []) {
    context.strokeStyle = p.faint;
    context.lineWidth = 1;
    stroke(context, [
      [x(edit.at), 4],
      [x(edit.at), base],
    ]);
    dot(context, x(edit.at), base, 3.4, p.card, p.accent, 1.8);
  }

  // The playhead stays inside the picture at both ends.
  const at = Math.min(width - 7, Math.max(7, x(now)));
  if (goal && !divergence) {
    const font = `${wider > 1 ? 14 : 12}px ${getComputedStyle(context.canvas).fontFamily}`;
    drawGoal(context, goal, { x, y, last, width, base, colours: p, font, head: at });
  }
  if (!far && !future) return;
  context.strokeStyle = divergence ? p.warn : p.ink;
  context.lineWidth = 2 * wider;
  stroke(context, [
    [at, 3],
    [at, base],
  ]);
  dot(context, at, base, full < 60 ? 8.5 : wider > 1 ? 10 : 7, p.ink, p.card, 1.5);
}

/** What follows, from the last point of what was. @param {Curve} was @param {Curve} next @param {number} at the step
 * where it goes on @returns {Curve} */
function joined(was, next, at) {
  const i = firstAfter(was.steps, at) - 1;
  if (i < 0 || !next.steps.length) return next;
  return { steps: [was.steps[i], ...next.steps], values: [was.values[i], ...next.values] };
}

/** Where a foreseen loss becomes infinite: a red cross at the end of its curve.
 * @param {CanvasRenderingContext2D} context @param {Future} future @param {(step: number) => number} x
 * @param {(loss: number) => number} y @param {string} colour @param {number} base */
function ending(context, { from, loss, divergence }, x, y, colour, base) {
  if (!divergence) return;
  const [at, high] = [x(from + loss.length), Math.max(ABOVE, Math.min(base - 6, y(loss[loss.length - 1] ?? Infinity)))];
  context.strokeStyle = colour;
  context.lineWidth = 2.4;
  for (const side of [-1, 1]) {
    stroke(context, [
      [at - 5, high - 5 * side],
      [at + 5, high + 5 * side],
    ]);
  }
  context.lineWidth = 1;
  context.setLineDash([2, 3]);
  stroke(context, [
    [at, high],
    [at, base],
  ]);
  context.setLineDash([]);
}

/** @param {number[]} steps @param {(number | null)[]} values @returns {Curve} */
function evaluated(steps, values) {
  const kept = steps.map((_, i) => i).filter((i) => values[i] != null);
  return { steps: kept.map((i) => steps[i]), values: kept.map((i) => Number(values[i])) };
}

/** @param {CanvasRenderingContext2D} context @param {number[][]} points */
function stroke(context, points) {
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} r
 * @param {string} fill @param {string} line @param {number} wide */
function dot(context, x, y, r, fill, line, wide) {
  context.beginPath();
  context.arc(x, y, r, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.strokeStyle = line;
  context.lineWidth = wide;
  context.fill();
  context.stroke();
}
