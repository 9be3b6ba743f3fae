import assert from "node:assert/strict";
import { test } from "node:test";

import { crowdFactors } from "../../static/js/geometry/crowd.js";

test("a lonely point keeps its size, a crowded one shrinks to the least and no further", () => {
  const xy = Float32Array.from([300, 300, 10, 10, 11, 10, 10, 11, 11, 11]);
  const factors = crowdFactors(xy, 3);
  assert.equal(factors[0], 1);
  for (const factor of factors.slice(1)) assert.ok(Math.abs(factor - 0.7) < 1e-6);
});

test("one close neighbour is no crowd", () => {
  assert.deepEqual([...crowdFactors(Float32Array.from([10, 10, 11, 10]), 3)], [1, 1]);
});
