/** How the network learns: the knobs of a beginner; all others are behind “More settings” (more.js). */

import { effect } from "@preact/signals-core";

import { field, fresh, ladderOf, options, word } from "../core/catalog.js";
import { byId } from "../core/dom.js";
import { knob as number, whole } from "../core/format.js";
import { set } from "../core/session.js";
import { t } from "../core/texts.js";
import { choice, slider } from "./knob.js";
import { mountLimit } from "./limit.js";
import { live, setting } from "./live.js";
import { mountMore } from "./more.js";
import { BATCHES, DECAYS, upToAll, withZero } from "./rungs.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/types.js").Kind} Kind */

const LEARNER = "/training/learner";

/** @param {Store} store */
export function mountTraining(store) {
  const place = byId("training-knobs");
  const learner = () => store.experiment.value.training.learner;
  const penalty = (/** @type {string} */ kind) =>
    /** @type {Kind[]} */ (learner().penalties ?? []).find((found) => found.kind === kind)?.rate ?? 0;
  const penalties = (/** @type {string} */ kind, /** @type {number} */ rate) => {
    const others = /** @type {Kind[]} */ (learner().penalties ?? []).filter((found) => found.kind !== kind);
    return [setting(`${LEARNER}/penalties`, rate > 0 ? [...others, { kind, rate }] : others)];
  };

  const optimizer = choice({
    id: "optimizer",
    label: t("train.rule"),
    says: t("train.rule.says"),
    options: options(store, "optimizer"),
    change: (kind) => {
      const { optimizer: now } = learner();
      // The chosen rate comes along, but where one of the two takes it in other units: there the rule's own is better.
      const other = [kind, now?.kind].includes("adadelta");
      const value = fresh(store, "optimizer", kind, other ? {} : { learning_rate: now?.learning_rate });
      void set(store, `${LEARNER}/optimizer`, value);
    },
  });
  const rate = slider({
    id: "learning-rate",
    label: word("learning_rate"),
    says: t("train.rate.says"),
    ladder: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1],
    ...live(store, (value) => [
      setting(learner().optimizer ? `${LEARNER}/optimizer/learning_rate` : `${LEARNER}/learning_rate`, value),
    ]),
  });
  /** How many training points there are; null before that is known. */
  const count = () => store.frame.value?.probes.scores?.info?.train?.of ?? null;
  const batch = slider({
    id: "batch",
    label: word("batch"),
    says: t("train.batch.says"),
    ladder: BATCHES,
    words: (size) => (size === Infinity ? t("train.batch.all", { n: whole(count()) }) : number(size)),
    ...live(store, (value) => [setting(`${LEARNER}/batch`, value === Infinity ? null : Math.round(value))]),
  });
  const decay = slider({
    id: "weight-decay",
    label: t("train.decay"),
    says: t("train.decay.says"),
    ladder: DECAYS,
    ...live(store, (value) => penalties("l2", value)),
  });
  for (const control of [optimizer, batch, decay]) control.element.classList.add("when-lab");
  place.append(optimizer.element, rate.element, batch.element, decay.element);
  mountLimit(store, rate.element);

  effect(() => {
    const { kind, optimizer: now, batch: size, learning_rate: own } = learner();
    optimizer.element.hidden = !now;
    if (now) optimizer.show(now.kind);
    const found = now
      ? field(store, "optimizer", now.kind, "learning_rate")
      : field(store, "learner", kind, "learning_rate");
    const value = now?.learning_rate ?? own;
    rate.element.hidden = value === undefined;
    if (value !== undefined) rate.show(value, { ladder: ladderOf(found, [0.001, 0.01, 0.1, 1]) });
    batch.element.hidden = size === undefined;
    const all = count();
    if (size !== undefined)
      batch.show(size ?? Infinity, { ladder: upToAll(ladderOf(field(store, "learner", kind, "batch"), BATCHES), all) });
    decay.element.hidden = !now;
    decay.show(penalty("l2"), { ladder: withZero(ladderOf(field(store, "penalty", "l2", "rate"), DECAYS)) });
  });

  mountMore(store, { penalty, penalties });
}
