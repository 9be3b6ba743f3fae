/** What an experiment is, as far as cards ask: whether they have something to say of it. */

import { t } from "../core/texts.js";
import { pictures } from "../pictures/state.js";

/** @typedef {import("../core/store.js").Store} Store */

/** @typedef {object} Facts
 * @property {boolean} pictures whether the data are pictures
 * @property {number} classes 0 for values
 * @property {string} loss its kind
 * @property {boolean} rule the perceptron's rule learns, not gradients
 * @property {string[]} dropouts paths of the dropout layers, in order, those inside blocks too
 * @property {string[]} norms paths of the batch norms
 * @property {boolean} bends whether a hidden layer bends or cuts its answers off */

const BENDS = ["tanh", "sigmoid", "relu"];

/** Read inside an effect. @param {Store} store @returns {Facts} */
export function factsOf(store) {
  const layers = store.layers.value;
  const { training } = store.experiment.value;
  const paths = (/** @type {(kind: string) => boolean} */ fits) =>
    layers.filter(({ kind }) => fits(kind)).map(({ name }) => name);
  return {
    pictures: pictures(store).on.value,
    classes: store.previews[store.data.value]?.classes ?? store.points.value?.info.classes ?? 2,
    loss: training.loss?.kind ?? "",
    rule: training.learner.kind === "perceptron",
    dropouts: paths((kind) => kind.startsWith("dropout")),
    norms: paths((kind) => kind === "batch_norm"),
    bends: layers.some(({ kind }) => BENDS.includes(kind)),
  };
}

/** Why a card has nothing to say of an experiment; empty where it has. @param {string} name @param {Facts} facts */
export function why(name, facts) {
  const speaks = facts.classes > 0 && ["logistic", "softmax_cross_entropy"].includes(facts.loss);
  switch (name) {
    case "masks":
    case "rests":
      return facts.dropouts.length ? "" : t("cards.why.dropout");
    case "gradients":
    case "updates":
    case "length":
    case "curvature":
      return facts.rule ? t("cards.why.rule") : "";
    case "activations":
      return facts.bends ? "" : t("cards.why.bends");
    case "confusion":
      if (facts.pictures) return t("cards.why.tested");
      return facts.classes ? "" : t("cards.why.value");
    case "unsure":
      if (facts.pictures) return t("cards.why.plane");
      return speaks ? "" : t("cards.why.probabilities");
    case "calibration":
      return speaks ? "" : t("cards.why.probabilities");
    case "normalization":
    case "drift":
      return facts.norms.length ? "" : t("cards.why.norm");
    default:
      return "";
  }
}
