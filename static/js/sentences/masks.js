/** Dropout's masks: who rested in this batch? */

import { fires, opposite, quiet } from "./said.js";

/** @param {{off: number, of: number, expected: number}} count @param {number[]} offs how often each unit was off
 * @param {number} examples @returns {import("./said.js").Said} */
export function says({ off, of, expected }, offs, examples) {
  if (!of) return quiet();
  const most = Math.max(...offs);
  const who = offs.map((n, u) => (n === most ? u + 1 : 0)).filter((u) => u > 0);
  const all = `**${off} of ${of}** answers were switched off (expected ${Math.round(expected)}).`;
  if (most === 0) return opposite(`${all} Every unit was at work for every example.`);
  // Three standard deviations of a binomial: once in some hundred batches.
  const p = expected / of;
  const odd = Math.abs(off - expected) > 3 * Math.sqrt(of * p * (1 - p));
  const told = odd ? fires : quiet;
  if (who.length === offs.length && who.length > 1)
    return told(`${all} Every unit rested ${most} of ${examples} times.`);
  if (who.length > 3) return told(`${all} No unit rested more than ${most} of ${examples} times.`);
  const names = who.length === 1 ? `Unit ${who[0]}` : `Units ${who.slice(0, -1).join(", ")} and ${who[who.length - 1]}`;
  return told(`${all} ${names} rested most: ${most} of ${examples}.`);
}
