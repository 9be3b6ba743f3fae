import assert from "node:assert/strict";
import { test } from "node:test";

import { fan, linkEnds, placeColumns, unitMiddles, unitSize } from "../../static/js/geometry/layout.js";

const room = {
  width: 884,
  height: 520,
  top: 64,
  left: 50,
  right: 22,
  gap: 7,
  most: { input: 56, hidden: 72, output: 96, outputs: 92 },
};

test("eight units in 456 pixels are 50 wide, as on the sketch", () => {
  assert.equal(unitSize(8, 456, 72, 7), 50);
});

test("units never overlap and never leave the stage, from one to thirty-two", () => {
  for (let n = 1; n <= 32; n++) {
    const size = unitSize(n, 456, 72, 7);
    const ys = unitMiddles(n, size, 64, 456);
    assert.ok(ys[0] - size / 2 >= 64 - 1e-9, `${n} units start too high`);
    assert.ok(ys[n - 1] + size / 2 <= 520 + 1e-9, `${n} units end too low`);
    for (let i = 1; i < n; i++) assert.ok(ys[i] - ys[i - 1] >= size, `${n} units overlap`);
  }
});

test("columns stand at equal distances between the margins", () => {
  const places = placeColumns(
    [
      { role: "input", units: 2 },
      { role: "hidden", units: 8 },
      { role: "output", units: 1 },
    ],
    room,
  );
  assert.equal(places[0].x - places[0].size / 2, 50);
  assert.equal(places[2].x + places[2].size / 2, 884 - 22);
  assert.ok(Math.abs(2 * places[1].x - places[0].x - places[2].x) <= 1);
  assert.deepEqual(
    places.map((p) => p.size),
    [56, 50, 96],
  );
});

test("links leave in the order of their targets, so that they do not cross at the unit", () => {
  const [from, to] = [
    { x: 10, size: 20, ys: [50] },
    { x: 100, size: 20, ys: [20, 50, 80] },
  ];
  const ends = linkEnds(from, to);
  const leaving = [0, 1, 2].map((target) => ends[4 * target + 1]);
  assert.deepEqual(
    [...leaving].sort((a, b) => a - b),
    leaving,
  );
  assert.equal(ends[0], 20);
  assert.equal(ends[2], 90);
  assert.ok(fan(8, 40).every((offset) => Math.abs(offset) <= 20));
});
