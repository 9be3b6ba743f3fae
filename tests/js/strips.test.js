import assert from "node:assert/strict";
import { test } from "node:test";

import "./kinds.js";
import "./english.js";
import { cellsOf, place, under, unitAt } from "../../static/js/pictures/layout.js";
import { looksAt, sourcesOf, stripsOf } from "../../static/js/pictures/strips.js";

/** A net of pictures with the shapes its server would tell. */
const LAYERS = [
  [{ kind: "conv2d", name: "conv1", channels: 8, kernel: 5 }, [8, 28, 28]],
  [{ kind: "batch_norm", name: "norm1" }, [8, 28, 28]],
  [{ kind: "relu", name: "relu1" }, [8, 28, 28]],
  [{ kind: "max_pool2d", name: "pool1", window: 2 }, [8, 14, 14]],
  [{ kind: "conv2d", name: "conv2", channels: 16, kernel: [3, 5], groups: 2 }, [16, 14, 14]],
  [{ kind: "dropout2d", name: "drop1" }, [16, 14, 14]],
  [{ kind: "max_pool2d", name: "pool2", window: [2, 1] }, [16, 7, 14]],
  [{ kind: "flatten", name: "flat1" }, [1568]],
  [{ kind: "dense", name: "head" }, [10]],
];
const experiment = {
  model: { layers: LAYERS.map(([layer]) => layer) },
  training: { loss: { kind: "softmax_cross_entropy" } },
};
const told = LAYERS.map(([{ name, kind }, shape]) => ({ name, kind, shape, parameters: 0, multiply_adds: 0 }));
const strips = stripsOf(experiment, told, [1, 28, 28]);
const ROOM = { width: 1408, height: 452 };

test("a strip is what makes something new, with what stands behind it", () => {
  assert.deepEqual(
    strips.map(({ path, maker }) => [path, maker]),
    [
      ["input", ""],
      ["relu1", "conv1"],
      ["pool1", "pool1"],
      ["conv2", "conv2"],
      ["pool2", "pool2"],
      ["head", "head"],
    ],
  );
  assert.equal(strips[1].title, "Convolution 1 · batch norm · ReLU");
  assert.equal(strips[1].says, "8 filters 5×5 → 8 × 28 × 28");
  assert.equal(strips[3].says, "16 filters 4×3×5 → 16 × 14 × 14");
  assert.equal(strips.at(-1).title, "Softmax");
  assert.equal(strips.at(-1).says, "1568 → 10");
});

test("no map stands on another, and all are on the sheet", () => {
  for (const width of [1408, 992, 358]) {
    const { strips: placed, width: whole } = place(strips, { ...ROOM, width });
    const boxes = placed.flatMap(({ maps, kernels }) => [...maps, ...kernels]);
    assert.equal(placed[3].maps.length, 16);
    boxes.forEach((a, i) => {
      assert.ok(a.x >= -1e-9 && a.x + a.width <= whole + 1e-9 && a.y >= 0 && a.y + a.height <= ROOM.height + 1e-9);
      for (const b of boxes.slice(i + 1)) {
        const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        assert.ok(apart, `${JSON.stringify(a)} on ${JSON.stringify(b)} at ${width}`);
      }
    });
  }
});

test("the net of two convolutions fits a wide screen, and is swiped on a phone", () => {
  assert.equal(place(strips, ROOM).width, ROOM.width);
  assert.ok(place(strips, { ...ROOM, width: 358 }).width > 1000);
});

test("rows are aligned: a map and its pooled map are at one height", () => {
  const { strips: placed } = place(strips, ROOM);
  const middle = ({ y, height }) => y + height / 2;
  placed[1].maps.forEach((box, k) => assert.ok(Math.abs(middle(box) - middle(placed[2].maps[k])) < 1e-9));
});

test("maps that are no squares keep their proportions", () => {
  const { strips: placed } = place(strips, ROOM);
  const { width, height } = placed[4].maps[0];
  assert.ok(Math.abs(width - 2 * height) < 1e-9);
});

test("the first kernels stand before their maps, no others do", () => {
  const { strips: placed } = place(strips, ROOM);
  assert.equal(placed[1].kernels.length, 8);
  placed[1].kernels.forEach((kernel, k) => assert.ok(kernel.x + kernel.width < placed[1].maps[k].x));
  assert.ok(placed.every(({ kernels }, s) => s === 1 || kernels.length === 0));
});

test("a projector's maps are larger where there is room, and never smaller", () => {
  const small = place(strips, ROOM).strips[3].maps[0].width;
  const big = place(strips, { ...ROOM, height: 600, width: 1880, big: true }).strips[3].maps[0].width;
  assert.ok(big > small);
  assert.equal(place(strips, { ...ROOM, height: 600, big: true }).width, ROOM.width);
});

test("a pool looks at its own map, groups at their part, a dense layer at all", () => {
  assert.deepEqual(sourcesOf(strips, 1, 5), [0, 1]);
  assert.deepEqual(sourcesOf(strips, 2, 5), [5, 1]);
  assert.deepEqual(sourcesOf(strips, 3, 7), [0, 4]);
  assert.deepEqual(sourcesOf(strips, 3, 8), [4, 4]);
  assert.deepEqual(sourcesOf(strips, 5, 9), [0, 16]);
  assert.ok(looksAt(strips, 3, 8, 4) && looksAt(strips, 3, 8, 7));
  assert.ok(!looksAt(strips, 3, 8, 3) && !looksAt(strips, 3, 7, 4));
});

test("a point on a map is its pixel, a point beside it none", () => {
  const { strips: placed } = place(strips, ROOM);
  const box = placed[3].maps[6];
  const at = under(strips, placed, box.x + (box.width * 3.5) / 14, box.y + (box.height * 13.9) / 14);
  assert.deepEqual(at, { strip: 3, channel: 6, y: 13, x: 3, kernel: false });
  assert.equal(under(strips, placed, box.x - 3, box.y + 3), null);
});

test("cells of a map are cut at its border", () => {
  const box = { x: 10, y: 20, width: 28, height: 28, size: 28 };
  assert.deepEqual(cellsOf(box, [1, 14, 14], [2, 3, 4, 6]), { x: 18, y: 24, width: 6, height: 4 });
  assert.deepEqual(cellsOf(box, [1, 14, 14], [-2, 1, 12, 20]), { x: 34, y: 20, width: 4, height: 4 });
});

test("the classes stand one below the other, inside the strip's height", () => {
  const { strips: placed } = place(strips, ROOM);
  const ys = Array.from({ length: 10 }, (_, k) => unitAt(placed.at(-1), k, 10).y);
  ys.slice(1).forEach((y, i) => assert.ok(y - ys[i] > 24));
  assert.ok(ys[0] > 40 && ys[9] < ROOM.height);
});
