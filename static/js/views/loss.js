/**
 * The loss card: train and test over the whole run or a part of it, the gap between them, what was edited, and what it
 * means. Smoothing never hides what was measured: the raw curve stays, pale.
 */

import { effect } from "@preact/signals-core";

import { deckOf } from "../cards/state.js";
import { magnified } from "../core/canvas.js";
import { make, mark, say } from "../core/dom.js";
import { loss as lossWords } from "../core/format.js";
import { curve } from "../core/history.js";
import { named, t } from "../core/texts.js";
import { recentMean, valueAtStep } from "../geometry/chart.js";
import { LEVELS } from "../geometry/ease.js";
import { lossCurves } from "../loss/curves.js";
import { axesOf, drawLoss, placeOf } from "../loss/plot.js";
import { readable } from "../marks/readable.js";
import { says } from "../sentences/loss.js";
import { drawn, makeCard, makeChoice } from "./card.js";

/** @typedef {import("../core/store.js").Store} Store */

/** The smoothing at first. */
const USUAL = 3;

/** @type {Record<string, string>} */
const LOSSES = {
  squared_error: "squared",
  logistic: "entropy",
  hinge: "hinge",
  softmax_cross_entropy: "entropy",
};

/** @param {HTMLElement} element @param {Store} store @returns {() => void} */
export function mount(element, store) {
  const deck = deckOf(store);
  const told = deck.option("loss");
  let log = !told.includes("N");
  let level = Number(/\d/.exec(told)?.[0] ?? USUAL);
  /** @type {import("../geometry/zoom.js").Range} */
  let range = null;
  /** @type {number | null} */
  let pointed = null;
  /** Where a drag began. @type {number | null} */
  let grip = null;

  const card = makeCard(element, t("card.loss"));
  const axis = makeChoice(
    (on) => (on ? t("cards.axis.log") : t("cards.axis.linear")),
    t("cards.axis.says"),
    log,
    (on) => {
      log = on;
      keep();
    },
  );
  const slider = make("input", {
    type: "range",
    class: "card-slider",
    min: 0,
    max: LEVELS.length - 1,
    value: level,
    "aria-label": t("cards.smooth.label"),
    title: t("cards.smooth.says"),
    oninput: () => {
      level = Number(slider.value);
      keep();
    },
  });
  const whole_ = make(
    "button",
    { type: "button", class: "card-choice", hidden: true, onclick: () => look(null) },
    t("cards.wholerun"),
  );
  card.head.append(whole_, axis, make("label", { class: "card-smooth" }, t("cards.smooth"), slider));
  const values = make("div", { class: "tip chart-tip", hidden: true });
  card.canvas.after(values);
  const { canvas } = card;
  for (const [name, value] of Object.entries({ tabindex: 0, "data-arrows": "", class: "card-picture zooms" })) {
    canvas.setAttribute(name, String(value));
  }

  function keep() {
    deck.tell("loss", `${log ? "" : "N"}${level === USUAL ? "" : level}`);
    picture.redraw();
  }
  /** @param {import("../geometry/zoom.js").Range} next */
  function look(next) {
    range = next;
    whole_.hidden = !range;
    picture.redraw();
  }

  const curves = () => lossCurves(store, level);
  const marksOf = () => store.lines.peek().find((one) => one.line === store.session.peek().line)?.edits ?? [];
  const now = () => ({ range, log, level, pointed, grip });

  const picture = drawn(canvas, (context, width, height, font) =>
    drawLoss(context, width, height, font, {
      all: curves(),
      look: now(),
      step: store.session.peek().step,
      unit: named("cards", LOSSES[store.experiment.peek().training.loss?.kind ?? ""] ?? "mistakes") ?? "",
      edits: marksOf(),
    }),
  );

  /** The numbers at a step. @param {number | null} step */
  function read(step) {
    pointed = step;
    values.hidden = step === null;
    if (step !== null) {
      const all = curves();
      const [train, test] = [valueAtStep(all.train, step), valueAtStep(all.test, step)];
      const close = ((range ? range.to - range.from : all.last) * 5) / Math.max(1, canvas.clientWidth);
      const edit = marksOf().find(({ at }) => Math.abs(at - step) <= close);
      const told = { step, train: lossWords(train), test: lossWords(test) };
      const smooth = lossWords(valueAtStep(all.smooth, step));
      const words = level ? t("cards.atsmooth", { ...told, smooth }) : t("cards.at", told);
      say(values, edit ? `${words}\n${edit.words}` : words);
    }
    picture.redraw();
  }

  /** @param {MouseEvent} event the step under the pointer; null outside */
  function stepAt({ clientX }) {
    const box = canvas.getBoundingClientRect();
    const all = curves();
    if (!all.train.steps.length) return null;
    const larger = magnified(canvas);
    const [width, height] = [box.width / larger, box.height / larger];
    const { share, step } = placeOf((clientX - box.left) / larger, width, axesOf(width, height, all, now()));
    return grip === null && (share < -0.02 || share > 1.02) ? null : step;
  }
  readable(canvas, {
    stepAt,
    read,
    look,
    grab: (step) => (grip = step),
    now: () => ({ range, last: curves().last, at: pointed ?? store.session.peek().step, grip }),
    large: () => element.classList.contains("full"),
  });

  const ends = [
    effect(() => {
      void [store.history.version.value, store.session.value.step, store.lines.value, store.theme.value];
      picture.redraw();
    }),
    effect(() => {
      void store.history.version.value;
      const { step, line } = store.session.value;
      const info = store.frame.value?.probes.scores?.info;
      const train = curve(store.history, store.lines.value, line, "loss_mean");
      const test = curve(store.history, store.lines.value, line, "test_loss");
      const said = says({
        train: info?.train?.loss ?? recentMean(train, step, 8),
        test: info?.test?.loss ?? valueAtStep(test, step),
        shaded: test.steps.length > 1,
        trained: train.steps.length > 0,
      });
      card.says(said);
      mark(canvas, "aria-description", t("cards.zoom.says"));
    }),
    // Another run begins with the whole of it.
    effect(() => {
      void store.session.value.id;
      look(null);
    }),
  ];
  return () => {
    for (const end of ends) end();
    picture.stop();
  };
}
