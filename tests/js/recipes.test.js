import assert from "node:assert/strict";
import test from "node:test";

import "./english.js";
import { follow, layersOf, RECIPES, recipeWords } from "../../static/js/core/recipes.js";
import { presets } from "../../static/js/pages/presets.js";

test("a recipe's layers end in an output whose size the data decide", () => {
  assert.deepEqual(layersOf(RECIPES.gaussians), [{ kind: "dense", units: null }]);
  assert.deepEqual(
    layersOf(RECIPES.circle).map(({ kind, units }) => units ?? kind),
    [5, "tanh", 3, "tanh", "dense"],
  );
});

test("following a recipe keeps seed, loss and noise", () => {
  const experiment = {
    format: 1,
    seed: 9,
    data: { kind: "spiral", noise: 0.2, count: 50 },
    model: { input: { kind: "plane" }, layers: [] },
    training: { loss: { kind: "hinge" }, learner: { kind: "perceptron" } },
  };
  follow(experiment);
  assert.equal(experiment.seed, 9);
  assert.equal(experiment.training.loss.kind, "hinge");
  assert.equal(experiment.data.noise, 0.2);
  assert.equal(experiment.training.learner.kind, "descent");
  assert.equal(experiment.model.input.features.length, 4);
});

test("what a dataset brings is said in words", () => {
  assert.equal(recipeWords("spiral"), "4 features, 8 + 6 hidden units, Adam at rate 0.02, batches of 16");
  assert.equal(recipeWords("iris"), "its own columns, 6 hidden units, Adam at rate 0.03, batches of 16");
  assert.match(recipeWords("gaussians"), /no hidden layer/);
  assert.equal(recipeWords("digits8"), "");
});

test("every experiment of the menu has its own name and its own layers", () => {
  const menu = presets({ data: { kind: "circle" } });
  assert.equal(new Set(menu.map(({ id }) => id)).size, menu.length);
  const [spiral, arms] = ["spiral", "spirals"].map((id) => menu.find((one) => one.id === id)?.experiment);
  assert.ok(spiral.model.layers.some(({ kind }) => kind === "dropout"));
  assert.ok(!arms.model.layers.some(({ kind }) => kind === "dropout"));
});
