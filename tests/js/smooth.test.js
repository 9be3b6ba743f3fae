import assert from "node:assert/strict";
import { test } from "node:test";

import { finer, softened } from "../../static/js/geometry/smooth.js";

test("a flat picture stays flat and keeps its value to the edge", () => {
  const made = finer(new Uint8Array(25).fill(200), 5, 5, 3);
  assert.equal(made.length, 225);
  assert.ok(made.every((value) => value === 200));
});

test("a ramp stays a ramp away from the edge, three places a cell", () => {
  const ramp = Uint8Array.from({ length: 100 }, (_, i) => 20 * (i % 10));
  const made = finer(ramp, 10, 10, 2);
  const row = [...made.slice(20 * 10, 20 * 11)];
  for (let x = 6; x < 14; x++) assert.ok(Math.abs(row[x + 1] - row[x] - 10) <= 1, `${row}`);
});

test("a step has no overshoot", () => {
  const step = Uint8Array.from({ length: 64 }, (_, i) => (i % 8 < 4 ? 50 : 220));
  const made = finer(step, 8, 8, 3);
  assert.ok(Math.min(...made) >= 50 && Math.max(...made) <= 220);
});

test("softening keeps the sum and is not rounded to levels", () => {
  const spot = new Uint8Array(25);
  spot[12] = 36;
  const soft = softened(spot, 5, 5);
  assert.ok(Math.abs(soft.reduce((a, b) => a + b) - 36) < 1e-4);
  assert.ok(Math.abs(soft[12] - 16) < 1e-5);
  assert.ok(Math.abs(soft[6] - 1) < 1e-5);
});
