/** The slope: how steep is the ground the net stands on? */

import { t } from "../core/texts.js";
import { times } from "../geometry/spread.js";
import { fires, opposite, quiet } from "./said.js";

/** @param {number | undefined} length of the gradient, of late @param {number | undefined} early and at the start
 * @param {number | null} clip the limit set to it @param {(x: number) => string} words
 * @returns {import("./said.js").Said} */
export function says(length, early, clip, words) {
  if (length === undefined || early === undefined || !(length > 0) || !(early > 0)) return quiet();
  const now = words(length);
  if (clip !== null && length > clip) return fires(t("cards.says.clipped", { now }));
  const ratio = length / early;
  if (ratio > 2) return fires(t("cards.says.steeper", { now, times: times(ratio) }));
  if (ratio < 0.5) return opposite(t("cards.says.flatter", { now, times: times(1 / ratio) }));
  return quiet(t("cards.says.slope", { now }));
}
