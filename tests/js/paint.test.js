import assert from "node:assert/strict";
import { test } from "node:test";

import { pixel, rgb } from "../../static/js/core/colour.js";
import { channelOf, putRaw, putSigned, rangesOf, scaleOf, tableOf, tables } from "../../static/js/pictures/paint.js";

const PALETTE = {
  paper: "#ffffff",
  ink: "#000000",
  low: "#ff0000",
  mid: "#808080",
  high: "#0000ff",
  pullLow: "#00ff00",
  pullHigh: "#ff00ff",
};
const colours = tables(PALETTE);
const RANGES = {
  relu1: [
    [0, 2],
    [0, 0.5],
  ],
  conv2: [
    [-1, 3],
    [0, 4],
  ],
};

/** Keeps what is filled. */
function sheet() {
  const made = { pixels: [], width: 0, height: 0 };
  return {
    ...made,
    fill(width, height, colour) {
      this.width = width;
      this.height = height;
      this.pixels = Array.from({ length: width * height }, (_, i) => colour(i));
    },
  };
}

test("a map that is never negative runs from paper to ink: over its own, its layer's or the net's maximum", () => {
  assert.deepEqual(scaleOf(RANGES, "relu1", 1, "unit"), { signed: false, low: 0, high: 0.5 });
  assert.deepEqual(scaleOf(RANGES, "relu1", 1, "layer"), { signed: false, low: 0, high: 2 });
  assert.deepEqual(scaleOf(RANGES, "relu1", 1, "net"), { signed: false, low: 0, high: 4 });
});

test("where a layer goes below zero its maps are signed, zero in the middle", () => {
  assert.deepEqual(scaleOf(RANGES, "conv2", 0, "unit"), { signed: true, low: -3, high: 3 });
  assert.deepEqual(scaleOf(RANGES, "conv2", 1, "unit"), { signed: true, low: -4, high: 4 });
  assert.deepEqual(scaleOf(RANGES, "conv2", 0, "layer"), { signed: true, low: -4, high: 4 });
});

test("a map that is zero everywhere, and one that is not known yet, have a scale", () => {
  assert.deepEqual(scaleOf({ a: [[0, 0]] }, "a", 0, "unit"), { signed: false, low: 0, high: 1 });
  assert.deepEqual(scaleOf({}, "b", 3, "unit"), { signed: false, low: 0, high: 1 });
});

test("bytes become the colours of the values they stand for", () => {
  const table = tableOf(colours, { signed: false, low: 0, high: 4 }, [0, 2]);
  assert.equal(table[0], pixel([255, 255, 255]));
  assert.equal(table[255], colours.ink[128], "half of the scale is half-way to ink");
  const signed = tableOf(colours, { signed: true, low: -3, high: 3 }, [-1, 3]);
  assert.equal(signed[255], pixel(rgb(PALETTE.high)));
  // −1 + q · 4 / 255 = 0 at q = 63.75, the nearest byte is neutral but for rounding.
  const neutral = signed[64] & 255;
  assert.ok(Math.abs(neutral - 128) <= 2, `${neutral}`);
});

test("one channel of a stack is its own part", () => {
  const stack = Object.assign(
    Uint8Array.from({ length: 12 }, (_, i) => i),
    { shape: [3, 2, 2] },
  );
  assert.deepEqual([...channelOf(stack, 1)], [4, 5, 6, 7]);
});

test("grey pictures are ink on paper, colours are themselves", () => {
  const grey = sheet();
  putRaw(grey, Object.assign(Uint8Array.of(0, 255, 51), { shape: [1, 1, 3] }), colours);
  assert.deepEqual([grey.width, grey.height], [3, 1]);
  assert.deepEqual(grey.pixels, [pixel([255, 255, 255]), pixel([0, 0, 0]), colours.ink[51]]);
  const colour = sheet();
  putRaw(colour, Object.assign(Uint8Array.of(1, 2, 3, 4, 5, 6), { shape: [3, 1, 2] }), colours);
  assert.deepEqual(colour.pixels, [pixel([1, 3, 5]), pixel([2, 4, 6])]);
});

test("signed numbers are cut at the reach", () => {
  const made = sheet();
  putSigned(made, [-2, -1, 1, 9], 2, 2, 1, colours);
  const [low, high] = [pixel(rgb(PALETTE.low)), pixel(rgb(PALETTE.high))];
  assert.deepEqual(made.pixels, [low, low, high, high]);
  putSigned(made, [0, 0], 2, 1, 0, colours);
  assert.deepEqual(made.pixels, [colours.sign[128], colours.sign[128]]);
});

test("gradients have ranges and colours of their own, zero in the middle whatever they are", () => {
  const ranges = { relu1: [[0, 2]], "relu1.grad": [[0.1, 0.4]], conv2: [[-1, 3]], "conv2.grad": [[-0.2, 0]] };
  const frame = { probes: { features: { ranges } } };
  assert.deepEqual(rangesOf(frame, ""), { relu1: [[0, 2]], conv2: [[-1, 3]] });
  const slopes = rangesOf(frame, ".grad");
  assert.deepEqual(slopes, { relu1: [[0.1, 0.4]], conv2: [[-0.2, 0]] });
  const scale = scaleOf(slopes, "relu1", 0, "net", true);
  assert.deepEqual(scale, { signed: true, low: -0.4, high: 0.4 });
  const table = tableOf(colours, scale, [-0.4, 0.4], colours.pull);
  assert.equal(table[255], pixel(rgb("#ff00ff")));
  assert.equal(table[0], pixel(rgb("#00ff00")));
});
