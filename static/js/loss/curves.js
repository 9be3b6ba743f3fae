/**
 * The curves of the loss card: of the line shown, and of the lines left behind.
 */

import { curve } from "../core/history.js";
import { eased, LEVELS } from "../geometry/ease.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../geometry/chart.js").Curve} Curve */

/** @typedef {object} Curves
 * @property {Curve} train @property {Curve} test @property {Curve} smooth the training curve, eased
 * @property {{from: number, train: Curve, test: Curve}[]} ghosts of the lines left behind, and where they were left
 * @property {number} last the last step of them all */

/** @param {Store} store @param {number} level of the smoothing @returns {Curves} */
export function lossCurves(store, level) {
  const { line, step } = store.session.peek();
  const lines = store.lines.peek();
  const both = (/** @type {number} */ n) => ({
    train: curve(store.history, lines, n, "loss_mean"),
    test: curve(store.history, lines, n, "test_loss"),
  });
  const ghosts = lines.filter((one) => one.line !== line).map((one) => ({ from: one.at, ...both(one.line) }));
  const { train, test } = both(line);
  const ends = [train, ...ghosts.map((one) => one.train)].map(({ steps }) => steps[steps.length - 1] ?? 0);
  const last = Math.max(10, step, ...ends);
  return { train, test: upToNow(store, test), smooth: eased(train, LEVELS[level]), ghosts, last };
}

/** The test is taken at some steps only; where the playhead stands it is known as well.
 * @param {Store} store @param {Curve} test @returns {Curve} */
function upToNow(store, { steps, values }) {
  const frame = store.frame.peek();
  const now = frame?.probes.scores?.info?.test?.loss;
  const step = frame?.step ?? 0;
  if (typeof now !== "number" || (steps[steps.length - 1] ?? -1) >= step) return { steps, values };
  return { steps: [...steps, step], values: [...values, now] };
}
