/**
 * Every card of evidence, and the marks of its picture. What it is called, the question it answers and how it is read
 * stand in the texts, under its name. A card's picture is the view of the same name.
 */

import { named } from "../core/texts.js";

/** Kinds of marks (`cards/key.js`), in the order in which they are told. @type {Record<string, string[]>} */
export const CARDS = {
  loss: ["line", "dash", "pale", "dotted"],
  masks: ["solid", "hatch", "ring"],
  rests: ["ink", "tick"],
  gradients: ["hill", "tick"],
  updates: ["tick", "band"],
  curvature: ["line", "wall"],
  activations: ["solid", "ink"],
  weights: ["low", "high", "ring"],
  spread: ["ink", "tick"],
  length: ["line", "violet"],
  confusion: ["ink", "bad"],
  unsure: ["ink", "ring"],
  calibration: ["dot", "bad", "dashed"],
  normalization: ["solid", "violet"],
  drift: ["line"],
  passage: ["low", "high", "ring"],
};

/** @param {string} name */
export const titleOf = (name) => named("card", name) ?? name;
/** The question a card answers. @param {string} name */
export const asksOf = (name) => named("cards", `${name}.asks`) ?? "";
/** Its axes, and what can be done there. @param {string} name */
export const readsOf = (name) => named("cards", `${name}.reads`) ?? "";
/** What a mark means. @param {string} name @param {string} mark */
export const markOf = (name, mark) => named("cards", `${name}.${mark}`) ?? "";
