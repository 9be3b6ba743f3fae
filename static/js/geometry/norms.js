/** The numbers of a batch norm as a picture and a sentence need them. */

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
