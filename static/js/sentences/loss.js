/** The loss: is it learning by heart? */

import { loss } from "../core/format.js";
import { t } from "../core/texts.js";
import { gapSentence } from "../geometry/chart.js";
import { fires, opposite, quiet } from "./said.js";

/** @param {{train: number | null | undefined, test: number | null | undefined, shaded: boolean, trained: boolean}} now
 *   the losses where the playhead stands; `shaded`: the gap is on the picture @returns {import("./said.js").Said} */
export function says({ train, test, shaded, trained }) {
  if (!trained) return quiet(t("cards.says.untrained"));
  const text = gapSentence(train, test, loss, shaded);
  if (!text) return quiet();
  const [ratio, gap] = [Number(test) / Number(train), Number(test) - Number(train)];
  return gap > 0.02 || (gap > 0.01 && ratio >= 1.5) ? fires(text) : opposite(text);
}
