import assert from "node:assert/strict";
import test from "node:test";

import { css, fadeTable, mix, pixel, rampTable, rgb } from "../../static/js/core/colour.js";

const bytes = (value) => [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24];

test("a colour of the tokens becomes three numbers and comes back", () => {
  assert.deepEqual(rgb("#ea9a4c"), [234, 154, 76]);
  assert.equal(css([234, 154, 76]), "rgb(234 154 76)");
});

test("a pixel lies in memory as red, green, blue, opaque", () => {
  assert.deepEqual(bytes(pixel([1, 2, 3])), [1, 2, 3, 255]);
});

test("the ramp begins low, ends high, and is neutral where a symmetric picture has its zero", () => {
  const table = rampTable("#ea9a4c", "#f6f3ec", "#5096cf");
  assert.equal(table.length, 256);
  assert.deepEqual(bytes(table[0]).slice(0, 3), rgb("#ea9a4c"));
  assert.deepEqual(bytes(table[255]).slice(0, 3), rgb("#5096cf"));
  for (const q of [127, 128]) {
    bytes(table[q])
      .slice(0, 3)
      .forEach((part, i) => assert.ok(Math.abs(part - rgb("#f6f3ec")[i]) <= 1));
  }
});

test("a fade goes straight from one colour to the other", () => {
  const table = fadeTable([0, 0, 0], [255, 255, 255]);
  assert.deepEqual(
    [0, 100, 255].map((q) => bytes(table[q])[0]),
    [0, 100, 255],
  );
  assert.deepEqual(mix([0, 0, 0], [10, 20, 30], 0.5), [5, 10, 15]);
});
