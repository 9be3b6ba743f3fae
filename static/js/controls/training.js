/** How the network learns: the knobs of a beginner, and behind “More settings” everything else the catalogue knows. */

import { effect } from "@preact/signals-core";

import { field, fields, fresh, isNumber, ladderOf, options, word } from "../core/catalog.js";
import { otherPoints, restartWith, suits } from "../core/change.js";
import { byId, make } from "../core/dom.js";
import { knob as number, whole } from "../core/format.js";
import { set } from "../core/session.js";
import { t } from "../core/texts.js";
import { choice, slider, tick } from "./knob.js";
import { mountLimit } from "./limit.js";
import { live, setting } from "./live.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/types.js").Kind} Kind */

const LEARNER = "/training/learner";
const BATCHES = [1, 2, 4, 8, 10, 16, 32, 64, 128, 256];
const CLIPS = [0, 0.1, 0.3, 1, 3, 10];
const DECAYS = [0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1];

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

/** @param {number[]} ladder */
const withZero = (ladder) => (ladder[0] === 0 ? ladder : [0, ...ladder]);

/** The rungs below all there are, and all. @param {number[]} ladder @param {number | null} all */
export const upToAll = (ladder, all) => [...ladder.filter((size) => all === null || size < all), Infinity];

/** Everything else. The list is made anew when a kind changes, since other fields belong to it.
 * @param {Store} store
 * @param {{penalty: (kind: string) => number, penalties: (kind: string, rate: number) => any[]}} given */
function mountMore(store, { penalty, penalties }) {
  const button = byId("more");
  const place = byId("more-knobs");
  button.addEventListener("click", () => {
    place.hidden = !place.hidden;
    button.setAttribute("aria-expanded", String(!place.hidden));
  });

  const now = () => store.experiment.value;
  let made = "";
  /** @type {(() => void)[]} */
  let shows = [];

  const rebuild = () => {
    const { data, training } = now();
    const { learner } = training;
    const { optimizer, schedule } = learner;
    shows = [];
    place.replaceChildren();
    /** @template T @param {import("./knob.js").Control<T>} control @param {() => T} value */
    const add = (control, value) => {
      place.append(control.element);
      shows.push(() => control.show(value()));
    };

    const { classes = 2 } = store.previews[data.kind] ?? {};
    const losses = Object.fromEntries(
      Object.entries(options(store, "loss")).filter(
        ([kind]) => suits(kind, classes) === kind || (kind === "softmax_cross_entropy" && classes > 0),
      ),
    );
    if (training.loss) {
      const change = (/** @type {string} */ kind) =>
        void restartWith(
          store,
          ({ training: own }) => void (own.loss = { kind }),
          t("train.loss.now", { loss: word(kind) }),
        );
      add(choice({ id: "loss", label: t("score.loss"), says: t("train.again"), options: losses, change }), () =>
        String(now().training.loss?.kind),
      );
    }
    if (optimizer) {
      for (const f of fields(store, "optimizer", optimizer.kind)) {
        if (f.name === "learning_rate" || !isNumber(f)) continue;
        addNumber(
          add,
          f,
          `optimizer-${f.name}`,
          `${LEARNER}/optimizer/${f.name}`,
          () => now().training.learner.optimizer?.[f.name],
        );
      }
      const l1 = ladderOf(field(store, "penalty", "l1", "rate"), DECAYS);
      const sparse = slider({
        id: "l1",
        label: t("train.l1"),
        says: t("train.l1.says"),
        ladder: withZero(l1),
        ...live(store, (value) => penalties("l1", value)),
      });
      add(sparse, () => penalty("l1"));
      const clip = slider({
        id: "clip",
        label: word("clip"),
        says: t("train.clip.says"),
        ladder: CLIPS,
        words: (x) => (x > 0 ? number(x) : t("train.off")),
        ...live(store, (value) => [setting(`${LEARNER}/clip`, value > 0 ? value : null)]),
      });
      add(clip, () => now().training.learner.clip ?? 0);
    }
    if (schedule) {
      const change = (/** @type {string} */ kind) => void set(store, `${LEARNER}/schedule`, { kind });
      add(
        choice({
          id: "schedule",
          label: word("schedule"),
          says: t("train.schedule.says"),
          options: options(store, "schedule"),
          change,
        }),
        () => String(now().training.learner.schedule?.kind),
      );
      for (const f of fields(store, "schedule", schedule.kind)) {
        addNumber(
          add,
          f,
          `schedule-${f.name}`,
          `${LEARNER}/schedule/${f.name}`,
          () => now().training.learner.schedule?.[f.name],
        );
      }
    }
    for (const f of fields(store, "data", data.kind)) {
      if (f.name === "count")
        addNumber(add, f, "count", "/data/count", () => now().data.count, [50, 100, 200, 400, 800, 1600]);
      if (typeof f.default === "boolean") {
        const change = (/** @type {boolean} */ on) =>
          void restartWith(store, ({ data: own }) => void (own[f.name] = on), word(f.name));
        add(
          tick({ id: `data-${f.name}`, label: word(f.name), says: t("train.again.says", { says: f.says }), change }),
          () => Boolean(now().data[f.name]),
        );
      }
    }
    const points = make(
      "button",
      { id: "other-points", "data-term": "seed", type: "button", class: "outlined", onclick: () => otherPoints(store) },
      t("train.points"),
    );
    points.title = t("train.points.says");
    place.append(points);
  };

  /** @param {(control: any, value: () => any) => void} add @param {import("../core/types.js").Field} f
   * @param {string} id @param {string} path @param {() => number} value @param {number[]} [ladder] */
  const addNumber = (add, f, id, path, value, ladder) => {
    const rungs = ladderOf(f, ladder ?? between(f));
    const whole = Number.isInteger(f.default) && rungs.every(Number.isInteger) && f.default > 1;
    add(
      slider({
        id,
        label: word(f.name),
        says: f.says,
        ladder: rungs,
        words: number,
        ...live(store, (x) => [setting(path, whole ? Math.round(x) : x)]),
      }),
      value,
    );
  };

  effect(() => {
    const { data, training } = now();
    const key = JSON.stringify([
      data.kind,
      training.learner.kind,
      training.learner.optimizer?.kind,
      training.learner.schedule?.kind,
    ]);
    if (key !== made) {
      made = key;
      rebuild();
    }
    for (const show of shows) show();
  });
}

/** A few rungs for a field that declares none. @param {import("../core/types.js").Field} f */
function between({ low, high, default: start }) {
  const rungs = new Set([start / 10, start / 3, start, start * 3, start * 10].map((x) => Number(x.toPrecision(1))));
  return [...rungs, start]
    .filter((x, i, all) => all.indexOf(x) === i && (low == null || x >= low) && (high == null || x <= high))
    .sort((a, b) => a - b);
}
