/** What a stroke of the brush gathers and sends, and how it is drawn ahead of the server's answer. */

import assert from "node:assert/strict";
import test from "node:test";

import { editsOf, nameOf, nearest, spot, stroke } from "../../static/js/field/stroke.js";

const EXTENT = [-6, 6, -6, 6];

test("a place of the plane lands on the raster of painted points, and inside of it", () => {
  assert.deepEqual(spot([1.2345, 2], EXTENT), [1.236, 2.001]);
  assert.deepEqual(spot([9, -9], EXTENT), [6, -6]);
  const [x] = spot([0.4321, 0], EXTENT);
  assert.deepEqual(spot([x, 0], EXTENT), [x, 0]);
  assert.ok(Math.abs(x - 0.4321) <= 0.0015);
});

test("the nearest point within reach is found, and none that is gone", () => {
  const xy = Float32Array.of(0, 0, 10, 0);
  assert.equal(
    nearest(xy, [8, 0], 5, () => false),
    1,
  );
  assert.equal(
    nearest(xy, [8, 0], 5, (i) => i === 1),
    -1,
  );
  assert.equal(
    nearest(xy, [50, 0], 5, () => false),
    -1,
  );
});

test("own examples are erased by number, painted ones by spot", () => {
  const points = {
    inputs: Float32Array.of(1, 1, 1.236, 2.001),
    numbers: Int32Array.of(7, -1),
    info: { extent: EXTENT },
  };
  const names = [0, 1].map((i) => nameOf(/** @type {any} */ (points), i));
  assert.deepEqual(editsOf([[0, 0, 1]], names), [
    { kind: "points_erase", points: [[1.236, 2.001]], examples: [7] },
    { kind: "points_add", points: [[0, 0, 1]], examples: [] },
  ]);
});

test("a stroke goes out as one edit, and is drawn until the points are here", async () => {
  /** @type {any[]} */
  const sent = [];
  const told = /** @type {number[][]} */ ([]);
  const send = async (/** @type {any[]} */ edits) => (sent.push(edits), {});
  const line = stroke(send, 5, (added, erased) => told.push([added, erased]));
  line.add([0, 0, 1]);
  line.add([0.3, 0, 1]);
  line.add([0.3, 0, 1]);
  assert.equal(sent.length, 0);
  assert.equal(line.added().length, 2);
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.equal(sent.length, 1);
  assert.deepEqual(told, [[2, 0]]);
  const here = {
    inputs: Float32Array.of(0, 0),
    numbers: Int32Array.of(-1),
    test: new Uint8Array(1),
    info: { extent: EXTENT },
  };
  line.arrived(/** @type {any} */ (here));
  assert.deepEqual(line.added(), [[0.3, 0, 1]]);
});

test("what is refused is not drawn any longer", async () => {
  const line = stroke(
    async () => null,
    1,
    () => assert.fail("nothing was done"),
  );
  line.add([0, 0, 1]);
  line.erase({ number: 3 });
  line.flush();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(line.added(), []);
});
