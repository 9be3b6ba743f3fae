/** Steps against weights: is the learning rate right for weights of this size? */

import { small } from "../core/format.js";
import { capital, fires, opposite, quiet } from "./said.js";

/** Half a power of ten on both sides of 1e-3, where “somewhere around 1e-3” is well (Karpathy, CS231n notes on
 * learning, “Ratio of weights:updates”). */
export const BAND = /** @type {[number, number]} */ ([10 ** -3.5, 10 ** -2.5]);

/** Beyond these a rate is far off, not merely outside the band. */
const [SLOW, WILD] = [1e-4, 1e-2];

/** @param {{title: string, ratio: number | null, frozen: boolean}[]} rows @returns {import("./said.js").Said} */
export function says(rows) {
  const known = rows
    .filter(({ ratio, frozen }) => ratio !== null && !frozen)
    .map((row) => ({ ...row, ratio: Number(row.ratio) }));
  if (!known.length) return quiet(rows.length ? "Every layer is frozen: nothing moves." : "");
  const most = known.reduce((a, b) => (b.ratio > a.ratio ? b : a));
  const least = known.reduce((a, b) => (b.ratio < a.ratio ? b : a));
  if (most.ratio > WILD)
    return fires(
      `A step changes the weights of ${most.title} by **${percent(most.ratio)}**: wild. A smaller rate keeps what was learned.`,
    );
  if (most.ratio < SLOW)
    return fires(
      `No step changes a layer by more than **${percent(most.ratio)}**: slow. It has settled, or the rate is too small.`,
    );
  if (least.ratio < SLOW)
    return quiet(
      `${capital(least.title)} moves least, by **${percent(least.ratio)}** a step; ${most.title} most, by ${percent(most.ratio)}.`,
    );
  if (most.ratio > BAND[1])
    return quiet(
      `${capital(most.title)} moves most, by **${percent(most.ratio)}** a step: brisk, more than the usual thousandth.`,
    );
  const [low, high] = [percent(least.ratio), percent(most.ratio)];
  const by = low === high ? `**${low}**` : `**${low} to ${high}**`;
  return opposite(`A step changes the layers’ weights by ${by}: near a thousandth, steady steps.`);
}

/** @param {number} ratio */
const percent = (ratio) =>
  `${small(Number((100 * ratio).toPrecision(2)))
    .replace(/(\.\d*?)0+$/, "$1")
    .replace(/\.$/, "")} %`;
