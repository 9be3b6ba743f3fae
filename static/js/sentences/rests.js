/** Dropout over the last steps: does chance treat all units alike? */

import { many } from "../core/format.js";
import { fires, opposite, quiet } from "./said.js";

/** Fewer steps say nothing about chance. */
const FEW = 8;

/** @param {{p: number, shares: ArrayLike<number>, answers: number, steps: number, unit?: string}} told how often each unit
 *   rested, of how many answers each, in how many steps @returns {import("./said.js").Said} */
export function says({ p, shares, answers, steps, unit = "unit" }) {
  const list = Array.from(shares);
  if (!list.length) return quiet();
  if (steps < FEW) return quiet(`${many(steps, "step")} since the last change: too few to compare with p.`);
  const sd = Math.sqrt((p * (1 - p)) / Math.max(answers, 1));
  const far = list.reduce((most, x, i) => (Math.abs(x - p) > Math.abs(list[most] - p) ? i : most), 0);
  // The farthest of many units lies farther by chance: Bonferroni's correction, roughly.
  const limit = (3 + 0.3 * Math.log(list.length)) * sd;
  const says = (/** @type {number} */ x) => `${Math.round(100 * x)} %`;
  if (Math.abs(list[far] - p) > limit)
    return fires(
      `In the last ${many(steps, "step")} ${unit} ${far + 1} rested **${says(list[far])}** of the time; p says ${says(p)}.`,
    );
  const [low, high] = [Math.min(...list), Math.max(...list)].map(says);
  const between = low === high ? `**${low}**` : `**${low} to ${high}**`;
  return opposite(
    `In the last ${many(steps, "step")} every ${unit} rested ${between} of the time, as p = ${says(p)} asks.`,
  );
}
