/** Every card's sentence in three states: what it looks out for is there, its opposite, and nothing to say. */

import assert from "node:assert/strict";
import test, { after } from "node:test";

import { catalogue } from "./english.js";
import { small } from "../../static/js/core/format.js";
import * as activations from "../../static/js/sentences/activations.js";
import * as calibration from "../../static/js/sentences/calibration.js";
import * as confusion from "../../static/js/sentences/confusion.js";
import * as curvature from "../../static/js/sentences/curvature.js";
import * as drift from "../../static/js/sentences/drift.js";
import * as gradients from "../../static/js/sentences/gradients.js";
import * as length from "../../static/js/sentences/length.js";
import * as loss from "../../static/js/sentences/loss.js";
import * as masks from "../../static/js/sentences/masks.js";
import * as normalization from "../../static/js/sentences/normalization.js";
import * as passage from "../../static/js/sentences/passage.js";
import * as rests from "../../static/js/sentences/rests.js";
import * as spread from "../../static/js/sentences/spread.js";
import * as unsure from "../../static/js/sentences/unsure.js";
import * as updates from "../../static/js/sentences/updates.js";
import * as weights from "../../static/js/sentences/weights.js";
import { useTexts } from "../../static/js/core/texts.js";

/** @param {{state: string, text: string}} said @param {string} state @param {RegExp} text */
function is(said, state, text) {
  assert.equal(said.state, state, said.text);
  assert.match(said.text, text);
}

test("loss: a gap, none, nothing learned", () => {
  const now = { train: 0.038, test: 0.124, shaded: true, trained: true };
  is(loss.says(now), "fires", /\*\*3\.3×\*\* train loss\. The shaded gap is what the network has learned by heart/);
  is(loss.says({ ...now, train: 0.3, test: 0.33 }), "fires", /\*\*0\.030\*\* above train loss: the gap is small/);
  is(loss.says({ ...now, test: 0.041 }), "opposite", /run together/);
  is(loss.says({ ...now, trained: false }), "quiet", /^Nothing has been learned yet/);
  is(loss.says({ ...now, test: null }), "quiet", /^$/);
});

test("gradients: they fade, swell or rest; they arrive; there are none", () => {
  const rows = (first, last, none = 0) => [
    { title: "hidden 1", middle: first, none },
    { title: "output", middle: last, none: 0 },
  ];
  is(gradients.says(rows(1e-5, 0.01)), "fires", /^Hidden 1 gets gradients \*\*over 1,000× smaller\*\* .* fades/);
  is(gradients.says(rows(5, 0.1)), "fires", /50× larger\*\* than output: the signal swells/);
  is(gradients.says(rows(0.1, 0.1, 0.4)), "fires", /^\*\*40 %\*\* of the weights of hidden 1 got no gradient/);
  is(gradients.says(rows(0.012, 0.01)), "opposite", /1\.2× larger\*\* than output: the signal arrives/);
  is(gradients.says(rows(0.01, 0.01)), "opposite", /of one size/);
  is(gradients.says([]), "quiet", /^$/);
});

test("curvature: beyond the limit, at its edge or far below it; a rule without one, and nothing known", () => {
  const at = (/** @type {number} */ sharpness, factor = 2) =>
    curvature.says(/** @type {any} */ ({ sharpness, factor, rate: 0.8 }));
  is(at(8.6), "fires", /\*\*8\.6\*\*, over the limit 2 ÷ 0\.8 = \*\*2\.5\*\*: each step overshoots/);
  is(at(2.2), "quiet", /just below the limit 2 ÷ 0\.8 = \*\*2\.5\*\*: at the edge/);
  is(at(0.25), "opposite", /\*\*0\.25\*\*, \*\*10×\*\* below the limit .*: this rate bears it/);
  is(at(8.6, /** @type {any} */ (null)), "quiet", /^The loss curves with λmax = \*\*8\.6\*\*\. This rule/);
  is(at(-1), "quiet", /^$/);
  is(curvature.says(null), "quiet", /^$/);
});

test("updates: wild or slow steps; steady ones; nothing that moves", () => {
  const row = (title, ratio, frozen = false) => ({ title, ratio, frozen });
  is(updates.says([row("hidden 1", 0.031), row("output", 0.002)]), "fires", /hidden 1 by \*\*3\.1 %\*\*: wild/);
  is(updates.says([row("hidden 1", 2e-5), row("output", 9e-6)]), "fires", /more than \*\*0\.002 %\*\*: slow/);
  is(updates.says([row("hidden 1", 0.0008), row("output", 0.0021)]), "opposite", /\*\*0\.08 % to 0\.21 %\*\*: near a/);
  is(updates.says([row("hidden 1", 2e-5), row("output", 0.002)]), "quiet", /^Hidden 1 moves least/);
  is(updates.says([row("hidden 1", 0.0016), row("output", 0.0063)]), "quiet", /^Output moves most, by \*\*0\.63 %\*\*/);
  is(updates.says([row("hidden 1", 0, true)]), "quiet", /every layer is frozen/i);
  is(updates.says([]), "quiet", /^$/);
});

test("activations: dead or saturated; awake; in between", () => {
  const row = { title: "hidden 1", share: 0.64, dead: 0, units: 8, activation: "tanh" };
  const relu = { ...row, activation: "relu", share: 0.6 };
  is(activations.says([{ ...relu, dead: 2 }]), "fires", /^\*\*2 of 8\*\* units of hidden 1 answer 0 everywhere/);
  is(
    activations.says([{ ...relu, dead: 1 }], "batch"),
    "fires",
    /\*\*1 of 8\*\* units of hidden 1 answer 0 to the whole batch/,
  );
  is(activations.says([row]), "fires", /^\*\*64 %\*\* of the answers of hidden 1 are beyond ±0\.95/);
  is(activations.says([{ ...row, share: 0.01 }]), "opposite", /^Hardly an answer/);
  is(
    activations.says([
      { ...row, share: 0.3 },
      { ...row, share: 0.1 },
    ]),
    "quiet",
    /most in \*\*hidden 1\*\*: 30 %/,
  );
  is(activations.says([relu]), "quiet", /full bars are answers 0/);
  is(activations.says([]), "quiet", /^$/);
});

test("weights: one stands out; all are small; neither", () => {
  const ends = { from: "hidden 2 · 2", to: "output" };
  is(weights.says({ middle: 0.3, largest: 4.58, ends }), "fires", /\*\*4\.58\*\*, from hidden 2 · 2 .*\*\*15×\*\*/);
  is(weights.says({ middle: 0.3, largest: 0.9, ends: null }), "opposite", /^All are small/);
  is(weights.says({ middle: 0.81, largest: 4.58, ends }), "quiet", /smaller than \*\*0\.81\*\*/);
  is(weights.says({ middle: undefined, largest: 0, ends: null }), "quiet", /^$/);
});

test("spread: weights grow; shrink; keep their size", () => {
  const told = (...widths) => ({ title: "hidden 1", widths, steps: widths.map((_, i) => 32 * i) });
  is(spread.says(told(0.37, 0.8, 1.22)), "fires", /has grown \*\*3\.3×\*\* since the start, to 1\.22/);
  is(spread.says(told(0.5, 0.4, 0.2)), "opposite", /has shrunk to \*\*40 %\*\*/);
  is(
    spread.says(told(0, 0.5, 0.55)),
    "quiet",
    /^The weights of hidden 1 keep their size since step 32: typically \*\*0\.55\*\*/,
  );
  is(spread.says(told(0.5)), "quiet", /^One column so far/);
  assert.ok(Math.abs(spread.widthOf([0, 0.5, 0, 0.5, 0], 1) - 0.4) < 1e-12);
});

test("length: steeper, clipped; flatter; as before", () => {
  const of = (/** @type {number} */ length, /** @type {number | undefined} */ early, above = 0) => ({
    length,
    early,
    above,
  });
  is(length.says(of(0.8, 0.27), null, small), "fires", /steeper/);
  is(length.says(of(1.4, 1.2, 0.9), 1, small), "fires", /above the limit/);
  is(length.says(of(1.4, 1.4, 0.1), 1, small), "quiet", /still a slope/); // one long one among many short ones
  is(
    length.says(of(0.05, 0.36), null, small),
    "opposite",
    /\*\*7\.2×\*\* shorter than at the start: the ground gets flat/,
  );
  is(length.says(of(0.28, 0.3), null, small), "quiet", /much as at the start/);
  is(length.says(of(0.48, 0.3), null, small), "quiet", /1\.6×\*\* as long as at the start/);
  is(length.says(of(0.2, 0.3), null, small), "quiet", /1\.5×\*\* shorter/);
  is(length.says(of(0.3, undefined), null, small), "quiet", /long so far/);
  is(length.says(null, null, small), "quiet", /^$/);
});

test("length: a run of two steps is not compared with itself, nor with what lies ahead or is no number", () => {
  const steep = { steps: [1, 2], values: [3, 4e8] };
  assert.deepEqual(length.lately(steep, 2, null), { length: 4e8, early: 3, above: 0 });
  is(length.says(length.lately(steep, 2, null), null, small), "fires", /over 1,000×\*\* as long/);
  assert.deepEqual(length.lately(steep, 1, 1), { length: 3, early: undefined, above: 1 });
  assert.equal(length.lately(steep, 0, null), null);
  assert.equal(length.lately({ steps: [1, 2, 3], values: [2, 4, Infinity] }, 3, null)?.length, 4);
  const steps = Array.from({ length: 100 }, (_, i) => i + 1);
  assert.deepEqual(length.lately({ steps, values: steps }, 100, null), { length: 94.5, early: 6.5, above: 0 });
});

test("confusion: a mistake; none; no points", () => {
  const names = ["A", "B", "C"];
  const rows = [
    [65, 1, 5],
    [4, 58, 7],
    [0, 1, 69],
  ];
  is(confusion.says(rows, names), "fires", /\*\*B taken for C\*\*, 7 times/);
  is(
    confusion.says(
      [
        [51, 0],
        [0, 49],
      ],
      ["orange", "blue"],
    ),
    "opposite",
    /^All \*\*100\*\*/,
  );
  is(
    confusion.says(
      [
        [0, 0],
        [0, 0],
      ],
      names,
    ),
    "quiet",
    /^$/,
  );
  assert.match(
    confusion.saysCell({ is: "B", said: "C", count: 7, shown: 7 }),
    /\*\*7\*\* test points of B that it calls C/,
  );
  assert.match(confusion.saysCell({ is: "B", said: "C", count: 1, shown: 1 }), /\*\*1\*\* test point of B/);
  assert.match(confusion.saysCell({ is: "B", said: "C", count: 90, shown: 64 }), /\*\*64 of 90\*\*/);
  assert.match(confusion.saysCell({ is: "B", said: "A", count: 0, shown: 0 }), /^No test point of B/);
});

test("unsure: open plane or a toss-up; sure everywhere; in between", () => {
  is(unsure.says(0.42, 0.6, 3), "fires", /On \*\*42 %\*\* of the plane/);
  is(unsure.says(0.1, 0.51, 2), "fires", /a toss-up/);
  is(unsure.says(0.02, 0.96, 2), "opposite", /sure nearly everywhere/);
  is(unsure.says(0.11, 0.7, 3), "quiet", /\*\*70 %\*\*/);
  is(unsure.says(0.5, undefined, 2), "quiet", /^$/);
});

test("calibration: promises too much, or too little; holds; too few to judge", () => {
  const info = { sure: 0.93, right: 0.85, count: 200, ece: 0.08 };
  is(calibration.says(info), "fires", /\*\*93 %\*\* sure on average and is right \*\*85 %\*\*.* promises too much/);
  is(calibration.says({ ...info, sure: 0.7 }), "fires", /better than it thinks/);
  is(calibration.says({ ...info, sure: 0.88 }), "opposite", /can be trusted/);
  is(calibration.says({ ...info, sure: 0.985, right: 1 }), "opposite", /within chance/);
  is(calibration.says({ ...info, count: 12 }), "quiet", /too few points \(12\)/);
  is(calibration.says(null), "quiet", /^$/);
  assert.ok(Math.abs(calibration.chance(0.5, 100) - 0.1) < 1e-12);
});

test("masks: far from p; nobody rests; as expected", () => {
  is(masks.says({ off: 40, of: 96, expected: 19.2 }, [8, 7, 6, 6, 6, 7], 16), "fires", /^\*\*40 of 96\*\*/);
  is(masks.says({ off: 0, of: 96, expected: 0 }, [0, 0, 0, 0, 0, 0], 16), "opposite", /Every unit was at work/);
  is(
    masks.says({ off: 13, of: 96, expected: 19.2 }, [2, 1, 2, 3, 2, 3], 16),
    "quiet",
    /Units 4 and 6 rested most: 3 of 16/,
  );
  is(
    masks.says({ off: 5, of: 32, expected: 6.4 }, [1, 0, 1, 1, 1, 0, 1, 0], 4),
    "quiet",
    /No unit rested more than 1 of 4/,
  );
  is(masks.says({ off: 0, of: 0, expected: 0 }, [], 0), "quiet", /^$/);
});

test("rests: one unit apart; all as p asks; too few steps", () => {
  const told = { p: 0.2, shares: [0.19, 0.21, 0.2], answers: 1024, steps: 64 };
  is(
    rests.says({ ...told, shares: [0.19, 0.31, 0.2] }),
    "fires",
    /unit 2 rested \*\*31 %\*\* of the time; p says 20 %/,
  );
  is(rests.says(told), "opposite", /every unit rested \*\*19 % to 21 %\*\* of the time, as p = 20 % asks/);
  is(rests.says({ ...told, steps: 3 }), "quiet", /^3 steps since the last change/);
  is(rests.says({ ...told, shares: [] }), "quiet", /^$/);
});

test("normalization: apart; alike; before the first step", () => {
  const still = { mean: 0, deviation: 1, batchMean: null, batchDeviation: null };
  const near = { mean: 1, deviation: 2, batchMean: 1.2, batchDeviation: 1.8 };
  const far = { mean: 0, deviation: 0.5, batchMean: 1, batchDeviation: 0.4 };
  is(normalization.says([near, far]), "fires", /\*\*1 of 2 channels\*\*.*channel 2: 2\.0/);
  is(normalization.says([near]), "opposite", /agree, at most \*\*0\.10 deviations\*\* apart \(channel 1\)/);
  is(normalization.says([still]), "quiet", /nothing is known yet/);
});

test("drift: still wandering; at rest; only begun", () => {
  const steps = [0, 32, 64, 96, 128];
  const rows = (...means) => means.map((mean) => [0.1, mean]);
  const deviations = steps.map(() => [1, 1]);
  is(
    drift.says({ steps, means: rows(0, 0.4, 0.8, 1.2, 1.7), deviations }),
    "fires",
    /channel 2 went \*\*0\.5 deviations\*\* since step 96/,
  );
  is(drift.says({ steps, means: rows(0, 0.9, 1, 1.01, 1.02), deviations }), "opposite", /come to rest/);
  is(drift.says({ steps: [0, 5], means: rows(0, 1), deviations: deviations.slice(0, 2) }), "quiet", /few columns more/);
});

test("passage: taken for another; right; without a target", () => {
  const told = { probabilities: [0.2, 0.8], target: 0, loss: 1.609, names: ["orange", "blue"] };
  is(passage.says(told), "fires", /It is orange, but it says \*\*blue\*\*, 80 % sure\. Its loss is 1\.609/);
  is(passage.says({ ...told, target: 1, loss: 0.223 }), "opposite", /\*\*80 %\*\* sure/);
  is(passage.says({ ...told, target: null, loss: null }), "quiet", /^$/);
});

test("a formula holds the real numbers, the largest terms first, and comes out", () => {
  const terms = /** @type {[number, number][]} */ ([
    [0.5, 1],
    [-2, 0.8],
    [0.1, 0.1],
    [1.5, 0.6],
    [0.2, -0.5],
  ]);
  const sum = terms.reduce((all, [w, x]) => all + w * x, 0);
  const text = passage.formula({ kind: "dense", terms, sum, bias: -0.25, answer: sum - 0.25 });
  assert.equal(
    text,
    "(−2.000) × 0.800 + 1.500 × 0.600 + 0.500 × 1.000 + (−0.090) of 2 more + bias (−0.250) = **−0.540**",
  );
  assert.equal(passage.formula({ kind: "tanh", came: 0.5, answer: Math.tanh(0.5) }), "tanh(0.500) = **0.462**");
  assert.equal(passage.formula({ kind: "relu", came: -1, answer: 0 }), "max(0, −1.000) = **0.000**");
  const norm = { kind: "batch_norm", came: 1, mean: 0.5, variance: 4, eps: 1e-5, gamma: 2, beta: -1, answer: -0.5 };
  assert.equal(passage.formula(norm), "2.000 × (1.000 − 0.500) ÷ √(4.000 + 0.00001) + (−1.000) = **−0.500**");
  const said = { loss: 0.064, target: 0, aims: [1, 0], outputs: [2, 0], probabilities: [0.938, 0.062] };
  assert.match(passage.lossFormula("softmax_cross_entropy", said), /^−ln 0\.938 = \*\*0\.064\*\*/);
  const value = { loss: 0.25, target: 1, aims: [1], outputs: [0.5], probabilities: null };
  assert.equal(passage.lossFormula("squared_error", value), "(0.500 − 1.000)² = **0.250**");
  assert.equal(
    passage.lossFormula("hinge", { ...value, aims: [-1], loss: 1.5 }),
    "max(0, 1 − (−1.000) × 0.500) = **1.500**",
  );
});

test("sentences speak the language of the page, with its numbers", () => {
  after(() => useTexts("en", catalogue("en")));
  useTexts("de", catalogue("de"));
  is(
    calibration.says({ sure: 0.93, right: 0.85, count: 200, ece: 0.08 }),
    "fires",
    /\*\*93 %\*\* sicher.*verspricht zu viel/,
  );
  is(loss.says({ train: 0.3, test: 0.3, shaded: true, trained: false }), "quiet", /^Noch ist nichts gelernt/);
  is(spread.says({ title: "Schicht 1", widths: [0.37, 1.22], steps: [0, 64] }), "fires", /\*\*3,3×\*\*.* 1,22/);
  assert.equal(passage.formula({ kind: "relu", came: -1, answer: 0 }), "max(0, −1,000) = **0,000**");
});
