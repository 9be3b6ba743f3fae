/** How the network learns, behind “More settings”: everything else the catalogue knows. */

import { effect } from "@preact/signals-core";

import { field, fields, isNumber, ladderOf, options, word } from "../core/catalog.js";
import { otherPoints, restartWith, suits } from "../core/change.js";
import { byId, make } from "../core/dom.js";
import { knob as number } from "../core/format.js";
import { set } from "../core/session.js";
import { t } from "../core/texts.js";
import { choice, slider, tick } from "./knob.js";
import { live, setting } from "./live.js";
import { between, CLIPS, DECAYS, withZero } from "./rungs.js";

/** @typedef {import("../core/store.js").Store} Store */

const LEARNER = "/training/learner";

/** The list is made anew when a kind changes, since other fields belong to it.
 * @param {Store} store
 * @param {{penalty: (kind: string) => number, penalties: (kind: string, rate: number) => any[]}} given */
export function mountMore(store, { penalty, penalties }) {
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
