/**
 * What suits a dataset: a net, features, a rate and a batch that succeed within five seconds at the page's own pace
 * (600 steps), whatever the seed. A person starts from something that works, and takes it apart from there.
 */

import { t } from "./texts.js";

/** @typedef {import("./types.js").Experiment} Experiment */

/** @typedef {object} Recipe
 * @property {number[]} units of the hidden layers, each under a tanh
 * @property {number} rate of Adam
 * @property {number} batch
 * @property {string[] | null} features null for a table with columns of its own
 * @property {number} [count] points */

const PLANE = ["x1", "x2"];
const WAVES = ["x1", "x2", "sin(x1)", "sin(x2)"];
const SQUARES = ["x1", "x2", "x1^2", "x2^2"];

/** @type {Record<string, Recipe>} */
export const RECIPES = {
  circle: { units: [5, 3], rate: 0.03, batch: 10, features: PLANE, count: 400 },
  xor: { units: [5, 3], rate: 0.03, batch: 16, features: PLANE, count: 400 },
  gaussians: { units: [], rate: 0.03, batch: 16, features: PLANE, count: 400 },
  spiral: { units: [8, 6], rate: 0.02, batch: 16, features: WAVES, count: 400 },
  moons: { units: [6], rate: 0.03, batch: 16, features: PLANE, count: 400 },
  spirals: { units: [8, 6], rate: 0.02, batch: 16, features: WAVES, count: 400 },
  blobs: { units: [4], rate: 0.03, batch: 16, features: PLANE, count: 400 },
  rings: { units: [8, 4], rate: 0.03, batch: 16, features: SQUARES, count: 400 },
  checkerboard: { units: [8, 8], rate: 0.03, batch: 32, features: WAVES, count: 800 },
  penguins: { units: [4], rate: 0.03, batch: 16, features: null },
  wine: { units: [4], rate: 0.03, batch: 16, features: null },
  iris: { units: [6], rate: 0.03, batch: 16, features: null },
  canvas: { units: [6, 4], rate: 0.03, batch: 16, features: PLANE, count: 4 },
  reg_plane: { units: [], rate: 0.03, batch: 16, features: PLANE, count: 400 },
  reg_gauss: { units: [8, 4], rate: 0.01, batch: 32, features: PLANE, count: 600 },
};

/** The layers of a recipe, the output's included. @param {Recipe} recipe */
export const layersOf = ({ units }) => [
  ...units.flatMap((n) => [{ kind: "dense", units: n }, { kind: "tanh" }]),
  { kind: "dense", units: null },
];

/** Writes a dataset's recipe into an experiment on that dataset; its loss, seed, noise and shares stay.
 * @param {Experiment} experiment */
export function follow(experiment) {
  const recipe = RECIPES[experiment.data.kind];
  if (!recipe) return;
  const { rate, batch, features, count } = recipe;
  if (count) experiment.data.count = count;
  experiment.model = { input: { kind: "plane", ...(features && { features }) }, layers: layersOf(recipe) };
  experiment.training.learner = { kind: "descent", batch, optimizer: { kind: "adam", learning_rate: rate } };
}

/** What a recipe brings, in words. @param {string} kind */
export function recipeWords(kind) {
  const recipe = RECIPES[kind];
  if (!recipe) return "";
  const { units, rate, batch, features } = recipe;
  return t("recipe.words", {
    features: features ? t("recipe.features", { n: features.length }) : t("recipe.own"),
    net: units.length ? t("recipe.hidden", { units: units.join(" + ") }) : t("recipe.none"),
    rate,
    batch,
  });
}
