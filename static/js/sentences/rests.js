/** Dropout over the last steps: does chance treat all units alike? */

import { percent } from "../core/format.js";
import { t } from "../core/texts.js";
import { fires, opposite, quiet } from "./said.js";

/** Fewer steps say nothing about chance. */
const FEW = 8;

/** @param {{p: number, shares: ArrayLike<number>, answers: number, steps: number, maps?: boolean}} told how often each
 *   unit (or map) rested, of how many answers each, in how many steps @returns {import("./said.js").Said} */
export function says({ p, shares, answers, steps: n, maps = false }) {
  const list = Array.from(shares);
  if (!list.length) return quiet();
  if (n < FEW) return quiet(t("cards.says.fewsteps", { n }));
  const sd = Math.sqrt((p * (1 - p)) / Math.max(answers, 1));
  const far = list.reduce((most, x, i) => (Math.abs(x - p) > Math.abs(list[most] - p) ? i : most), 0);
  // The farthest of many units lies farther by chance: Bonferroni's correction, roughly.
  const limit = (3 + 0.3 * Math.log(list.length)) * sd;
  const asked = percent(p, 0);
  if (Math.abs(list[far] - p) > limit) {
    const odd = { n, who: far + 1, share: percent(list[far], 0), p: asked };
    return fires(maps ? t("cards.says.oddmap", odd) : t("cards.says.oddunit", odd));
  }
  const [low, high] = [Math.min(...list), Math.max(...list)].map((x) => percent(x, 0));
  const fair = { n, between: low === high ? `**${low}**` : t("cards.says.range", { low, high }), p: asked };
  return opposite(maps ? t("cards.says.fairmap", fair) : t("cards.says.fairunit", fair));
}
