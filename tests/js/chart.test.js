import assert from "node:assert/strict";
import { test } from "node:test";

import "./english.js";
import { binned, gapSentence, recentMean, valueAtStep } from "../../static/js/geometry/chart.js";

test("binning keeps the mean of every stretch and the curve's end", () => {
  const made = binned({ steps: [0, 1, 2, 3, 4], values: [0, 2, 4, 6, 9] }, (s) => s, 2);
  assert.deepEqual(made, { steps: [0.5, 2.5, 4], values: [1, 5, 9] });
  assert.deepEqual(
    binned({ steps: [], values: [] }, (s) => s, 2),
    { steps: [], values: [] },
  );
});

test("the value at a step is the last one known before it", () => {
  const curve = { steps: [1, 5, 9], values: [10, 50, 90] };
  assert.equal(valueAtStep(curve, 0), undefined);
  assert.equal(valueAtStep(curve, 5), 50);
  assert.equal(valueAtStep(curve, 8), 50);
  assert.equal(recentMean(curve, 9, 2), 70);
  assert.equal(recentMean(curve, 0, 2), undefined);
});

test("the loss sentence is silent without numbers and true with them", () => {
  const words = (x) => x.toFixed(2);
  assert.equal(gapSentence(null, 0.4, words), "");
  assert.match(gapSentence(0.1, 0.32, words), /\*\*3\.2×\*\*/);
  assert.match(gapSentence(0.5, 0.58, words), /\*\*0\.08\*\* above/);
  assert.match(gapSentence(0.5, 0.54, words), /gap is small so far/);
  assert.match(gapSentence(0.8, 1.12, words), /\*\*0\.32\*\* above .* a gap is opening/);
  assert.match(gapSentence(0.5, 0.5, words), /run together/);
  assert.match(gapSentence(0.0001, 0.0004, words), /run together/, "a ratio of two tiny losses is no overfitting");
});
