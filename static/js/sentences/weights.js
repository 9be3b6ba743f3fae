/** The weights: how large have they become? */

import { fixed } from "../core/format.js";
import { times } from "../geometry/spread.js";
import { fires, opposite, quiet } from "./said.js";

/** @param {{middle: number | undefined, largest: number, who: string}} now median and maximum of the weights' sizes;
 *   `who`: which weight is the largest, from where to where @returns {import("./said.js").Said} */
export function says({ middle, largest, who }) {
  if (middle === undefined || !(largest > 0)) return quiet();
  const size = `**${fixed(largest, 2)}**`;
  if (middle > 0 && largest > 10 * middle)
    return fires(`One weight stands out: ${size}${who}, **${times(largest / middle)}** the middle one’s size.`);
  if (largest < 1) return opposite(`All are small: half below **${fixed(middle, 2)}**, the largest ${size}${who}.`);
  return quiet(`Half of them are smaller than **${fixed(middle, 2)}**; the largest is ${size}${who}.`);
}
