import assert from "node:assert/strict";
import { test } from "node:test";

import "./english.js";
import { counterpart, without } from "../../static/js/pictures/counterpart.js";
import { NETS } from "../../static/js/pictures/nets.js";
import { middle, numbersOf } from "../../static/js/pictures/pad.js";
import { weightedOf } from "../../static/js/pictures/weighted.js";

const net = (id) => NETS.find((one) => one.id === id).experiment;
const convolutions = (layers) =>
  layers.flatMap(({ kind, body }) => (kind === "conv2d" ? 1 : body ? convolutions(body) : [])).length;

test("what has weights is found in blocks and branches too, by the names the server gives it", () => {
  const chain = [
    { kind: "conv2d", name: "conv1" },
    { kind: "relu", name: "relu1" },
    {
      kind: "residual",
      name: "block1",
      body: [{ kind: "conv2d", name: "conv1" }],
      shortcut: [{ kind: "conv2d", name: "conv1" }],
    },
    {
      kind: "parallel",
      name: "block2",
      branches: [[{ kind: "max_pool2d", name: "pool1" }], [{ kind: "local2d", name: "local1" }]],
    },
    { kind: "dense", name: "head" },
  ];
  assert.deepEqual(
    weightedOf(chain).map(({ weight }) => weight),
    [
      "conv1.weight",
      "block1.conv1.weight",
      "block1.shortcut.conv1.weight",
      "block2.branch2.local1.weight",
      "head.weight",
    ],
  );
  assert.equal(weightedOf(chain)[2].title, "b1.way.conv1");
});

test("without its ways past a net keeps its depth, and begins with no kernel at zero", () => {
  const layers = without(net("residual").model.layers);
  assert.ok(layers.every(({ kind }) => kind !== "residual"));
  assert.equal(convolutions(layers), 23);
  assert.equal(convolutions(net("plain").model.layers), 23);
  assert.ok(layers.every(({ initializer }) => initializer === undefined));
  assert.equal(without(net("plain").model.layers), null);
});

test("the plain and the residual net of the menu stand beside each other, others only where there is a way past", () => {
  const plain = counterpart(net("plain"));
  assert.equal(plain.residual, true);
  assert.deepEqual(plain.experiment.model.layers, net("residual").model.layers);
  const residual = counterpart(net("residual"));
  assert.equal(residual.residual, false);
  assert.deepEqual(residual.experiment.training, net("residual").training);
  assert.equal(counterpart(net("digits28")), null);
  assert.equal(convolutions(counterpart(net("resnet")).experiment.model.layers), 5);
});

test("pixels become one number each, as bright as they look, or three", () => {
  const data = [255, 255, 255, 255, 255, 0, 0, 255, 0, 0, 0, 255];
  assert.deepEqual(numbersOf(data, false), [255, 76, 0]);
  assert.deepEqual(numbersOf(data, true), [255, 255, 255, 255, 0, 0, 0, 0, 0]);
});

test("of a picture the largest square in the middle is taken", () => {
  assert.deepEqual(middle(300, 200), [50, 0, 200]);
  assert.deepEqual(middle(10, 25), [0, 7.5, 10]);
});
