/** The norm: are training and use alike? */

import { fixed, many } from "../core/format.js";
import { drift } from "../geometry/norms.js";
import { fires, opposite, quiet } from "./said.js";

/** @param {import("../geometry/norms.js").Channel[]} list @returns {import("./said.js").Said} */
export function says(list) {
  if (list.every(({ batchMean }) => batchMean === null))
    return quiet("Before the first step the running mean is 0 and the deviation 1: nothing is known yet.");
  const far = Math.max(...list.map(drift));
  const at = list.findIndex((channel) => drift(channel) === far);
  const apart = list.filter((channel) => drift(channel) > 0.5).length;
  if (apart)
    return fires(
      `In **${apart} of ${many(list.length, "channel")}** the last batch lies more than half a deviation from the running mean (channel ${at + 1}: ${fixed(far, 1)}): in use the net sees other numbers than in training.`,
    );
  return opposite(
    `The last batch and the running numbers agree: at most **${fixed(far, 2)} deviations** apart (channel ${at + 1}), so use is like training.`,
  );
}
