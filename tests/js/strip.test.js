import assert from "node:assert/strict";
import test from "node:test";

import { bins, height, reach, reachWall, room, top, valueAt } from "../../static/js/controls/strip-geometry.js";

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

test("the value at a step is the last one known", () => {
  assert.equal(valueAt([2, 4, 8], [0.5, 0.4, 0.3], 5), 0.4);
  assert.equal(valueAt([2, 4, 8], [0.5, 0.4, 0.3], 1), null);
});

test("marks too near their neighbour show a stroke only; near the right end words stand to the left", () => {
  const [first, second, third] = room([{ x: 100 }, { x: 130 }, { x: 590 }], 600);
  assert.deepEqual([first.short, first.left], [true, false]);
  assert.equal(second.short, false);
  assert.equal(third.left, true);
});
