/** The confusion: which class is taken for which? */

import { t } from "../core/texts.js";
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
  if (!wrong) return opposite(t("cards.says.diagonal", { n: all }));
  return fires(t("cards.says.mistaken", { is: names[is], said: names[said], n: worst }));
}

/** @param {{is: string, said: string, count: number, shown: number}} cell that was clicked */
export function saysCell({ is, said, count, shown }) {
  if (!count) return t("cards.says.nocell", { is, said });
  return shown < count
    ? t("cards.says.somecells", { shown, n: count, is, said })
    : t("cards.says.cell", { n: count, is, said });
}
