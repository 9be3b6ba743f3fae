/**
 * The loss card: train and test over the whole run, the gap between them, what was edited, and what it means.
 */

import { effect } from "@preact/signals-core";

import { surface } from "../core/canvas.js";
import { palette } from "../core/colour.js";
import { make, mark, say } from "../core/dom.js";
import { loss as lossWords, whole } from "../core/format.js";
import { curve } from "../core/history.js";
import { binned, gapSentence, recentMean, valueAtStep } from "../geometry/chart.js";
import { logTicks, scale, tickWords, ticks } from "../geometry/ticks.js";
import { sentence } from "../marks/sentence.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../geometry/chart.js").Curve} Curve */

const EDGE = { left: 38, right: 42, top: 8, bottom: 22 };

/** @type {Record<string, string>} */
const LOSSES = {
  squared_error: "squared error",
  logistic: "cross-entropy",
  hinge: "hinge",
  softmax_cross_entropy: "cross-entropy",
};

/** @param {HTMLElement} element @param {Store} store @returns {() => void} */
export function mount(element, store) {
  let log = true;
  /** @type {number | null} */
  let pointed = null;
  const toggle = make("button", { type: "button", class: "card-choice", "aria-pressed": true, onclick: turn });
  const side = make("span", { class: "card-side" });
  const canvas = make("canvas", { class: "card-picture", role: "img" });
  const values = make("div", { class: "tip chart-tip", hidden: true });
  const text = make("p", { class: "card-text" });
  element.replaceChildren(
    make("header", { class: "card-head" }, make("h3", {}, "Loss"), make("span", { class: "card-about" }, side, toggle)),
    make("div", { class: "card-frame" }, canvas, values),
    text,
  );

  function turn() {
    log = !log;
    label();
    picture.redraw();
  }
  function label() {
    say(toggle, log ? "log axis" : "linear axis");
    mark(toggle, "aria-pressed", log);
    mark(
      toggle,
      "title",
      log ? "each line is three times the one below; press for equal steps" : "press for a logarithmic axis",
    );
  }
  label();

  /** Both curves of the line shown, and of the lines left behind. */
  function curves() {
    const { line } = store.session.peek();
    const lines = store.lines.peek();
    const both = (/** @type {number} */ n) => ({
      train: curve(store.history, lines, n, "loss_mean"),
      test: curve(store.history, lines, n, "test_loss"),
    });
    const ghosts = lines.filter((one) => one.line !== line).map((one) => ({ from: one.at, ...both(one.line) }));
    return { train: both(line).train, test: upToNow(both(line).test), ghosts };
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

  /** @param {number} width @param {number} height @param {ReturnType<typeof curves>} drawn */
  function scales(width, height, drawn) {
    const all = [drawn, ...drawn.ghosts].flatMap(({ train, test }) => [...train.values, ...test.values]);
    const known = all.filter((v) => Number.isFinite(v) && (!log || v > 0));
    const [low, high] = known.length ? [Math.min(...known), Math.max(...known)] : [0.1, 1];
    const last = Math.max(
      10,
      store.session.peek().step,
      ...[drawn, ...drawn.ghosts].map(({ train }) => train.steps[train.steps.length - 1] ?? 0),
    );
    const [bottom, top] = log ? [Math.max(low * 0.8, high * 1e-7), high * 1.15] : [0, high * 1.06 || 1];
    return {
      last,
      bottom,
      top,
      x: scale(0, last, EDGE.left, width - EDGE.right),
      y: scale(bottom, top, height - EDGE.bottom, EDGE.top, log),
    };
  }

  const picture = surface(canvas, (context, width, height) => {
    const colours = palette();
    const drawn = curves();
    const { x, y, last, bottom, top } = scales(width, height, drawn);
    const { step } = store.session.peek();
    const font = getComputedStyle(canvas).fontFamily;
    context.font = `11.5px ${font}`;
    context.lineWidth = 1;
    context.textBaseline = "middle";
    context.textAlign = "right";
    const marks = log ? logTicks(bottom, top) : ticks(bottom, top, 3);
    for (const value of marks.length ? marks : [top]) {
      context.strokeStyle = colours.line;
      line(context, EDGE.left, y(value), width - EDGE.right, y(value));
      context.fillStyle = colours.soft;
      context.fillText(tickWords(value), EDGE.left - 7, y(value));
    }
    context.textBaseline = "alphabetic";
    const foot = height - 5;
    context.textAlign = "center";
    context.fillText("0", x(0), foot);
    if (drawn.train.steps.length) {
      const near = x(last) - x(step) < 52;
      if (step > 0 && x(step) - x(0) > 22) context.fillText(whole(step), x(step), foot);
      if (!near) context.fillText(whole(last), x(last), foot);
    }
    if (!drawn.train.steps.length) return;

    const clamp = (/** @type {number} */ v) => y(Math.min(top, Math.max(bottom, v)));
    for (const ghost of drawn.ghosts) {
      context.globalAlpha = 0.3;
      stroke(context, after(ghost.train, ghost.from), x, clamp, colours.ink, []);
      stroke(context, after(ghost.test, ghost.from), x, clamp, colours.test, [6, 3.5]);
    }
    context.globalAlpha = 1;
    shade(context, drawn, x, clamp, step, colours.test);
    context.setLineDash([2, 3]);
    context.strokeStyle = colours.faint;
    for (const { at } of store.lines.peek().find((one) => one.line === store.session.peek().line)?.edits ?? []) {
      line(context, x(at), EDGE.top, x(at), height - EDGE.bottom);
    }
    context.setLineDash([]);
    for (const [alpha, from, to] of [
      [0.35, step, Infinity],
      [1, -1, step],
    ]) {
      context.globalAlpha = alpha;
      stroke(context, between(drawn.train, from, to), x, clamp, colours.ink, []);
      stroke(context, between(drawn.test, from, to), x, clamp, colours.test, [6, 3.5]);
    }
    context.globalAlpha = 1;
    context.strokeStyle = colours.ink;
    context.lineWidth = 1.6;
    line(context, x(step), EDGE.top, x(step), height - EDGE.bottom);
    names(context, drawn, x, clamp, step, font);
    if (pointed !== null) {
      context.strokeStyle = colours.accent;
      context.lineWidth = 1;
      line(context, x(pointed), EDGE.top, x(pointed), height - EDGE.bottom);
    }
  });

  /** The curves' names beside the playhead, apart from each other.
   * @param {CanvasRenderingContext2D} context @param {{train: Curve, test: Curve}} drawn
   * @param {(v: number) => number} x @param {(v: number) => number} y @param {number} step @param {string} font */
  function names(context, drawn, x, y, step, font) {
    const colours = palette();
    const [train, test] = [recentMean(drawn.train, step, 8), valueAtStep(drawn.test, step)];
    if (train === undefined) return;
    let [a, b] = [y(train), test === undefined ? -99 : y(test)];
    if (Math.abs(a - b) < 15) {
      const middle = (a + b) / 2;
      [a, b] = a >= b ? [middle + 7.5, middle - 7.5] : [middle - 7.5, middle + 7.5];
    }
    const low = context.canvas.clientHeight - EDGE.bottom - 6;
    [a, b] = [Math.min(a, low), Math.min(b, low)];
    context.font = `650 12px ${font}`;
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.lineWidth = 3;
    context.strokeStyle = colours.card;
    for (const [word, at, colour] of /** @type {[string, number, string][]} */ ([
      ["test", b, colours.test],
      ["train", a, colours.ink],
    ])) {
      if (at < 0) continue;
      context.strokeText(word, x(step) + 6, at);
      context.fillStyle = colour;
      context.fillText(word, x(step) + 6, at);
    }
  }

  canvas.addEventListener("pointermove", (event) => {
    const drawn = curves();
    const box = canvas.getBoundingClientRect();
    const { last } = scales(box.width, box.height, drawn);
    const t = (event.clientX - box.left - EDGE.left) / (box.width - EDGE.left - EDGE.right);
    pointed = t < 0 || t > 1.02 || !drawn.train.steps.length ? null : Math.round(Math.min(1, t) * last);
    values.hidden = pointed === null;
    if (pointed !== null) {
      const [train, test] = [valueAtStep(drawn.train, pointed), valueAtStep(drawn.test, pointed)];
      say(values, `step ${whole(pointed)}   train ${lossWords(train)}   test ${lossWords(test)}`);
    }
    picture.redraw();
  });
  canvas.addEventListener("pointerleave", () => {
    pointed = null;
    values.hidden = true;
    picture.redraw();
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
      const trained = curve(store.history, store.lines.value, line, "loss_mean");
      const train = info?.train?.loss ?? recentMean(trained, step, 8);
      const test = info?.test?.loss ?? valueAtStep(curve(store.history, store.lines.value, line, "test_loss"), step);
      const none = trained.steps.length === 0;
      const said = none
        ? "Nothing has been learned yet. Press play, and the loss draws its way here."
        : gapSentence(train, test, lossWords, curves().test.steps.length > 1);
      sentence(text, said);
      say(side, LOSSES[store.experiment.value.training.loss?.kind ?? ""] ?? "");
      if (store.session.value.state !== "running") {
        mark(
          canvas,
          "aria-label",
          `Loss over steps: train ${lossWords(train)}, test ${lossWords(test)} at step ${whole(step)}`,
        );
      }
    }),
  ];
  return () => {
    for (const end of ends) end();
    picture.stop();
  };
}

/** @param {CanvasRenderingContext2D} context @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 */
function line(context, x0, y0, x1, y1) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

/** The part of a curve within [from, to], its ends included. @param {Curve} curve @param {number} from
 * @param {number} to @returns {Curve} */
function between({ steps, values }, from, to) {
  const first = Math.max(
    0,
    steps.findIndex((s) => s >= from),
  );
  const end = steps.findLastIndex((s) => s <= to) + 1;
  return steps.length && steps[steps.length - 1] >= from
    ? { steps: steps.slice(first, end), values: values.slice(first, end) }
    : { steps: [], values: [] };
}

/** @param {Curve} curve @param {number} from */
const after = (curve, from) => between(curve, from, Infinity);

/** @param {CanvasRenderingContext2D} context @param {Curve} curve @param {(v: number) => number} x
 * @param {(v: number) => number} y @param {string} colour @param {number[]} dash */
function stroke(context, curve, x, y, colour, dash) {
  const { steps, values } = binned(curve, x, 3.5);
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.lineJoin = "round";
  context.setLineDash(dash);
  context.beginPath();
  steps.forEach((step, i) => context.lineTo(x(step), y(values[i])));
  context.stroke();
  context.setLineDash([]);
}

/** The gap between test and train up to the playhead. @param {CanvasRenderingContext2D} context
 * @param {{train: Curve, test: Curve}} drawn @param {(v: number) => number} x @param {(v: number) => number} y
 * @param {number} step @param {string} colour */
function shade(context, { train, test }, x, y, step, colour) {
  const [upper, lower] = [between(test, -1, step), between(train, test.steps[0] ?? 0, step)].map((part) =>
    binned(part, x, 3.5),
  );
  if (upper.steps.length < 2 || lower.steps.length < 2) return;
  context.beginPath();
  upper.steps.forEach((s, i) => context.lineTo(x(s), y(upper.values[i])));
  for (let i = lower.steps.length - 1; i >= 0; i--) context.lineTo(x(lower.steps[i]), y(lower.values[i]));
  context.closePath();
  context.globalAlpha = 0.1;
  context.fillStyle = colour;
  context.fill();
  context.globalAlpha = 1;
}
