/** The norm: are training and use alike? */

import { fixed } from "../core/format.js";
import { t } from "../core/texts.js";
import { drift } from "../geometry/norms.js";
import { fires, opposite, quiet } from "./said.js";

/** @param {import("../geometry/norms.js").Channel[]} list @returns {import("./said.js").Said} */
export function says(list) {
  if (list.every(({ batchMean }) => batchMean === null)) return quiet(t("cards.says.normfirst"));
  const far = Math.max(...list.map(drift));
  const at = list.findIndex((channel) => drift(channel) === far) + 1;
  const apart = list.filter((channel) => drift(channel) > 0.5).length;
  if (apart) return fires(t("cards.says.normapart", { apart, n: list.length, at, far: fixed(far, 1) }));
  return opposite(t("cards.says.normalike", { far: fixed(far, 2), at }));
}
