/** The activations: do the units still answer, and still learn? */

import { percent } from "../core/format.js";
import { named, t } from "../core/texts.js";
import { fires, opposite, quiet } from "./said.js";

/** @typedef {{title: string, share: number, dead: number, units: number, activation: string}} Row */

/** @param {Row[]} rows layers whose activation is flat somewhere @param {"plane" | "batch"} over where they were asked
 * @returns {import("./said.js").Said} */
export function says(rows, over = "plane") {
  const silent = rows.filter(({ dead, activation }) => dead > 0 && activation === "relu");
  const part = (/** @type {Row | undefined} */ row) => (row ? row.dead / row.units : 0);
  const worst = silent.reduce((most, row) => (part(row) > part(most) ? row : most), silent[0]);
  if (worst) {
    const told = { dead: worst.dead, all: worst.units, title: worst.title };
    return fires(over === "plane" ? t("cards.says.dead", told) : t("cards.says.deadbatch", told));
  }
  const most = rows.reduce((a, b) => (b.share > a.share ? b : a), rows[0]);
  if (!most) return quiet();
  const flat = named("cards", `flat.${most.activation}`) ?? "";
  if (most.share < 0.05) return opposite(t("cards.says.awake", { flat }));
  const share = percent(most.share, 0);
  // Half of a ReLU's answers are 0 by design; a squashing unit that is flat half the time is saturated.
  if (most.activation !== "relu" && most.share > 0.5)
    return fires(t("cards.says.saturated", { share, title: most.title, flat }));
  return quiet(
    rows.length > 1
      ? t("cards.says.barsmost", { flat, title: most.title, share })
      : t("cards.says.bars", { flat, share }),
  );
}
