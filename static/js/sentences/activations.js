/** The activations: do the units still answer, and still learn? */

import { FLAT } from "../geometry/spread.js";
import { fires, opposite, quiet } from "./said.js";

/** @typedef {{title: string, share: number, dead: number, units: number, activation: string}} Row */

/** @param {Row[]} rows layers whose activation is flat somewhere @param {"plane" | "batch"} over where they were asked
 * @returns {import("./said.js").Said} */
export function says(rows, over = "plane") {
  const silent = rows.filter(({ dead, activation }) => dead > 0 && activation === "relu");
  const dead = silent.reduce(
    (most, row) => (row.dead / row.units > (most?.dead ?? 0) / (most?.units ?? 1) ? row : most),
    silent[0],
  );
  if (dead) {
    const are = dead.dead === 1 ? "answers" : "answer";
    const where = over === "plane" ? "everywhere" : "to the whole batch";
    return fires(
      `**${dead.dead} of ${dead.units}** units of ${dead.title} ${are} 0 ${where}: nothing reaches them any more.`,
    );
  }
  const most = rows.reduce((a, b) => (b.share > a.share ? b : a), rows[0]);
  if (!most) return quiet();
  const { words } = FLAT[most.activation];
  if (most.share < 0.05) return opposite(`Hardly an answer is ${words}: every unit still learns everywhere.`);
  const share = `${Math.round(100 * most.share)} %`;
  // Half of a ReLU's answers are 0 by design; a squashing unit that is flat half the time is saturated.
  if (most.activation !== "relu" && most.share > 0.5)
    return fires(`**${share}** of the answers of ${most.title} are ${words}: there it hardly learns.`);
  const where = rows.length > 1 ? `, most in **${most.title}**: ${share}` : `: **${share}**`;
  return quiet(`The full bars are answers ${words}${where}.`);
}
