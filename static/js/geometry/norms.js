/** The numbers of a batch norm as a picture and a sentence need them. */

import { fixed, many } from "../core/format.js";

/** @typedef {{mean: number, deviation: number, batchMean: number | null, batchDeviation: number | null}} Channel */

/** The ends of the picture: all means with their deviations. @param {Channel[]} list */
export function spreadOf(list) {
  const ends = list.flatMap(({ mean, deviation, batchMean, batchDeviation }) => [
    mean - deviation,
    mean + deviation,
    ...(batchMean === null || batchDeviation === null ? [] : [batchMean - batchDeviation, batchMean + batchDeviation]),
  ]);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  return low < high ? { low, high } : { low: low - 1, high: high + 1 };
}

/** How far the last batch's mean lies from the running one, in deviations. @param {Channel} channel */
export const drift = ({ mean, deviation, batchMean }) =>
  batchMean === null ? 0 : Math.abs(batchMean - mean) / Math.max(deviation, 1e-6);

/** What the card says of them now. @param {Channel[]} list */
export function normSentence(list) {
  if (list.every(({ batchMean }) => batchMean === null))
    return "Before the first step the running mean is 0 and the deviation 1: nothing is known yet.";
  const far = Math.max(...list.map(drift));
  const at = list.findIndex((channel) => drift(channel) === far);
  const apart = list.filter((channel) => drift(channel) > 0.5).length;
  if (apart)
    return `In **${apart} of ${many(list.length, "channel")}** the last batch lies more than half a deviation from the running mean (channel ${at + 1}: ${fixed(far, 1)}): in use the net sees other numbers than in training.`;
  return `The last batch and the running numbers agree: at most **${fixed(far, 2)} deviations** apart (channel ${at + 1}), so use is like training.`;
}
