/** Weights over time: where do they go as the net learns? */

import { fixed, whole } from "../core/format.js";
import { times } from "../geometry/spread.js";
import { capital, fires, opposite, quiet } from "./said.js";

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
  if (at < 0 || widths.length - at < 2) return quiet("One column so far: its way shows as it learns.");
  const [first, last] = [widths[at], widths[widths.length - 1]];
  const since = steps[at] ? `since step ${whole(steps[at])}` : "since the start";
  const typical = `The typical weight of ${title}`;
  if (last > 1.5 * first)
    return fires(
      `${typical} has grown **${times(last / first)}** ${since}, to ${fixed(last, 2)}: it bends more sharply.`,
    );
  if (last < first / 1.25)
    return opposite(
      `${typical} has shrunk to **${Math.round((100 * last) / first)} %** ${since}: something holds it small.`,
    );
  return quiet(`${capital(title)}’s weights keep their size ${since}: typically **${fixed(last, 2)}**.`);
}
