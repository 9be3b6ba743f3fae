import assert from "node:assert/strict";
import { test } from "node:test";

import { borderLines, classLines, padded, smoothed } from "../../static/js/geometry/border.js";

test("padding repeats the edge", () => {
  assert.deepEqual(padded([1, 2, 3, 4], 2, 2), [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]);
});

test("a straight border lies between the cells it parts, and no line runs along the picture's edge", () => {
  const r = 8;
  const values = Array.from({ length: r * r }, (_, i) => (i % r < 4 ? 0 : 1));
  const lines = borderLines(values, r, r, 0.5);
  const inside = lines.flat().filter(([x, y]) => x > 0 && x < r && y > 0 && y < r);
  assert.ok(inside.length >= r - 1);
  for (const [x] of inside) assert.ok(Math.abs(x - 4) < 1e-9);
});

test("three classes give a line around each, one class gives none", () => {
  const r = 12;
  const best = Uint8Array.from({ length: r * r }, (_, i) => Math.floor((i % r) / 4));
  assert.ok(classLines(best, r, r, 3).length >= 3);
  assert.equal(classLines(new Uint8Array(r * r), r, r, 3).length, 0);
});

test("smoothing keeps a constant and the mean of a spot", () => {
  assert.deepEqual([...smoothed(new Float32Array(9).fill(2), 3, 3)], new Array(9).fill(2));
  const spot = new Float32Array(25);
  spot[12] = 16;
  const spread = smoothed(spot, 5, 5);
  assert.equal(spread[12], 4);
  assert.equal(
    spread.reduce((a, b) => a + b),
    16,
  );
});
