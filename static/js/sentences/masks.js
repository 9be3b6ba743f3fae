/** Dropout's masks: who rested in this batch? */

import { whole } from "../core/format.js";
import { listed, t } from "../core/texts.js";
import { fires, opposite, quiet } from "./said.js";

/** @param {{off: number, of: number, expected: number}} count @param {number[]} offs how often each unit was off
 * @param {number} examples @returns {import("./said.js").Said} */
export function says({ off, of, expected }, offs, examples) {
  if (!of) return quiet();
  const most = Math.max(...offs);
  const who = offs.map((n, u) => (n === most ? u + 1 : 0)).filter((u) => u > 0);
  const all = t("cards.says.off", { off, of, expected: Math.round(expected) });
  if (most === 0) return opposite(`${all} ${t("cards.says.allwork")}`);
  // Three standard deviations of a binomial: once in some hundred batches.
  const p = expected / of;
  const odd = Math.abs(off - expected) > 3 * Math.sqrt(of * p * (1 - p));
  const told = odd ? fires : quiet;
  if (who.length === offs.length && who.length > 1)
    return told(`${all} ${t("cards.says.everyrest", { most, examples })}`);
  if (who.length > 3) return told(`${all} ${t("cards.says.norest", { most, examples })}`);
  const named = { n: who.length, who: listed(who.map(whole)), most, examples };
  return told(`${all} ${t("cards.says.restmost", named)}`);
}
