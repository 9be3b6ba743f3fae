/** The uncertainty: where is the net unsure? */

import { fires, opposite, quiet } from "./said.js";

/** @param {number} share of the plane where it is less than 90 % sure @param {number | undefined} least the least sure
 *   test point's probability @param {number} classes @returns {import("./said.js").Said} */
export function says(share, least, classes) {
  if (least === undefined) return quiet();
  const where = share < 0.005 ? "less than 1 %" : `${Math.round(100 * share)} %`;
  const blind = least < 1 / classes + 0.05 ? ": a toss-up" : "";
  const point = `The least sure test point: **${Math.round(100 * least)} %**${blind}.`;
  const open = `On **${where}** of the plane it is less than 90 % sure.`;
  if (share >= 0.25 || blind) return fires(`${open} ${point}`);
  if (share < 0.05 && least >= 0.9) return opposite(`It is sure nearly everywhere, even on every test point. ${point}`);
  return quiet(`${open} ${point}`);
}
