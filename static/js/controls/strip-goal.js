/** The goal on the strip: where a run is to stop by itself, as a line at its step or at its loss, with its name. */

import { knob, percent, whole } from "../core/format.js";
import { t } from "../core/texts.js";
import { until } from "../core/until.js";

/** @typedef {import("../core/until.js").Until} Until */

/** Where a goal stands: at a step, at a height of the test's loss, or (neither) nowhere before it is reached.
 * @typedef {{step: number | null, loss: number | null, words: string, reached: boolean}} Goal */

/** A goal farther out than so many times the picture would leave nothing of the curve: it stands beyond the edge. */
const FAR = 3;
const [ABOVE, BESIDE] = [4, 5];
/** Middle of the row below that of the changes' words. */
const ROW = 31;
const LOW = 48;

/** The step at which an epoch will end, batches being as large as they are.
 * @param {number} goal epochs @param {{step: number, epoch: number}} now @param {number} examples to learn from
 * @param {number} batch @returns {number} */
export function endOfEpoch(goal, { step, epoch }, examples, batch) {
  const whole = Math.ceil(examples / batch);
  // The present epoch's batches that are left, and those of whole epochs; a hair less than a border is the border.
  const left = Math.ceil(((Math.floor(epoch) + 1 - epoch) * examples) / batch - 1e-6);
  return step + left + (goal - Math.floor(epoch) - 1) * whole;
}

/** What the strip shows of a wish; null where nothing is wished, or values have no share that is right.
 * @param {Until | null} wish @param {Pick<import("../core/types.js").SessionState, "step" | "epoch" | "finished">} now
 * @param {{examples: number, batch: number, classes: number}} data @returns {Goal | null} */
export function goalOf(wish, { step, epoch, finished }, { examples, batch, classes }) {
  if (!wish || (wish.end === "accuracy" && classes === 0)) return null;
  const { end, value } = wish;
  const share = percent(value, value * 100 === Math.round(value * 100) ? 0 : 1);
  const shown = end === "accuracy" ? share : end === "test_loss" ? knob(value) : whole(value);
  const goal = { step: null, loss: null, words: t(`stop.goal.${end}`, { value: shown }), reached: false };
  if (finished?.until === end && finished.goal === value) return { ...goal, step, reached: true };
  if (end === "step") return { ...goal, step: value };
  if (end === "epoch" && epoch < value && examples && batch)
    return { ...goal, step: endOfEpoch(value, { step, epoch }, examples, batch) };
  return end === "test_loss" ? { ...goal, loss: value } : goal;
}

/** The goal as things stand. @param {import("../core/store.js").Store} store */
export function goalNow(store) {
  const points = store.points.value;
  const examples = points ? points.test.reduce((sum, test) => sum + (test ? 0 : 1), 0) : 0;
  const { batch = 1 } = store.experiment.value.training.learner;
  const data = { examples, batch: Math.min(batch ?? examples, examples), classes: points?.info.classes ?? 2 };
  return goalOf(until(store).value, store.session.value, data);
}

/** The last step in the picture, with the goal where that is not too far. @param {number} last @param {Goal | null} goal */
export const withGoal = (last, goal) => (goal?.step && goal.step <= FAR * last ? Math.max(last, goal.step) : last);

/** Draws it in quiet ink: it is a wish, no measurement.
 * @param {CanvasRenderingContext2D} context @param {Goal} goal
 * @param {{x: (step: number) => number, y: (loss: number) => number, last: number, width: number, base: number,
 *   colours: import("../core/colour.js").Palette, font: string, head: number}} place `head`: where the playhead is */
export function drawGoal(context, goal, { x, y, last, width, base, colours, font, head }) {
  const beyond = goal.step !== null && goal.step > last;
  const words = beyond ? `${goal.words} →` : goal.words;
  context.font = font;
  context.textBaseline = "middle";
  context.textAlign = "left";
  const wide = context.measureText(words).width;
  let left = width - wide - BESIDE;
  // A phone's strip is low: there the upper edge is free of other words.
  const row = base < LOW ? 10 : ROW;
  let up = row;
  context.strokeStyle = goal.reached ? colours.ok : colours.soft;
  context.lineWidth = 1;
  context.setLineDash(goal.reached ? [] : [2, 3]);
  if (goal.step !== null && !beyond) {
    const at = Math.min(width - 1, Math.round(x(goal.step))) + 0.5;
    line(context, at, ABOVE, at, base);
    // Beside the line, and clear of the playhead, which stands on it where it is reached.
    const gap = BESIDE + (Math.abs(head - at) < 10 ? 8 : 0);
    left = at + gap + wide < width ? at + gap : at - gap - wide;
  } else if (goal.loss !== null) {
    const at = Math.max(ABOVE, Math.round(y(goal.loss))) + 0.5;
    line(context, 0, at, width, at);
    up = at - 9 < row ? at + 10 : at - 9;
  }
  context.setLineDash([]);
  // Words without a place of their own give way to the playhead.
  if ((goal.step === null || beyond) && head > left - 12) left = Math.max(0, Math.min(left, head - wide - 14));
  context.fillStyle = colours.card;
  context.globalAlpha = 0.82;
  context.fillRect(left - 3, up - 8, wide + 6, 16);
  context.globalAlpha = 1;
  context.fillStyle = goal.reached ? colours.ok : colours.soft;
  context.fillText(words, left, up + 0.5);
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} right @param {number} down */
function line(context, x, y, right, down) {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(right, down);
  context.stroke();
}
