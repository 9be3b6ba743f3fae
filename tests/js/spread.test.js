import assert from "node:assert/strict";
import test from "node:test";

import {
  activationSentence,
  confusionSentence,
  gradientSentence,
  histogram,
  lengthSentence,
  median,
  piled,
  roundUp,
  sizes,
  softened,
  times,
  unsureSentence,
} from "../../static/js/geometry/spread.js";

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
  assert.deepEqual([0.3, 1, 1.1, 4.15, 7].map(roundUp), [0.5, 1, 2, 5, 10]);
  assert.equal(roundUp(0), 1);
  assert.deepEqual([1.23, 31.4, 5000].map(times), ["1.2×", "31×", "over 1,000×"]);
});

test("gradients that fade, swell, arrive, or are not there at all", () => {
  const rows = (first, last, none = 0) => [
    { title: "hidden 1", middle: first, none },
    { title: "output", middle: last, none: 0 },
  ];
  assert.match(gradientSentence(rows(0.001, 0.1)), /\*\*100× smaller\*\* than output: the signal fades/);
  assert.match(gradientSentence(rows(5, 0.1)), /50× larger\*\* than output: the signal swells/);
  assert.match(gradientSentence(rows(0.11, 0.1)), /1\.1× larger\*\* than output: the signal arrives/);
  assert.match(gradientSentence(rows(0.1, 0.1)), /of one size/);
  assert.match(gradientSentence(rows(0.1, 0.1, 0.4)), /\*\*40 %\*\* of the weights of hidden 1 got no gradient/);
});

test("saturated answers, units that died, and units that are awake", () => {
  const row = { title: "hidden 1", share: 0.4, dead: 0, units: 8, activation: "tanh" };
  assert.match(activationSentence([row, { ...row, title: "hidden 2", share: 0.6 }]), /most in \*\*hidden 2\*\*/);
  assert.match(activationSentence([{ ...row, share: 0.01 }]), /^Hardly an answer/);
  assert.match(
    activationSentence([{ ...row, activation: "relu", dead: 2 }]),
    /\*\*2 of 8\*\* units of hidden 1 answer 0/,
  );
});

test("a confusion names the worst mistake, or that there is none", () => {
  const names = ["A", "B", "C"];
  const worst = [
    [5, 1, 0],
    [0, 4, 3],
    [0, 0, 6],
  ];
  assert.match(confusionSentence(worst, names), /\*\*B taken for C\*\*, 3 times/);
  assert.match(confusionSentence([[3, 1], [0, 2]], names), /A taken for B\*\*, once/); // prettier-ignore
  assert.match(confusionSentence([[3, 0], [0, 2]], names), /All \*\*5\*\* are on the diagonal/); // prettier-ignore
});

test("the slope steepens, flattens, stays, or is cut short", () => {
  const words = (x) => x.toFixed(2);
  assert.match(lengthSentence(3, 1, null, words), /\*\*3\.0×\*\* as long as at the start/);
  assert.match(lengthSentence(0.25, 1, null, words), /\*\*4\.0×\*\* shorter/);
  assert.match(lengthSentence(1.1, 1, null, words), /much as at the start/);
  assert.match(lengthSentence(3, 1, 1, words), /above the limit/);
  assert.equal(lengthSentence(undefined, 1, null, words), "");
});

test("an uncertain plane is told with its least sure point", () => {
  assert.match(unsureSentence(0.42, 0.51, 2), /\*\*42 %\*\* of the plane.*\*\*51 %\*\*: a toss-up/);
  assert.match(unsureSentence(0.001, 0.8, 3), /less than 1 %.*\*\*80 %\*\*\.$/);
});
