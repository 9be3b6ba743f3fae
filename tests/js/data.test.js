import assert from "node:assert/strict";
import { test } from "node:test";

import "./english.js";
import { followData } from "../../static/js/core/data.js";
import { axes, chooseAxis } from "../../static/js/core/plane.js";
import { Refused } from "../../static/js/core/socket.js";
import { createStore, update } from "../../static/js/core/store.js";

const shaped = (array, shape) => Object.assign(array, { shape });
const experiment = (kind) => ({
  format: 1,
  seed: 1,
  data: { kind },
  model: { input: { kind: "plane", features: null }, layers: [] },
  training: { learner: { kind: "descent" } },
});
const settled = () => new Promise((done) => setTimeout(done, 5));

/** A page whose server answers questions for data of so many columns. */
function page(columns) {
  const asked = [];
  const boot = { catalog: {}, previews: {}, experiment: experiment("circle"), layers: [], parameters: 0, version: "" };
  const store = createStore(boot, null);
  store.socket = {
    request: async ({ probe, query }) => {
      asked.push(query.columns ? `${probe} ${query.columns}` : probe);
      const arrays = new Map(
        probe === "points"
          ? [
              ["points.inputs", shaped(new Float32Array(2 * columns), [2, columns])],
              ["points.targets", shaped(Int32Array.of(0, 1), [2])],
              ["points.test", shaped(Uint8Array.of(0, 1), [2])],
            ]
          : [["inputs.maps", shaped(new Uint8Array(columns), [columns, 1, 1])]],
      );
      const names = Array.from({ length: columns }, (_, i) => `c${i}`);
      const info = { columns: names, classes: 2, extent: [0, 1, 0, 1], plane: columns > 2 ? [1, 3] : [0, 1] };
      return { session: "s", line: 0, step: 0, ask: 1, arrays, probes: { [probe]: { info } } };
    },
  };
  update(store, { id: "s", connection: "open" });
  return { store, asked };
}

test("points and maps are asked when the data change, and not while the net trains", async () => {
  const { store, asked } = page(2);
  followData(store);
  await settled();
  assert.deepEqual(asked, ["points", "inputs"]);
  update(store, { step: 5, epoch: 0.4 });
  await settled();
  assert.equal(asked.length, 2);
  store.experiment.value = experiment("spiral");
  await settled();
  assert.equal(asked.length, 4);
});

test("data that have no plane are asked for it once, and when they change", async () => {
  const { store, asked } = page(2);
  const { request } = store.socket;
  store.socket.request = async (told) => {
    await request(told);
    throw new Refused({ status: 409, detail: "These data are pictures." });
  };
  followData(store);
  await settled();
  assert.deepEqual(asked, ["points", "inputs"]);
  store.experiment.value = experiment("digits8");
  await settled();
  assert.equal(asked.length, 4);
});

test("they are asked once more behind the epoch's end, where points change sides", async () => {
  const { store, asked } = page(2);
  followData(store);
  await settled();
  for (const epoch of [1.1, 2.3, 3.5]) {
    update(store, { epoch });
    await settled();
  }
  assert.equal(asked.length, 4);
});

test("of data with four columns those the data name are drawn until a person chooses, for these data", async () => {
  const { store, asked } = page(4);
  followData(store);
  await settled();
  assert.deepEqual(axes(store), [1, 3]);
  assert.ok(asked.includes("inputs 1,3"));
  chooseAxis(store, 0, 3);
  assert.deepEqual(axes(store), [3, 1], "the columns change places rather than show one twice");
  await settled();
  assert.ok(asked.includes("inputs 3,1"));
  store.experiment.value = experiment("wine");
  assert.deepEqual(axes(store), [1, 3], "of other data the same numbers are other columns");
});
