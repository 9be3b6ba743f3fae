/** The curvature: does the learning rate bear it? */

import { knob } from "../core/format.js";
import { t } from "../core/texts.js";
import { times } from "../geometry/spread.js";
import { fires, opposite, quiet } from "./said.js";

/** From this share of the limit on a step is at the edge: with whole batches nets stay about there (Cohen et al. 2021,
 * “Gradient Descent on Neural Networks Typically Occurs at the Edge of Stability”). */
const EDGE = 0.7;

/** The curvature from which on steps grow, at the rate of now; null where the rule has no simple limit.
 * @param {{factor: number | null, rate: number}} found */
export const wallOf = ({ factor, rate }) => (factor !== null && rate > 0 ? factor / rate : null);

/** @param {import("../core/curvature.js").Curvature | null} found @returns {import("./said.js").Said} */
export function says(found) {
  if (!found || !(found.sharpness > 0)) return quiet();
  const wall = wallOf(found);
  const now = two(found.sharpness);
  if (wall === null) return quiet(t("cards.says.nowall", { now }));
  const told = { now, wall: two(wall), factor: two(Number(found.factor)), rate: knob(found.rate) };
  if (found.sharpness > wall) return fires(t("cards.says.beyond", told));
  if (found.sharpness > EDGE * wall) return quiet(t("cards.says.edge", told));
  return opposite(t("cards.says.bears", { ...told, times: times(wall / found.sharpness) }));
}

/** @param {number} x to two digits */
const two = (x) => knob(Number(x.toPrecision(2)));
