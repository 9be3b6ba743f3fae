/** Steps against weights: is the learning rate right for weights of this size? */

import { knob } from "../core/format.js";
import { t } from "../core/texts.js";
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
  if (!known.length) return quiet(rows.length ? t("cards.says.frozen") : "");
  const most = known.reduce((a, b) => (b.ratio > a.ratio ? b : a));
  const least = known.reduce((a, b) => (b.ratio < a.ratio ? b : a));
  const [low, high] = [share(least.ratio), share(most.ratio)];
  if (most.ratio > WILD) return fires(t("cards.says.wild", { title: most.title, share: high }));
  if (most.ratio < SLOW) return fires(t("cards.says.slow", { share: high }));
  if (least.ratio < SLOW)
    return quiet(t("cards.says.least", { title: capital(least.title), share: low, other: most.title, most: high }));
  if (most.ratio > BAND[1]) return quiet(t("cards.says.brisk", { title: capital(most.title), share: high }));
  const by = low === high ? `**${low}**` : t("cards.says.range", { low, high });
  return opposite(t("cards.says.steady", { by }));
}

/** A small share as percent, to two digits: 0.16 %. @param {number} ratio */
const share = (ratio) => `${knob(Number((100 * ratio).toPrecision(2)))} %`;
