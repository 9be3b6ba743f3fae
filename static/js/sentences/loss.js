/** The loss: is it learning by heart? */

import { loss } from "../core/format.js";
import { gapSentence } from "../geometry/chart.js";
import { fires, opposite, quiet } from "./said.js";

/** @param {{train: number | null | undefined, test: number | null | undefined, shaded: boolean, trained: boolean}} now
 *   the losses where the playhead stands; `shaded`: the gap is on the picture @returns {import("./said.js").Said} */
export function says({ train, test, shaded, trained }) {
  if (!trained) return quiet("Nothing has been learned yet. Press play, and the loss draws its way here.");
  const text = gapSentence(train, test, loss, shaded);
  if (!text) return quiet();
  return text.startsWith("Test loss") ? fires(text) : opposite(text);
}
