import assert from "node:assert/strict";
import { test } from "node:test";

import {
  controls,
  crowdOpacity,
  DISTINCT,
  heightAt,
  nearestCurve,
  parameterAt,
  weakestFirst,
  weightOpacity,
  weightWidth,
} from "../../static/js/geometry/curves.js";

test("width and opacity follow the size of a weight and stop", () => {
  assert.equal(weightWidth(0), 0.7);
  assert.equal(weightWidth(-1), 2.7);
  assert.equal(weightWidth(50), 7);
  assert.equal(weightOpacity(0), 0.2);
  assert.ok(Math.abs(weightOpacity(-1.3) - 0.85) < 1e-12);
  assert.equal(weightOpacity(9), weightOpacity(1.3));
});

test("weakest first by size, not by sign", () => {
  assert.deepEqual([...weakestFirst([-3, 0.1, 2, -0.5])], [1, 3, 2, 0]);
});

test("the parameter found for x is the one whose point has that x", () => {
  const [x0, x1] = [20, 140];
  const [a, b] = controls(x0, x1);
  for (const t of [0.1, 0.37, 0.5, 0.92]) {
    const u = 1 - t;
    const x = u ** 3 * x0 + 3 * u * u * t * a + 3 * u * t * t * b + t ** 3 * x1;
    assert.ok(Math.abs(parameterAt(x0, x1, x) - t) < 1e-5);
  }
  assert.equal(heightAt(10, 30, 0.5), 20);
});

test("the pointer finds the curve under it and nothing in the open", () => {
  const ends = Float32Array.from([0, 10, 100, 10, 0, 80, 100, 80, 0, 10, 100, 80]);
  const weights = [0.5, 0.5, 0.5];
  assert.equal(nearestCurve(ends, weights, 20, 11), 0);
  assert.equal(nearestCurve(ends, weights, 50, 79), 1);
  assert.equal(nearestCurve(ends, weights, 50, 45), 2);
  assert.equal(nearestCurve(ends, weights, 85, 30), -1);
  assert.equal(nearestCurve(ends, weights, -5, 10), -1);
});

test("of two curves at one place the stronger is found", () => {
  const ends = Float32Array.from([0, 10, 100, 10, 0, 10, 100, 10]);
  assert.equal(nearestCurve(ends, [0.1, -2.5], 50, 10), 1);
});

test("up to 140 curves stay whole; of more the strongest do, and none goes out", () => {
  assert.ok([0, 70, 139].every((rank) => crowdOpacity(rank, DISTINCT) === 1));
  const many = Array.from({ length: 2048 }, (_, rank) => crowdOpacity(rank, 2048));
  assert.equal(many.filter((alpha) => alpha === 1).length, DISTINCT);
  assert.equal(many[0], 0.12);
  assert.ok(many.every((alpha, i) => i === 0 || alpha >= many[i - 1]));
});
