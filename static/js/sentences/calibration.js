/** The calibration: may its percentages be believed? */

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
  const [says, is] = [sure, right].map((x) => `**${percent(x)}**`);
  const told = `It says ${says} sure on average and is right ${is} of the time`;
  if (count < FEW) return quiet(`${told}: too few points (${count}) to judge.`);
  const gap = sure - right;
  if (Math.abs(gap) <= chance(sure, count)) return opposite(`${told}: within chance, its word can be trusted.`);
  return fires(gap > 0 ? `${told}: it promises too much.` : `${told}: it is better than it thinks.`);
}

/** @param {number} x */
const percent = (x) => `${Math.round(100 * x)} %`;
