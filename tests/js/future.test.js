import assert from "node:assert/strict";
import test from "node:test";

import { after, comesTo, foreseen, lossAt } from "../../static/js/controls/strip-future.js";
import { picturesOf, thinned, trimmed } from "../../static/js/core/future.js";

const future = (/** @type {any} */ more) => ({
  from: 0,
  loss: [],
  test: { steps: [], values: [] },
  pictures: [],
  ...more,
});

test("foreseen losses are means over tiles of steps that begin where the run's begin", () => {
  const { steps, values } = foreseen(future({ from: 2, loss: [1, 3, 5, 5, 5, 9, 10] }), 0, 100, 400);
  assert.deepEqual(steps, [4, 8, 9]);
  assert.deepEqual(values, [2, 6, 10]);
});

test("what has come true is no future any more", () => {
  const made = foreseen(future({ from: 0, loss: [1, 2, 3, 4, 5, 6, 7, 8] }), 4, 100, 400);
  assert.deepEqual(made, { steps: [8], values: [6.5] });
  assert.deepEqual(foreseen(future({ loss: [1, 2] }), 5, 100, 400), { steps: [], values: [] });
  assert.deepEqual(after({ steps: [1, 4, 8], values: [3, 2, 1] }, 4), { steps: [8], values: [1] });
});

test("a long way has wider tiles: about one a pixel", () => {
  const { steps } = foreseen(future({ loss: Array(4000).fill(1) }), 0, 4000, 250);
  assert.deepEqual(steps.slice(0, 2), [16, 32]);
});

test("a step has its own loss, and the end the mean of the last", () => {
  const made = future({ from: 10, loss: [0.5, 0.25] });
  assert.deepEqual([lossAt(made, 11), lossAt(made, 12), lossAt(made, 10), lossAt(made, 13)], [0.5, 0.25, null, null]);
  assert.equal(comesTo(made), 0.375);
  assert.equal(comesTo(future({})), null);
});

test("losses that came true are let go when there are many", () => {
  const short = future({ loss: Array(4000).fill(1) });
  assert.equal(trimmed(short, 3000), short);
  const long = future({
    loss: Array.from({ length: 4001 }, (_, i) => i + 1),
    test: { steps: [8, 16], values: [2, 1] },
  });
  const kept = trimmed(long, 10);
  assert.deepEqual([kept.from, kept.loss[0], kept.loss.length], [10, 11, 3991]);
  assert.deepEqual(kept.test, { steps: [16], values: [1] });
});

test("of many pictures those stay that are far apart, and the first and the last", () => {
  const keys = [0, 1, 2, 3, 50, 100].map((step) => ({ line: 0, step, frame: /** @type {any} */ (null) }));
  assert.deepEqual(
    thinned(keys, 4).map(({ step }) => step),
    [0, 3, 50, 100],
  );
  assert.equal(thinned(keys, 9).length, 6);
});

test("a piece holds pictures by their steps, each as a frame of its own", () => {
  const stack = Object.assign(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]), { shape: [2, 2, 2] });
  const arrays = new Map(
    Object.entries({ "future.drawn": Int32Array.from([125, 250]), "future.probabilities": stack }),
  );
  const frame = /** @type {any} */ ({ session: "s", line: 0, step: 0, ask: null, probes: {}, arrays });
  const [first, second] = picturesOf(frame, { way: [0, 1, null], lo: 0, hi: 1 });
  assert.deepEqual([first.line, first.step, second.step, second.frame.step], [0, 125, 250, 250]);
  assert.deepEqual([...(second.frame.arrays.get("boundary.probabilities") ?? [])], [5, 6, 7, 8]);
  assert.equal(second.frame.probes.boundary.hi, 1);
  // What would leave the line is on one that is not there yet.
  assert.equal(picturesOf(frame, { way: [0, 1, 40] })[0].line, -1);
});
