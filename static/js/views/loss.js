/**
 * The loss card: train and test over the whole run or a part of it, the gap between them, what was edited, and what it
 * means. Smoothing never hides what was measured: the raw curve stays, pale.
 */

import { effect } from "@preact/signals-core";

import { deckOf } from "../cards/state.js";
import { palette } from "../core/colour.js";
import { make, mark, say } from "../core/dom.js";
import { loss as lossWords, whole } from "../core/format.js";
import { curve } from "../core/history.js";
import { named, t } from "../core/texts.js";
import { binned, recentMean, valueAtStep } from "../geometry/chart.js";
import { eased, LEVELS } from "../geometry/ease.js";
import { logTicks, scale, tickWords, ticks } from "../geometry/ticks.js";
import { readable } from "../marks/readable.js";
import { between, line, names, notches, shade, stroke } from "../marks/strokes.js";
import { says } from "../sentences/loss.js";
import { drawn, makeCard, makeChoice } from "./card.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../geometry/chart.js").Curve} Curve */

const EDGE = { left: 38, top: 20, bottom: 22 };
const DASH = [6, 3.5];
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
  // Behind the curves stand their names.
  const right = 9 + 6.6 * Math.max(t("cards.train").length, t("cards.test").length);
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

  /** Both curves of the line shown, and of the lines left behind. */
  function curves() {
    const { line } = store.session.peek();
    const lines = store.lines.peek();
    const both = (/** @type {number} */ n) => ({
      train: curve(store.history, lines, n, "loss_mean"),
      test: curve(store.history, lines, n, "test_loss"),
    });
    const ghosts = lines.filter((one) => one.line !== line).map((one) => ({ from: one.at, ...both(one.line) }));
    const { train, test } = both(line);
    return { train, test: upToNow(test), smooth: eased(train, LEVELS[level]), ghosts };
  }

  /** The test is taken at some steps only; where the playhead stands it is known as well.
   * @param {Curve} test @returns {Curve} */
  function upToNow({ steps, values }) {
    const frame = store.frame.peek();
    const now = frame?.probes.scores?.info?.test?.loss;
    const step = frame?.step ?? 0;
    if (typeof now !== "number" || (steps[steps.length - 1] ?? -1) >= step) return { steps, values };
    return { steps: [...steps, step], values: [...values, now] };
  }

  /** @param {ReturnType<typeof curves>} all */
  const lastOf = (all) =>
    Math.max(
      10,
      store.session.peek().step,
      ...[all, ...all.ghosts].map(({ train }) => train.steps[train.steps.length - 1] ?? 0),
    );

  /** @param {number} width @param {number} height @param {ReturnType<typeof curves>} all */
  function scales(width, height, all) {
    const last = lastOf(all);
    const [from, to] = [range?.from ?? 0, range?.to ?? last];
    const seen = [all, ...all.ghosts]
      .flatMap(({ train, test }) => [train, test])
      .flatMap((one) => (range ? between(one, from, to) : one).values)
      .filter((v) => Number.isFinite(v) && (!log || v > 0));
    const [low, high] = seen.length ? [Math.min(...seen), Math.max(...seen)] : [0.1, 1];
    const [bottom, top] = log
      ? [Math.max(low * 0.8, high * 1e-7), high * 1.15]
      : [range ? low * 0.97 : 0, high * 1.06 || 1];
    const x = scale(from, to, EDGE.left, width - right);
    return { last, from, to, bottom, top, x, y: scale(bottom, top, height - EDGE.bottom, EDGE.top, log) };
  }

  const picture = drawn(canvas, (context, width, height, font) => {
    const p = palette();
    const all = curves();
    const { x, y, from, to, bottom, top } = scales(width, height, all);
    const { step } = store.session.peek();
    context.textAlign = "left";
    context.fillStyle = p.soft;
    context.fillText(
      named("cards", LOSSES[store.experiment.peek().training.loss?.kind ?? ""] ?? "mistakes") ?? "",
      0,
      6,
    );
    context.textAlign = "right";
    const marks = log ? logTicks(bottom, top) : ticks(bottom, top, height > 300 ? 6 : 3);
    for (const value of marks.length ? marks : [top]) {
      context.strokeStyle = p.line;
      line(context, EDGE.left, y(value), width - right, y(value));
      context.fillStyle = p.soft;
      context.fillText(tickWords(value), EDGE.left - 7, y(value));
    }
    context.textAlign = "center";
    const foot = height - 9;
    context.fillText(whole(from), x(from), foot);
    if (!all.train.steps.length) return;
    const near = x(to) - x(step) < 52 && step <= to;
    if (step > from && step <= to && x(step) - x(from) > 30) context.fillText(whole(step), x(step), foot);
    if (!near) context.fillText(whole(to), x(to), foot);

    context.save();
    context.beginPath();
    context.rect(EDGE.left - 1, 0, width - right - EDGE.left + 2, height - EDGE.bottom + 1);
    context.clip();
    const clamp = (/** @type {number} */ v) => y(Math.min(top, Math.max(bottom, v)));
    for (const ghost of all.ghosts) {
      const [a, b] = [ghost.train, ghost.test].map((one) => binned(between(one, ghost.from, Infinity), x, 3.5));
      stroke(context, a, x, clamp, { colour: p.ink, alpha: 0.3 });
      stroke(context, b, x, clamp, { colour: p.test, dash: DASH, alpha: 0.3 });
    }
    shade(context, all, x, clamp, step, p.test);
    const box = { top: EDGE.top, bottom: height - EDGE.bottom, words: width >= 520 };
    notches(context, marksOf(), x, box, p.soft, font);
    for (const [alpha, a, b] of [
      [0.35, step, Infinity],
      [1, -1, step],
    ]) {
      context.globalAlpha = alpha;
      // As measured, always; the smoothed curve on it.
      if (level) stroke(context, between(all.train, a, b), x, clamp, { colour: p.ink, width: 1, alpha: 0.28 });
      stroke(context, between(all.smooth, a, b), x, clamp, { colour: p.ink, width: level ? 2 : 1.2 });
      stroke(context, between(all.test, a, b), x, clamp, { colour: p.test, dash: DASH });
    }
    context.globalAlpha = 1;
    context.strokeStyle = p.ink;
    context.lineWidth = 1.6;
    line(context, x(step), EDGE.top, x(step), height - EDGE.bottom);
    if (pointed !== null) {
      context.strokeStyle = p.accent;
      context.lineWidth = 1;
      line(context, x(pointed), EDGE.top, x(pointed), height - EDGE.bottom);
      if (grip !== null) {
        context.fillStyle = p.accent;
        context.globalAlpha = 0.12;
        context.fillRect(x(grip), EDGE.top, x(pointed) - x(grip), height - EDGE.bottom - EDGE.top);
        context.globalAlpha = 1;
      }
    }
    context.restore();
    if (step < from || step > to) return;
    const [a, b] = [valueAtStep(all.smooth, step), valueAtStep(all.test, step)];
    const at = (/** @type {number | undefined} */ v) => (v === undefined ? NaN : clamp(v));
    names(
      context,
      [
        [t("cards.train"), at(a), p.ink],
        [t("cards.test"), at(b), p.test],
      ],
      x(step) + 6,
      height - EDGE.bottom - 6,
      p.card,
      font,
    );
  });

  const marksOf = () => store.lines.peek().find((one) => one.line === store.session.peek().line)?.edits ?? [];

  /** The numbers at a step. @param {number | null} step */
  function read(step) {
    pointed = step;
    values.hidden = step === null;
    if (step !== null) {
      const all = curves();
      const [train, test] = [valueAtStep(all.train, step), valueAtStep(all.test, step)];
      const { last } = scales(canvas.clientWidth, canvas.clientHeight, all);
      const close = ((range ? range.to - range.from : last) * 5) / Math.max(1, canvas.clientWidth);
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
    const { from, to } = scales(box.width, box.height, all);
    const t = (clientX - box.left - EDGE.left) / (box.width - EDGE.left - right);
    if (grip === null && (t < -0.02 || t > 1.02)) return null;
    return Math.round(from + Math.max(0, Math.min(1, t)) * (to - from));
  }
  readable(canvas, {
    stepAt,
    read,
    look,
    grab: (step) => (grip = step),
    now: () => ({ range, last: lastOf(curves()), at: pointed ?? store.session.peek().step, grip }),
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
