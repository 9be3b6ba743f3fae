import assert from "node:assert/strict";
import { test } from "node:test";

import "./kinds.js";
import "./english.js";
import { columnsOf, featureWords, unitLabel, unitName } from "../../static/js/geometry/columns.js";

const experiment = (layers, { features = ["x1", "sin(x2)"], loss = "logistic" } = {}) => ({
  format: 1,
  seed: 1,
  data: { kind: "circle" },
  model: { input: { kind: "plane", features }, layers },
  training: { loss: { kind: loss }, learner: { kind: "descent" } },
});
const shapes = (sizes) =>
  Object.entries(sizes).map(([name, n]) => ({ name, kind: "", shape: [n], parameters: 0, multiply_adds: 0 }));

test("a column is a dense layer with all that stands behind it until the next", () => {
  const columns = columnsOf(
    experiment([
      { kind: "dense", name: "dense1", units: 8 },
      { kind: "batch_norm", name: "norm1" },
      { kind: "tanh", name: "tanh1" },
      { kind: "dropout", name: "drop1", p: 0.2 },
      { kind: "dense", name: "head", units: null },
    ]),
    shapes({ dense1: 8, norm1: 8, tanh1: 8, drop1: 8, head: 1 }),
    [],
  );
  assert.deepEqual(
    columns.map((c) => c.title),
    ["input", "hidden 1", "output"],
  );
  assert.deepEqual(
    columns.map((c) => c.units),
    [2, 8, 1],
  );
  assert.equal(columns[1].key, "tanh1", "maps stand under the last layer that is no dropout");
  assert.deepEqual([columns[1].from, columns[1].to], [0, 4]);
  assert.deepEqual(columns[1].dropout, { name: "drop1", p: 0.2, at: 3 });
  assert.deepEqual(columns[1].norms, ["batch_norm"]);
  assert.equal(columns[2].key, "head");
  assert.equal(columns[2].activation, "sigmoid", "the logistic loss reads the output through a sigmoid");
  assert.equal(columns[2].weight, "head.weight");
});

test("a residual block is a column, and its one dense layer gives the weights", () => {
  const layers = [
    { kind: "dense", name: "dense1", units: 4 },
    {
      kind: "residual",
      name: "block1",
      shortcut: [],
      body: [
        { kind: "dense", name: "dense1", units: 4 },
        { kind: "relu", name: "relu1" },
      ],
    },
    { kind: "dense", name: "head", units: null },
  ];
  const [, first, block] = columnsOf(experiment(layers), shapes({ dense1: 4, block1: 4, head: 1 }), []);
  assert.equal(first.activation, null);
  assert.ok(block.block && block.shortcut);
  assert.equal(block.weight, "block1.dense1.weight");
  assert.equal(block.activation, "relu");
  assert.equal(block.title, "hidden 2");
});

test("dropout on the inputs belongs to the inputs", () => {
  const [input] = columnsOf(
    experiment([
      { kind: "dropout", name: "drop1", p: 0.1 },
      { kind: "dense", name: "head", units: null },
    ]),
    shapes({ drop1: 2, head: 1 }),
    [],
  );
  assert.equal(input.dropout?.name, "drop1");
  assert.equal(input.key, "input");
});

test("without named features the data's own columns are the inputs", () => {
  const given = experiment([{ kind: "dense", name: "head", units: null }]);
  delete given.model.input.features;
  const [input, output] = columnsOf(
    { ...given, training: { ...given.training, loss: { kind: "softmax_cross_entropy" } } },
    shapes({ head: 3 }),
    ["sepal_length", "petal_width"],
  );
  assert.deepEqual(input.names, ["sepal length", "petal width"]);
  assert.equal(output.activation, "softmax");
  assert.equal(unitName(output, 1), "output unit 2");
});

test("units are named in words", () => {
  const columns = columnsOf(experiment([{ kind: "dense", name: "head", units: null }]), shapes({ head: 1 }), []);
  assert.equal(unitName(columns[0], 1), "input sin x₂");
  assert.equal(unitLabel(columns[1], 0), "output");
  assert.equal(featureWords("x1*x2"), "x₁x₂");
});

test("a shortcut of identity leads every unit straight on, as an empty one does", () => {
  const body = [{ kind: "dense", name: "dense1", units: 3 }];
  const block = (shortcut) => ({ kind: "residual", name: "block1", body, shortcut });
  const straight = (shortcut) =>
    columnsOf(experiment([block(shortcut)]), shapes({ block1: 3 }), []).map((column) => column.shortcut)[1];
  assert.equal(straight([]), true);
  assert.equal(straight([{ kind: "identity", name: "identity1" }]), true);
  assert.equal(straight([{ kind: "dense", name: "dense2", units: 3 }]), false);
});
