import assert from "node:assert/strict";
import { test } from "node:test";

import "./english.js";
import { readNumber } from "../../static/js/pinned/field.js";
import { valueAt } from "../../static/js/pinned/weight.js";

test("a typed number may have a real minus sign or a comma; words are none", () => {
  assert.equal(readNumber("−1.5"), -1.5);
  assert.equal(readNumber(" 0,25 "), 0.25);
  assert.equal(readNumber(""), null);
  assert.equal(readNumber("abc"), null);
  assert.equal(readNumber("1e999"), null);
});

test("a value is found by its index, and outside the array there is none", () => {
  const array = Object.assign(Float32Array.of(1, 2, 3, 4, 5, 6), { shape: [2, 3] });
  assert.equal(valueAt(array, [1, 0]), 4);
  assert.equal(valueAt(array, [0, 3]), undefined, "not the next row's first");
  assert.equal(valueAt(array, [0]), undefined);
  assert.equal(valueAt(undefined, [0, 0]), undefined);
});
