import assert from "node:assert/strict";
import test from "node:test";

import { logTicks, powerTicks, scale, tickWords, ticks } from "../../static/js/geometry/ticks.js";

test("ticks are round and lie within the range", () => {
  assert.deepEqual(ticks(0, 1, 4), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(ticks(0, 2000, 4), [0, 500, 1000, 1500, 2000]);
  assert.deepEqual(ticks(-0.3, 0.3, 3), [-0.2, 0, 0.2]);
  assert.deepEqual(ticks(5, 5), [5]);
});

test("logarithmic ticks are ones and threes, or powers where the range is long", () => {
  assert.deepEqual(logTicks(0.03, 1), [0.03, 0.1, 0.3, 1]);
  assert.deepEqual(logTicks(1e-6, 1), [1e-6, 1e-4, 1e-2, 1]);
});

test("tick words are short", () => {
  assert.equal(tickWords(0.03), "0.03");
  assert.equal(tickWords(1e-6), "10⁻⁶");
  assert.equal(tickWords(2000), "2,000");
  assert.equal(tickWords(-0.5), "−0.5");
});

test("a logarithmic scale puts the geometric mean in the middle", () => {
  const y = scale(0.01, 1, 0, 100, true);
  assert.ok(Math.abs(y(0.1) - 50) < 1e-9);
  assert.equal(scale(2, 2, 0, 10)(2), 0, "an empty range is a place, not NaN");
});

test("powers of ten stand evenly apart, and never too many", () => {
  assert.deepEqual(powerTicks(-1.2, 1.5, 4), [-1, 0, 1]);
  assert.deepEqual(powerTicks(-0.4, 34.9, 4), [0, 9, 18, 27]);
  assert.deepEqual(powerTicks(0.2, 0.8, 4), []);
});
