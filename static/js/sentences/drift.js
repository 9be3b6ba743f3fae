/** Running statistics: have they come to rest? */

import { fixed } from "../core/format.js";
import { t } from "../core/texts.js";
import { fires, opposite, quiet } from "./said.js";

/** Since a quarter of the columns: what is “lately”. @param {number} count */
const lately = (count) => Math.max(0, count - 1 - Math.max(1, Math.floor(count / 4)));

/** @param {{steps: number[], means: number[][], deviations: number[][]}} told a row for a kept step, oldest first; nan
 *   where the channel was not there @returns {import("./said.js").Said} */
export function says({ steps, means, deviations }) {
  const last = means.length - 1;
  if (last < 3) return quiet(t("cards.says.fewcolumns"));
  const from = lately(means.length);
  const ways = means[last].map((mean, c) => Math.abs(mean - means[from][c]) / Math.max(deviations[last][c], 1e-6));
  const at = ways.reduce((most, x, c) => (x > ways[most] ? c : most), 0);
  if (!Number.isFinite(ways[at])) return quiet(t("cards.says.newlayer"));
  const since = steps[from];
  if (ways[at] > 0.25) return fires(t("cards.says.wander", { at: at + 1, far: fixed(ways[at], 1), since }));
  return opposite(t("cards.says.rest", { far: fixed(ways[at], 2), since }));
}
