/** Experiments of the menu: each is worth a minute, and says in a line what to look for. */

import { follow } from "../core/recipes.js";

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
  { id: "circle", title: "Circle in a ring", says: "A line cannot do it; a few bent units can.", experiment: own },
  {
    id: "xor",
    title: "Four corners",
    says: "XOR: the set that stopped the field in 1969.",
    experiment: made({ kind: "xor" }, "logistic"),
  },
  {
    id: "gaussians",
    title: "Two clouds, no hidden layer",
    says: "One unit, one straight border: logistic regression.",
    experiment: made({ kind: "gaussians", noise: 0.2 }, "logistic"),
  },
  {
    id: "perceptron",
    title: "The perceptron, 1958",
    says: "Learns from mistakes only, one example at a time, and stops.",
    experiment: PERCEPTRON,
  },
  {
    id: "moons",
    title: "Two moons",
    says: "How many units does a bend need?",
    experiment: made({ kind: "moons", noise: 0.1 }, "logistic"),
  },
  {
    id: "spiral",
    title: "Dropout on the spiral",
    says: "A hard set, four features, and units that rest by turns.",
    experiment: made({ kind: "spiral", noise: 0.1 }, "logistic", rest),
  },
  {
    id: "spirals",
    title: "Three arms, three classes",
    says: "Three colours, three output units, one softmax.",
    experiment: made({ kind: "spirals" }, MANY),
  },
  {
    id: "blobs",
    title: "Three clouds",
    says: "Three classes and three straight borders.",
    experiment: made({ kind: "blobs" }, MANY),
  },
  {
    id: "iris",
    title: "Iris flowers",
    says: "Measured by R. A. Fisher in 1936: four columns, three species.",
    experiment: made({ kind: "iris" }, MANY),
  },
  {
    id: "reg_gauss",
    title: "Hills and hollows",
    says: "No classes: the answer is a height.",
    experiment: made({ kind: "reg_gauss" }, "squared_error"),
  },
  {
    id: "sigmoids",
    title: "A chain of sigmoids",
    says: "Six layers deep, the signal fades on its way back.",
    experiment: made({ kind: "circle" }, "logistic", chain),
  },
  {
    id: "straight",
    title: "Deep but straight",
    says: "Three layers without a bend do no more than one.",
    experiment: made({ kind: "circle" }, "logistic", ({ model }) => {
      model.layers = [8, 8, 8, null].map((units) => ({ kind: "dense", units }));
    }),
  },
];
