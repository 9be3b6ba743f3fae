import assert from "node:assert/strict";
import test from "node:test";

import { fixed, knob, loss, many, pace, percent, power, small, whole } from "../../static/js/core/format.js";

test("whole numbers have a comma per thousand and a real minus", () => {
  assert.equal(whole(1240), "1,240");
  assert.equal(whole(1234567), "1,234,567");
  assert.equal(whole(-1240), "−1,240");
  assert.equal(whole(999), "999");
});

test("fixed decimals never change their number of digits, and zero has no sign", () => {
  assert.equal(fixed(-1.9239), "−1.924");
  assert.equal(fixed(0.1), "0.100");
  assert.equal(fixed(-0.0001), "0.000");
  assert.equal(fixed(4e8), "4 × 10⁸");
});

test("what is not known is a dash, what is not finite says so", () => {
  for (const say of [whole, fixed, loss, small, percent, pace]) assert.equal(say(null), "–");
  assert.equal(fixed(NaN), "–");
  assert.equal(loss(Infinity), "∞");
  assert.equal(fixed(-Infinity), "−∞");
});

test("a loss keeps three decimals while they say something", () => {
  assert.equal(loss(0.0384), "0.038");
  assert.equal(loss(1234.6), "1,235");
  assert.equal(loss(3.2e-5), "3 × 10⁻⁵");
  assert.equal(loss(4e8), "4 × 10⁸");
  assert.equal(loss(0), "0.000");
});

test("small numbers keep two digits that count", () => {
  assert.equal(small(-0.00382), "−0.0038");
  assert.equal(small(0), "0");
  assert.equal(small(2.5), "2.500");
  assert.equal(small(0.00001), "1 × 10⁻⁵");
});

test("a knob shows its value as short as it is exact", () => {
  assert.equal(knob(0.03), "0.03");
  assert.equal(knob(0.00001), "0.00001");
  assert.equal(knob(1e-8), "1 × 10⁻⁸");
  assert.equal(knob(32), "32");
});

test("shares, paces, powers and plurals", () => {
  assert.equal(percent(0.97), "97.0 %");
  assert.equal(percent(0.5, 0), "50 %");
  assert.equal(pace(0.5), "0.5");
  assert.equal(pace(1250.4), "1,250");
  assert.equal(power(-2.6e-12), "−3 × 10⁻¹²");
  assert.equal(many(1, "step"), "1 step");
  assert.equal(many(1200, "step"), "1,200 steps");
});
