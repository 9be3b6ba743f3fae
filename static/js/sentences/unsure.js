/** The uncertainty: where is the net unsure? */

import { percent } from "../core/format.js";
import { t } from "../core/texts.js";
import { fires, opposite, quiet } from "./said.js";

/** @param {number} share of the plane where it is less than 90 % sure @param {number | undefined} least the least sure
 *   test point's probability @param {number} classes @returns {import("./said.js").Said} */
export function says(share, least, classes) {
  if (least === undefined) return quiet();
  const blind = least < 1 / classes + 0.05;
  const told = { share: percent(least, 0) };
  const point = blind ? t("cards.says.tossup", told) : t("cards.says.leastsure", told);
  const open = t("cards.says.open", { share: share < 0.005 ? t("cards.says.underone") : percent(share, 0) });
  if (share >= 0.25 || blind) return fires(`${open} ${point}`);
  if (share < 0.05 && least >= 0.9) return opposite(`${t("cards.says.sure")} ${point}`);
  return quiet(`${open} ${point}`);
}
