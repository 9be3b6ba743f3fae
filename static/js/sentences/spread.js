/** Weights over time: where do they go as the net learns? */

import { fixed, percent } from "../core/format.js";
import { t } from "../core/texts.js";
import { times } from "../geometry/spread.js";
import { fires, opposite, quiet } from "./said.js";

/** The width of a histogram over bins from −high to high: its root mean square.
 * @param {ArrayLike<number>} shares @param {number} high */
export function widthOf(shares, high) {
  let [sum, all] = [0, 0];
  for (let i = 0; i < shares.length; i++) {
    const at = ((2 * (i + 0.5)) / shares.length - 1) * high;
    sum += shares[i] * at * at;
    all += shares[i];
  }
  return all ? Math.sqrt(sum / all) : 0;
}

/** @param {{title: string, widths: number[], steps: number[]}} row of one layer, oldest first; a width of 0: it was not
 *   there @returns {import("./said.js").Said} */
export function says({ title, widths, steps }) {
  const at = widths.findIndex((width) => width > 0);
  if (at < 0 || widths.length - at < 2) return quiet(t("cards.says.onecolumn"));
  const [first, last] = [widths[at], widths[widths.length - 1]];
  const since = steps[at] ? t("cards.says.sincestep", { at: steps[at] }) : t("cards.says.sincestart");
  const now = fixed(last, 2);
  if (last > 1.5 * first) return fires(t("cards.says.grown", { title, times: times(last / first), since, now }));
  if (last < first / 1.25) return opposite(t("cards.says.shrunk", { title, share: percent(last / first, 0), since }));
  return quiet(t("cards.says.kept", { title, since, now }));
}
