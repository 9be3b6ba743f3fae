/** The slope: how steep is the ground the net stands on? */

import { t } from "../core/texts.js";
import { times } from "../geometry/spread.js";
import { fires, opposite, quiet } from "./said.js";

/** Points that make up “lately” and “the start”, at most: single batches are too loud to compare. */
const MOST = 12;

/** @typedef {{length: number, early: number | undefined, above: number}} Lately the gradient's mean length of late; at
 * the start, where that is other steps; and the share of the late ones above a limit */

/** What of a curve is compared: start and end never share a step, so that a short run is not compared with itself.
 * @param {{steps: number[], values: number[]}} curve @param {number} step where the net stands
 * @param {number | null} clip the limit set to it @returns {Lately | null} null of no step */
export function lately({ steps, values }, step, clip) {
  const known = values.filter((value, i) => steps[i] <= step && value >= 0 && Number.isFinite(value));
  if (!known.length) return null;
  const n = Math.max(1, Math.min(MOST, known.length >> 1));
  const late = known.slice(-n);
  const mean = (/** @type {number[]} */ list) => list.reduce((a, b) => a + b, 0) / list.length;
  return {
    length: mean(late),
    early: known.length > 1 ? mean(known.slice(0, n)) : undefined,
    above: clip === null ? 0 : late.filter((value) => value > clip).length / n,
  };
}

/** @param {Lately | null} found @param {number | null} clip the limit set to it @param {(x: number) => string} words
 * @returns {import("./said.js").Said} */
export function says(found, clip, words) {
  if (!found || !(found.length > 0)) return quiet();
  const { length, early, above } = found;
  const now = words(length);
  if (clip !== null && length > clip && above > 0.5) return fires(t("cards.says.clipped", { now }));
  if (early === undefined || !(early > 0)) return quiet(t("cards.says.long", { now }));
  const ratio = length / early;
  if (ratio > 2) return fires(t("cards.says.steeper", { now, times: times(ratio) }));
  if (ratio < 0.5) return opposite(t("cards.says.flatter", { now, times: times(1 / ratio) }));
  if (ratio > 1.25) return quiet(t("cards.says.longer", { now, times: times(ratio) }));
  if (ratio < 0.8) return quiet(t("cards.says.shorter", { now, times: times(1 / ratio) }));
  return quiet(t("cards.says.slope", { now }));
}
