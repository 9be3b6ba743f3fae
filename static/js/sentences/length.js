/** The slope: how steep is the ground the net stands on? */

import { times } from "../geometry/spread.js";
import { fires, opposite, quiet } from "./said.js";

/** @param {number | undefined} now the gradient's length of late @param {number | undefined} early and at the start
 * @param {number | null} clip the limit set to it @param {(x: number) => string} words
 * @returns {import("./said.js").Said} */
export function says(now, early, clip, words) {
  if (now === undefined || early === undefined || !(now > 0) || !(early > 0)) return quiet();
  const long = `The gradient is about **${words(now)}** long`;
  if (clip !== null && now > clip) return fires(`${long}: above the limit, so most steps are shortened.`);
  const ratio = now / early;
  if (ratio > 2) return fires(`${long}, **${times(ratio)}** as long as at the start: the ground gets steeper.`);
  if (ratio < 0.5) return opposite(`${long}, **${times(1 / ratio)}** shorter than at the start: the ground gets flat.`);
  return quiet(`${long}, much as at the start: there is still a slope to go down.`);
}
