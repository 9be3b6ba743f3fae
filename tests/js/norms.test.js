import assert from "node:assert/strict";
import { test } from "node:test";

import { drift, spreadOf } from "../../static/js/geometry/norms.js";

const still = { mean: 0, deviation: 1, batchMean: null, batchDeviation: null };
const near = { mean: 1, deviation: 2, batchMean: 1.2, batchDeviation: 1.8 };
const far = { mean: 0, deviation: 0.5, batchMean: 1, batchDeviation: 0.4 };

test("the picture reaches over every mean with its deviation", () => {
  assert.deepEqual(spreadOf([near, far]), { low: -1, high: 3 });
  assert.deepEqual(spreadOf([{ ...still, deviation: 0 }]), { low: -1, high: 1 });
});

test("drift is told in deviations of the running numbers", () => {
  assert.equal(drift(still), 0);
  assert.ok(Math.abs(drift(near) - 0.1) < 1e-9);
  assert.equal(drift(far), 2);
});
