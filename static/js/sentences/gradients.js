/** The gradients: does the error reach the first layer? */

import { times } from "../geometry/spread.js";
import { capital, fires, opposite, quiet } from "./said.js";

/** @param {{title: string, middle: number | undefined, none: number}[]} rows from the input on: the median of each
 *   layer's gradients, and the share of its weights without any @returns {import("./said.js").Said} */
export function says(rows) {
  const idle = rows.reduce((most, row) => (row.none > most.none ? row : most), rows[0]);
  if (idle && idle.none >= 0.2) {
    const share = `${Math.round(100 * idle.none)} %`;
    return fires(`**${share}** of the weights of ${idle.title} got no gradient in this batch: their units rest.`);
  }
  const [first, last] = [rows[0], rows[rows.length - 1]];
  if (!first?.middle || !last?.middle) return quiet();
  if (rows.length === 1) return opposite("One layer: the error reaches every weight at first hand.");
  const name = capital(first.title);
  const ratio = first.middle / last.middle;
  if (ratio < 0.1)
    return fires(`${name} gets gradients **${times(1 / ratio)} smaller** than ${last.title}: the signal fades.`);
  if (ratio > 10)
    return fires(`${name} gets gradients **${times(ratio)} larger** than ${last.title}: the signal swells.`);
  if (ratio > 0.95 && ratio < 1.05)
    return opposite(`${name} and ${last.title} get gradients of one size: the signal arrives.`);
  const more = ratio >= 1 ? `${times(ratio)} larger` : `${times(1 / ratio)} smaller`;
  return opposite(`${name} gets gradients **${more}** than ${last.title}: the signal arrives.`);
}
