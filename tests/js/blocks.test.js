import assert from "node:assert/strict";
import { test } from "node:test";

import "./kinds.js";
import "./english.js";
import { headRoom, place } from "../../static/js/pictures/layout.js";
import { comesFrom, sourcesOf, stripsOf } from "../../static/js/pictures/strips.js";

const conv = (name, channels) => ({ kind: "conv2d", name, channels, kernel: 3 });
const relu = (name) => ({ kind: "relu", name });
const LAYERS = [
  conv("conv1", 4),
  relu("relu1"),
  {
    kind: "residual",
    name: "block1",
    body: [conv("conv1", 6), relu("relu1"), conv("conv2", 6)],
    shortcut: [conv("conv1", 6)],
  },
  relu("relu2"),
  {
    kind: "parallel",
    name: "block2",
    branches: [
      [conv("conv1", 2)],
      [],
      [{ kind: "residual", name: "block1", body: [relu("relu1"), conv("conv1", 6)], shortcut: [] }],
    ],
  },
];
const SHAPES = {
  conv1: 4, relu1: 4, block1: 6, "block1.conv1": 6, "block1.relu1": 6, "block1.conv2": 6, "block1.shortcut.conv1": 6,
  relu2: 6, block2: 14, "block2.branch1.conv1": 2, "block2.branch3.block1": 6, "block2.branch3.block1.relu1": 6,
  "block2.branch3.block1.conv1": 6,
}; // prettier-ignore
const told = Object.entries(SHAPES).map(([name, channels]) => ({ name, kind: "", shape: [channels, 8, 8] }));
const experiment = { model: { layers: LAYERS }, training: {} };
const stripsWith = (...opened) => stripsOf(experiment, told, [1, 8, 8], opened);
const paths = (strips) => strips.map(({ path }) => path);

test("a closed block is one strip, an opened one its chains and where they meet", () => {
  assert.deepEqual(paths(stripsWith()), ["input", "relu1", "relu2", "block2"]);
  const strips = stripsWith("block1");
  assert.deepEqual(paths(strips), [
    "input",
    "relu1",
    "block1.relu1",
    "block1.conv2",
    "block1.shortcut.conv1",
    "relu2",
    "block2",
  ]);
  assert.deepEqual(strips[5].froms, [3, 4]);
  assert.equal(strips[5].maker, "block1");
  assert.deepEqual([strips[2].froms, strips[4].froms], [[1], [1]]);
  assert.equal(strips[2].title, "body: Convolution 1 · ReLU");
  assert.deepEqual(
    strips.map(({ column }) => column),
    [0, 1, 2, 3, 2, 4, 5],
  );
});

test("a way without layers runs past its block, a block in a block is opened by itself", () => {
  const strips = stripsWith("block2", "block2.branch3.block1");
  const joined = strips.at(-1);
  assert.equal(joined.opened, "block2");
  assert.deepEqual(joined.past, [false, true, false]);
  assert.equal(joined.froms[1], 2);
  assert.ok(paths(strips).includes("block2.branch3.block1.conv1"));
  assert.equal(paths(stripsWith("block2")).includes("block2.branch3.block1.conv1"), false);
});

test("a sum looks at one map of each way, and what is joined at the branch it comes from", () => {
  const sum = stripsWith("block1");
  assert.deepEqual([sourcesOf(sum, 5, 4, 0), sourcesOf(sum, 5, 4, 1)], [[4, 1], [4, 1]]); // prettier-ignore
  assert.ok(comesFrom(sum, 5, 4, 3, 4) && !comesFrom(sum, 5, 4, 3, 3));
  const joined = stripsWith("block2");
  const last = joined.length - 1;
  assert.deepEqual(sourcesOf(joined, last, 1, 0), [1, 1]);
  assert.deepEqual(sourcesOf(joined, last, 5, 1), [3, 1]);
  assert.deepEqual(sourcesOf(joined, last, 13, 2), [5, 1]);
  assert.deepEqual(sourcesOf(joined, last, 13, 0), [0, 0]);
});

test("nothing of an opened block stands on anything else, and no head is cut", () => {
  for (const opened of [[], ["block1"], ["block1", "block2", "block2.branch3.block1"]])
    for (const width of [358, 992, 1408]) {
      const strips = stripsWith(...opened);
      const { strips: placed, width: sheet } = place(strips, { width, height: 452 });
      const boxes = placed.flatMap(({ maps, kernels }) => [...maps, ...kernels]);
      boxes.forEach((a, i) => {
        assert.ok(a.x >= 0 && a.x + a.width <= sheet + 1e-6 && a.y >= 0 && a.y + a.height <= 452);
        for (const b of boxes.slice(i + 1)) {
          const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
          assert.ok(apart, JSON.stringify([opened, a, b]));
        }
      });
      placed.forEach(({ room }, s) => assert.ok(room >= headRoom(strips[s])));
    }
});

test("of an opened block the shorter chain stands in the middle of its length", () => {
  const strips = stripsWith("block1");
  const { strips: placed } = place(strips, { width: 1408, height: 452 });
  const [first, last, way] = [2, 3, 4].map((s) => placed[s]);
  const [left, right] = [way.left - first.left, last.left + last.width - way.left - way.width];
  assert.ok(left > 40 && Math.abs(left - right) < 1e-6, JSON.stringify([left, right]));
  way.maps.forEach(({ x, width }) => assert.ok(x >= way.left && x + width <= way.left + way.width + 1e-6));
});

test("kernels of a later convolution can be looked at, those of the first stand before its maps", () => {
  const can = stripsWith("block1").map(({ kernels }) => kernels);
  assert.deepEqual(can, [false, false, true, true, true, false, false]);
});
