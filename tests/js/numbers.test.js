import "./english.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import { decimalsFor, numberAt } from "../../static/js/pictures/numbers.js";
import { figure, valueOf, whereIs } from "../../static/js/pictures/readout.js";
import { stepsOf, wordsOf } from "../../static/js/pictures/softmax.js";
import { place, under, unitAt } from "../../static/js/pictures/layout.js";

/** @param {any} values @param {number[]} shape */
const tensor = (values, shape) => Object.assign(values, { shape });
const strips = /** @type {any[]} */ ([
  { path: "input", maker: "", within: "", title: "Input", brief: "Input", says: "", kind: "input", shape: [3, 2, 2] },
  {
    path: "relu1",
    maker: "conv1",
    within: "",
    title: "Convolution 1 · ReLU",
    brief: "",
    says: "",
    kind: "conv2d",
    shape: [2, 2, 2],
  },
  { path: "head", maker: "head", within: "", title: "Softmax", brief: "Softmax", says: "", kind: "dense", shape: [3] },
]).map((one, column) => ({
  ...one,
  column,
  lane: [0, 1],
  under: 0,
  froms: column ? [column - 1] : [],
  count: one.shape[0],
}));
const frame = /** @type {any} */ ({
  step: 4,
  probes: {
    features: {
      ranges: {
        input: [
          [-1, 1],
          [-2, 2],
          [0, 1],
        ],
        relu1: [
          [0, 5.1],
          [0, 2],
        ],
      },
      info: {},
    },
    filters: { info: { conv1: { reach: 0.7 } } },
  },
  arrays: new Map([
    ["features.raw", tensor(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), [3, 2, 2])],
    ["features.input", tensor(Uint8Array.from([0, 255, 0, 0, 0, 0, 0, 255, 51, 0, 0, 0]), [3, 2, 2])],
    ["features.relu1", tensor(Uint8Array.from([0, 100, 0, 255, 1, 2, 3, 4]), [2, 2, 2])],
    ["features.head", tensor(Float32Array.from([1.5, -20.25, 3]), [3])],
    [
      "filters.conv1.weight",
      tensor(
        Float32Array.from({ length: 2 * 3 * 4 }, (_, i) => i / 10),
        [2, 3, 2, 2],
      ),
    ],
  ]),
});
const at = (/** @type {string} */ layer, /** @type {number} */ channel, y = 0, x = 0, kernel = false) => ({
  layer,
  channel,
  y,
  x,
  kernel,
});

test("a byte of a map is a number of its range, and how far it may be off is said", () => {
  const read = numberAt(frame, strips, at("relu1", 0, 0, 1));
  assert.ok(read);
  assert.ok(Math.abs(read.values[0] - 2) < 1e-9);
  assert.ok(Math.abs(read.off - 0.01) < 1e-9);
  assert.equal(valueOf(read, false).number, "≈ +2.00");
  assert.equal(numberAt(frame, strips, at("relu1", 2)), null);
  assert.equal(numberAt(frame, strips, at("gone", 0)), null);
});

test("a picture in colour has three numbers, as it was and as the net gets it", () => {
  const read = numberAt(frame, strips, at("input", 0, 0, 1));
  assert.ok(read);
  assert.deepEqual(read.raw, [2, 6, 10]);
  assert.deepEqual(read.values, [1, -2, 0]);
  const said = valueOf(read, false);
  assert.equal(said.number, "red 2 · green 6 · blue 10");
  assert.equal(said.more, "of 255 · as the net gets it ≈ red +1.00 · green −2.00 · blue 0");
});

test("a kernel’s weight and a unit’s answer are exact", () => {
  const weight = numberAt(frame, strips, at("relu1", 1, 1, 0, true), "", "conv1");
  assert.deepEqual(
    weight?.values.map((v) => v.toFixed(1)),
    ["1.4", "1.8", "2.2"],
  );
  const unit = numberAt(frame, strips, at("head", 1));
  assert.ok(unit);
  assert.equal(valueOf(unit, false).number, "−20.3");
  assert.equal(whereIs(strips[2], at("head", 1), ["cat", "dog", "bee"], true), "Score of class dog");
});

test("a projector's maps stand in more rows where that makes the smallest larger", () => {
  const chain = [
    ["input", [1, 28, 28], "input"],
    ["relu1", [8, 28, 28], "conv2d"],
    ["pool1", [8, 14, 14], "max_pool2d"],
    ["relu2", [16, 14, 14], "conv2d"],
    ["pool2", [16, 7, 7], "max_pool2d"],
    ["head", [10], "dense"],
  ].map(([path, shape, kind], column) => ({ ...strips[0], path, shape, kind, count: shape[0], column, froms: [] }));
  const least = (/** @type {boolean} */ big) => {
    const { strips: placed, width } = place(/** @type {any[]} */ (chain), { width: 1408, height: 600, big });
    assert.equal(width, 1408);
    const boxes = placed.slice(1).flatMap(({ maps }) => maps);
    boxes.forEach((a, i) =>
      boxes
        .slice(i + 1)
        .forEach((b) =>
          assert.ok(a.x + a.width <= b.x + 1e-9 || a.y + a.height <= b.y + 1e-9 || b.y + b.height <= a.y),
        ),
    );
    return Math.min(...boxes.map(({ size }) => size));
  };
  assert.ok(least(true) > 1.2 * least(false));
});

test("decimals tell as much as the numbers around are large", () => {
  assert.deepEqual([300, 20, 3, 0.4, 0.02, 1e-5].map(decimalsFor), [0, 1, 2, 3, 4, 7]);
  assert.equal(figure(3.2e-9, 4e-9), "+3 × 10⁻⁹");
  assert.equal(figure(0, 3), "0");
});

test("under a point are pixels, weights and units", () => {
  const { strips: placed } = place(strips, { width: 1000, height: 400 });
  const [box] = placed[1].maps;
  const [kernel] = placed[1].kernels;
  const middle = (/** @type {any} */ b, dx = 0.75, dy = 0.25) => [b.x + dx * b.width, b.y + dy * b.height];
  const hit = (/** @type {number[]} */ [x, y]) => under(strips, placed, x, y, [3, 3]);
  assert.deepEqual(hit(middle(box)), { strip: 1, channel: 0, y: 0, x: 1, kernel: false });
  assert.deepEqual(hit(middle(kernel, 0.5, 0.9)), { strip: 1, channel: 0, y: 2, x: 1, kernel: true });
  const unit = unitAt(placed[2], 2, 3);
  assert.deepEqual(hit([unit.x + 4, unit.y]), { strip: 2, channel: 2, y: 0, x: 0, kernel: false });
  assert.equal(hit([box.x + box.width + 3, box.y - 6]), null);
});

test("softmax in steps: shares of the exps, whatever is added to all scores, in words that add up", () => {
  const scores = [2, 5.25, -1, 4];
  const { best, sum, shares } = stepsOf(scores);
  assert.equal(best, 1);
  const plain = scores.map(Math.exp);
  const all = plain.reduce((a, b) => a + b);
  shares.forEach((share, i) => assert.ok(Math.abs(share - plain[i] / all) < 1e-12));
  assert.ok(Math.abs(sum - all / plain[1]) < 1e-12);
  const far = stepsOf([900, 905]).shares;
  assert.ok(Math.abs(far[1] - 1 / (1 + Math.exp(-5))) < 1e-12);
  const words = wordsOf(scores, 3, (k) => "abcd"[k], 1);
  assert.equal(words.length, 6);
  assert.match(words[0], /\*\*d\*\* has the score \*\*4\.00\*\*; the greatest, 5\.25, is that of b/);
  assert.match(words[2], /exp\(−1\.25\) = \*\*0\.287\*\*/);
  assert.match(words[4], /0\.287 ÷ 1\.327 = \*\*21\.59 %\*\*/);
  assert.match(words[5], /shows b, whose share is 0\.7535: the loss is −ln 0\.7535 = \*\*0\.283/);
  assert.equal(wordsOf(scores, 1, String, null).length, 5);
});
