/** Experiments of the menu: each is worth a minute, and says in a line what to look for. */

import { follow } from "../core/recipes.js";
import { t } from "../core/texts.js";

/** @typedef {{id: string, title: string, says: string, experiment: any}} Preset */

const FORMAT = { format: 1, seed: 7 };

/** A dataset with what suits it (see `core/recipes.js`), and what this experiment does otherwise.
 * @param {any} data @param {string} loss @param {(experiment: any) => void} [otherwise] */
function made(data, loss, otherwise = () => {}) {
  const experiment = {
    ...FORMAT,
    data,
    model: { input: {}, layers: [] },
    training: { loss: { kind: loss }, learner: {} },
  };
  follow(/** @type {any} */ (experiment));
  otherwise(experiment);
  return experiment;
}

const MANY = "softmax_cross_entropy";

/** Rest by turns: dropout behind the second of three hidden layers. @param {any} experiment */
function rest({ model, training }) {
  model.layers.splice(4, 0, { kind: "dropout", p: 0.2 }, { kind: "dense", units: 4 }, { kind: "tanh" });
  training.learner.optimizer.learning_rate = 0.02;
}

/** Rosenblatt's machine: a step for an answer, and nothing learned from what was right already. */
const PERCEPTRON = {
  ...FORMAT,
  data: { kind: "gaussians", noise: 0.1 },
  model: {
    input: { kind: "plane", features: ["x1", "x2"] },
    layers: [{ kind: "dense", units: null }, { kind: "step" }],
  },
  training: { learner: { kind: "perceptron", learning_rate: 1 } },
};

/** @param {any} experiment */
function chain({ model, training }) {
  const layer = [{ kind: "dense", units: 4 }, { kind: "sigmoid" }];
  model.layers = [...Array(6).fill(layer).flat(), { kind: "dense", units: null }];
  training.learner.optimizer = { kind: "sgd", learning_rate: 0.1 };
}

/** The first is the page's own, as the server chose it. @param {any} own @returns {Preset[]} */
export const presets = (own) => [
  { id: "circle", title: t("preset.circle"), says: t("preset.circle.says"), experiment: own },
  {
    id: "xor",
    title: t("preset.xor"),
    says: t("preset.xor.says"),
    experiment: made({ kind: "xor" }, "logistic"),
  },
  {
    id: "gaussians",
    title: t("preset.gaussians"),
    says: t("preset.gaussians.says"),
    experiment: made({ kind: "gaussians", noise: 0.2 }, "logistic"),
  },
  {
    id: "perceptron",
    title: t("preset.perceptron"),
    says: t("preset.perceptron.says"),
    experiment: PERCEPTRON,
  },
  {
    id: "moons",
    title: t("preset.moons"),
    says: t("preset.moons.says"),
    experiment: made({ kind: "moons", noise: 0.1 }, "logistic"),
  },
  {
    id: "spiral",
    title: t("preset.spiral"),
    says: t("preset.spiral.says"),
    experiment: made({ kind: "spiral", noise: 0.1 }, "logistic", rest),
  },
  {
    id: "spirals",
    title: t("preset.spirals"),
    says: t("preset.spirals.says"),
    experiment: made({ kind: "spirals" }, MANY),
  },
  {
    id: "blobs",
    title: t("preset.blobs"),
    says: t("preset.blobs.says"),
    experiment: made({ kind: "blobs" }, MANY),
  },
  {
    id: "iris",
    title: t("preset.iris"),
    says: t("preset.iris.says"),
    experiment: made({ kind: "iris" }, MANY),
  },
  {
    id: "reg_gauss",
    title: t("preset.reg_gauss"),
    says: t("preset.reg_gauss.says"),
    experiment: made({ kind: "reg_gauss" }, "squared_error"),
  },
  {
    id: "sigmoids",
    title: t("preset.sigmoids"),
    says: t("preset.sigmoids.says"),
    experiment: made({ kind: "circle" }, "logistic", chain),
  },
  {
    id: "straight",
    title: t("preset.straight"),
    says: t("preset.straight.says"),
    experiment: made({ kind: "circle" }, "logistic", ({ model }) => {
      model.layers = [8, 8, 8, null].map((units) => ({ kind: "dense", units }));
    }),
  },
];
