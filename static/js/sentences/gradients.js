/** The gradients: does the error reach the first layer? */

import { percent } from "../core/format.js";
import { t } from "../core/texts.js";
import { times } from "../geometry/spread.js";
import { capital, fires, opposite, quiet } from "./said.js";

/** @param {{title: string, middle: number | undefined, none: number}[]} rows from the input on: the median of each
 *   layer's gradients, and the share of its weights without any @returns {import("./said.js").Said} */
export function says(rows) {
  const idle = rows.reduce((most, row) => (row.none > most.none ? row : most), rows[0]);
  if (idle && idle.none >= 0.2) return fires(t("cards.says.idle", { share: percent(idle.none, 0), title: idle.title }));
  const [from, to] = [rows[0], rows[rows.length - 1]];
  if (!from?.middle || !to?.middle) return quiet();
  if (rows.length === 1) return opposite(t("cards.says.onelayer"));
  const ratio = from.middle / to.middle;
  const told = { first: capital(from.title), last: to.title, times: times(ratio >= 1 ? ratio : 1 / ratio) };
  if (ratio < 0.1) return fires(t("cards.says.fades", told));
  if (ratio > 10) return fires(t("cards.says.swells", told));
  if (ratio > 0.95 && ratio < 1.05) return opposite(t("cards.says.even", { first: told.first, last: told.last }));
  return opposite(ratio >= 1 ? t("cards.says.larger", told) : t("cards.says.smaller", told));
}
