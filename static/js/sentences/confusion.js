/** The confusion: which class is taken for which? */

import { fires, opposite, quiet } from "./said.js";

/** @param {number[][]} counts a row for what it is @param {string[]} names @returns {import("./said.js").Said} */
export function says(counts, names) {
  let [worst, is, said, wrong, all] = [0, 0, 0, 0, 0];
  counts.forEach((row, i) =>
    row.forEach((n, j) => {
      all += n;
      if (i === j) return;
      wrong += n;
      if (n > worst) [worst, is, said] = [n, i, j];
    }),
  );
  if (!all) return quiet();
  if (!wrong) return opposite(`All **${all}** are on the diagonal: nothing is taken for anything else.`);
  const often = worst === 1 ? "once" : worst === 2 ? "twice" : `${worst} times`;
  return fires(`Most often wrong: **${names[is]} taken for ${names[said]}**, ${often}. The diagonal is right.`);
}

/** @param {{is: string, said: string, count: number, shown: number}} cell that was clicked */
export const saysCell = ({ is, said, count, shown }) =>
  count === 0
    ? `No test point of ${is} is taken for ${said}.`
    : `Ringed on the plane: **${shown < count ? `${shown} of ${count}` : count}** test ${count === 1 ? "point" : "points"} of ${is} that it calls ${said}.`;
