/** Running statistics: have they come to rest? */

import { fixed, whole } from "../core/format.js";
import { fires, opposite, quiet } from "./said.js";

/** Since a quarter of the columns: what is “lately”. @param {number} count */
const lately = (count) => Math.max(0, count - 1 - Math.max(1, Math.floor(count / 4)));

/** @param {{steps: number[], means: number[][], deviations: number[][]}} told a row for a kept step, oldest first; nan
 *   where the channel was not there @returns {import("./said.js").Said} */
export function says({ steps, means, deviations }) {
  const last = means.length - 1;
  if (last < 3) return quiet("A few columns more, and it shows whether they come to rest.");
  const from = lately(means.length);
  const ways = means[last].map((mean, c) => Math.abs(mean - means[from][c]) / Math.max(deviations[last][c], 1e-6));
  const far = ways.reduce((most, x, c) => (x > ways[most] ? c : most), 0);
  if (!Number.isFinite(ways[far])) return quiet("The layer is new: its statistics only begin.");
  const since = `since step ${whole(steps[from])}`;
  if (ways[far] > 0.25)
    return fires(
      `They still wander: the mean of channel ${far + 1} went **${fixed(ways[far], 1)} deviations** ${since}. The layers below still change.`,
    );
  return opposite(`They have come to rest: no mean went farther than **${fixed(ways[far], 2)} deviations** ${since}.`);
}
