/**
 * Changes that need a new start: another dataset, other features, another loss. What a change does not name stays as
 * it stands, marks of the old run do not come along, and undo goes back to the old run.
 */

import { begin } from "./begin.js";
import { follow } from "./recipes.js";
import { settled } from "./session.js";
import { t } from "./texts.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./types.js").Experiment} Experiment */

/** The experiment as it stands, without the story of its edits. @param {Store} store @returns {Experiment} */
export const folded = (store) => ({ ...structuredClone(store.experiment.peek()), edits: [] });

/** Starts anew with a change. @param {Store} store @param {(experiment: Experiment) => void} change
 * @param {string} said what happened, for the notice @param {string} [brings] what came along unasked
 * @returns {Promise<boolean>} whether the server took it */
export async function restartWith(store, change, said, brings = "") {
  await settled(store);
  const experiment = folded(store);
  const { step } = store.session.peek();
  change(experiment);
  const made = await begin(store, experiment, said);
  if (!made) return false;
  const kept = step > 0 ? t("change.kept") : "";
  if (brings) store.notice.value = `${t("change.brings", { said, brings })} ${kept}`.trim();
  else if (step > 0) store.notice.value = `${t("change.again", { said })} ${kept}`.trim();
  return true;
}

/** The same net on the same data from other random weights. @param {Store} store */
export const otherStart = (store) =>
  restartWith(
    store,
    (experiment) => {
      const init = experiment.seeds?.init ?? experiment.seed;
      experiment.seeds = { ...experiment.seeds, init: (init + 1) % 2 ** 32 };
    },
    t("change.start"),
  );

/** The same first weights on other points of the same kind. What was erased was of the points before.
 * @param {Store} store */
export const otherPoints = (store) =>
  restartWith(
    store,
    (experiment) => {
      const data = experiment.seeds?.data ?? experiment.seed;
      experiment.seeds = { ...experiment.seeds, data: (data + 1) % 2 ** 32 };
      delete experiment.data.erased;
    },
    t("change.points"),
  );

/** A dataset asks for its own head and brings a net that can learn it; its noise and shares stay as they stand.
 * @param {Store} store @param {Experiment} experiment @param {string} kind */
export function takeData(store, experiment, kind) {
  const { classes = 2 } = store.previews[kind] ?? {};
  const known = new Set((store.catalog.families.data[kind]?.fields ?? []).map(({ name }) => name));
  // What a hand painted on one set says nothing about another, nor whether another's columns need one scale.
  for (const name of ["painted", "erased", "standardize"]) known.delete(name);
  const knobs = Object.fromEntries(Object.entries(experiment.data).filter(([name]) => known.has(name)));
  experiment.data = { ...knobs, kind };
  follow(experiment);
  // A loss for values was no choice among those for classes.
  const valued = store.previews[store.data.peek()]?.classes === 0;
  experiment.training.loss = { kind: suits(valued ? "" : (experiment.training.loss?.kind ?? ""), classes) };
}

/** @param {string} loss @param {number} classes 0 for values */
export function suits(loss, classes) {
  if (classes === 0) return "squared_error";
  if (classes === 2) return loss === "softmax_cross_entropy" || !loss ? "logistic" : loss;
  return loss === "squared_error" ? loss : "softmax_cross_entropy";
}
