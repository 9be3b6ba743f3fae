import assert from "node:assert/strict";
import test from "node:test";

import "./english.js";

import { bins, height, reach, reachWall, room, top, valueAt } from "../../static/js/controls/strip-geometry.js";
import { endOfEpoch, goalOf, withGoal } from "../../static/js/controls/strip-goal.js";

test("the strip reaches a round step at or beyond the head, with a third of it to spare at most", () => {
  for (const head of [61, 99, 100, 101, 488, 1240, 2000, 2001, 99999]) {
    assert.ok(reach(head) >= head, `${head}`);
    assert.ok(reach(head) <= 1.51 * head, `${head} → ${reach(head)}`);
  }
  assert.equal(reach(1240), 1500);
  assert.equal(reach(0), 60);
});

test("the scale stays while the head moves on within it", () => {
  assert.equal(reach(1501), reach(1999));
});

test("a wall leaves room for itself", () => {
  assert.ok(188 / reachWall(188) < 0.9);
});

test("a loss that explodes leaves at the top instead of flattening all else", () => {
  assert.ok(top([1, 0.9, 0.8, 0.7, 4e8]) < 2);
  assert.ok(height(4e8, top([1, 0.9, 0.8, 0.7, 4e8])) > 1);
});

test("without an explosion everything fits", () => {
  const values = [1, 1.3, 0.9, 0.2];
  for (const value of values) assert.ok(height(value, top(values)) <= 1);
  assert.equal(top([]), 1);
});

test("one point per pixel: the mean of what falls into it", () => {
  const made = bins([1, 2, 3, 4], [1, 3, 5, 7], 4, 2);
  assert.deepEqual(
    made.map(({ value }) => value),
    [1, 4, 7],
  );
  assert.equal(bins([10], [2], 100, 100)[0].x, 10.5);
});

test("the value at a step is that of the point which covers it", () => {
  assert.equal(valueAt([2, 4, 8], [0.5, 0.4, 0.3], 4), 0.4);
  assert.equal(valueAt([2, 4, 8], [0.5, 0.4, 0.3], 5), 0.3);
  assert.equal(valueAt([2, 4, 8], [0.5, 0.4, 0.3], 9), 0.3);
  assert.equal(valueAt([2, 4, 8], [0.5, 0.4, 0.3], 0), null);
  assert.equal(valueAt([], [], 5), null);
});

test("marks too near their neighbour show a stroke only; near the right end words stand to the left", () => {
  const [first, second, third] = room([{ x: 100 }, { x: 130 }, { x: 590 }], 600);
  assert.deepEqual([first.short, first.left], [true, false]);
  assert.equal(second.short, false);
  assert.equal(third.left, true);
});

const SESSION = { step: 120, epoch: 12, finished: null };
const DATA = { examples: 100, batch: 10, classes: 2 };

test("a goal stands at its step, at the end of its epoch, at its loss, or nowhere before it is reached", () => {
  const at = (/** @type {any} */ wish) => {
    const { step, loss, reached } = /** @type {any} */ (goalOf(wish, SESSION, DATA));
    return [step, loss, reached];
  };
  assert.deepEqual(at({ end: "step", value: 300 }), [300, null, false]);
  assert.deepEqual(at({ end: "epoch", value: 20 }), [200, null, false]);
  assert.deepEqual(at({ end: "test_loss", value: 0.1 }), [null, 0.1, false]);
  assert.deepEqual(at({ end: "accuracy", value: 0.95 }), [null, null, false]);
  assert.deepEqual(at({ end: "idle", value: 500 }), [null, null, false]);
  assert.equal(goalOf(null, SESSION, DATA), null);
  assert.equal(goalOf({ end: "accuracy", value: 0.95 }, SESSION, { ...DATA, classes: 0 }), null);
});

test("what was reached stands where it was, and only while it is what is wished", () => {
  const finished = { until: "accuracy", goal: 0.95, value: 0.96, sentence: "" };
  const now = { ...SESSION, finished };
  assert.equal(goalOf({ end: "accuracy", value: 0.95 }, now, DATA)?.step, 120);
  assert.equal(goalOf({ end: "accuracy", value: 0.95 }, now, DATA)?.reached, true);
  assert.equal(goalOf({ end: "accuracy", value: 0.99 }, now, DATA)?.reached, false);
});

test("an epoch ends with its smaller last batch", () => {
  // 25 examples in batches of 10: three steps an epoch; after one of them 0.4 of it is over.
  assert.equal(endOfEpoch(1, { step: 0, epoch: 0 }, 25, 10), 3);
  assert.equal(endOfEpoch(1, { step: 1, epoch: 0.4 }, 25, 10), 3);
  assert.equal(endOfEpoch(4, { step: 5, epoch: 1.8 }, 25, 10), 12);
});

test("a goal widens the picture, but not so far that nothing of the curve were left", () => {
  const goal = (/** @type {number} */ value) => goalOf({ end: "step", value }, SESSION, DATA);
  assert.equal(withGoal(2000, goal(3000)), 3000);
  assert.equal(withGoal(2000, goal(100)), 2000);
  assert.equal(withGoal(2000, goal(100000)), 2000);
  assert.equal(withGoal(2000, null), 2000);
});
