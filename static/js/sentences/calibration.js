/** The calibration: may its percentages be believed? */

import { percent } from "../core/format.js";
import { t } from "../core/texts.js";
import { fires, opposite, quiet } from "./said.js";

/** So many points say little, whatever they say. */
const FEW = 20;

/** How far the share that is right may lie from what was said, by chance, if that was said truly: two standard errors.
 * @param {number} sure @param {number} count */
export const chance = (sure, count) => 2 * Math.sqrt(Math.max(sure * (1 - sure), 1 / count) / count);

/** @param {{sure: number, right: number, count: number, ece: number} | null} info means over `count` test points
 * @returns {import("./said.js").Said} */
export function says(info) {
  if (!info) return quiet();
  const { sure, right, count } = info;
  const told = { sure: percent(sure, 0), right: percent(right, 0) };
  if (count < FEW) return quiet(t("cards.says.fewpoints", { ...told, n: count }));
  const gap = sure - right;
  if (Math.abs(gap) <= chance(sure, count)) return opposite(t("cards.says.trusted", told));
  return fires(gap > 0 ? t("cards.says.overconfident", told) : t("cards.says.underconfident", told));
}
