/** The weights: how large have they become? */

import { fixed } from "../core/format.js";
import { t } from "../core/texts.js";
import { times } from "../geometry/spread.js";
import { fires, opposite, quiet } from "./said.js";

/** @param {{middle: number | undefined, largest: number, ends: {from: string | null, to: string} | null}} now median and
 *   maximum of the weights' sizes; `ends`: from where to where the largest leads @returns {import("./said.js").Said} */
export function says({ middle, largest, ends }) {
  if (middle === undefined || !(largest > 0)) return quiet();
  const who = ends?.from ? t("cards.says.fromto", { from: ends.from, to: ends.to }) : "";
  const told = { middle: fixed(middle, 2), size: `**${fixed(largest, 2)}**`, who };
  if (middle > 0 && largest > 10 * middle)
    return fires(t("cards.says.outlier", { size: told.size, who, times: times(largest / middle) }));
  return largest < 1 ? opposite(t("cards.says.allsmall", told)) : quiet(t("cards.says.half", told));
}
