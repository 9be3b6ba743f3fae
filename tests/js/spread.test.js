import assert from "node:assert/strict";
import test from "node:test";

import "./english.js";

import { histogram, median, piled, roundUp, sizes, softened, times } from "../../static/js/geometry/spread.js";

test("a median stands in the middle, whatever the order", () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([]), undefined);
  assert.deepEqual(sizes([-2, 0, 1]), [2, 1]);
});

test("a histogram counts everything once, and softening loses nothing", () => {
  const counts = histogram([-9, -1, -0.5, 0, 0.4, 1, 9], -1, 1, 4);
  assert.deepEqual(counts, [2, 1, 2, 2]);
  const soft = softened([0, 0, 8, 0, 0]);
  assert.equal(
    soft.reduce((a, b) => a + b, 0),
    8,
  );
  assert.deepEqual(soft, [0.5, 2, 3, 2, 0.5]);
});

test("dots of one place pile up on both sides of the line", () => {
  const at = piled([0, 0, 0, 1], (v) => v * 100, 6);
  assert.deepEqual(
    at.map(({ row }) => Math.abs(row)),
    [0, 1, 1, 0],
  );
  assert.equal(at[1].row, -at[2].row);
  assert.ok(Math.abs(at[3].x - 100) <= 3);
});

test("an axis ends at 1, 2 or 5", () => {
  assert.deepEqual([0.3, 1, 1.1, 2.4, 4.15, 7].map(roundUp), [0.3, 1, 2, 3, 5, 10]);
  assert.equal(roundUp(0), 1);
  assert.deepEqual([1.23, 31.4, 5000].map(times), ["1.2×", "31×", "over 1,000×"]);
});
