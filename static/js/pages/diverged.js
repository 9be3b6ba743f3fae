/**
 * A loss that became infinite is a lesson, not an accident: what happened, at which step, in which array,
 * through which knob; and a way on from a step that is kept.
 */

import { effect } from "@preact/signals-core";

import { byId, make } from "../core/dom.js";
import { knob, loss, many, whole } from "../core/format.js";
import { curve, firstAfter } from "../core/history.js";
import { edit, seek } from "../core/session.js";
import { calmStep } from "../geometry/calm.js";
import { sentence } from "../marks/sentence.js";
import { powers } from "../marks/powers.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/types.js").Divergence} Divergence */

const REPLAYED = 9;
const BACK = 10;
const SLOWLY = 1000;
/** Steps of the loss that are drawn. */
const SHOWN = 40;
const RATES = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

/** @param {Store} store */
export function mountDiverged(store) {
  const place = byId("diverged");
  let shown = "";
  effect(() => {
    const { divergence, line } = store.session.value;
    // The last points may arrive after the state that tells of the end.
    void store.history.version.value;
    const key = divergence ? `${line}:${divergence.step}:${store.history.last(line)}` : "";
    if (key === shown) return;
    shown = key;
    place.hidden = !divergence;
    document.documentElement.classList.toggle("has-diverged", Boolean(divergence));
    place.replaceChildren(...(divergence ? describe(store, divergence) : []));
  });
}

/** @param {Store} store @param {Divergence} divergence */
function describe(store, divergence) {
  const { step, sentence: told } = divergence;
  const { line } = store.session.peek();
  const last = step - 1;
  const back = calmStep(curve(store.history, store.lines.peek(), line, "loss_mean"), Math.max(0, last - BACK));
  const { optimizer } = store.experiment.peek().training.learner;
  const rate = optimizer?.learning_rate;
  const before = rateAt(store, line, back);
  const slower = rate === undefined ? null : calmer(rate, before);

  const replay = make(
    "button",
    { id: "replay-slowly", type: "button", class: "outlined" },
    `Replay the last ${many(Math.min(REPLAYED, last), "step")} slowly`,
  );
  replay.addEventListener("click", () => void replaySlowly(store, last, line, replay));
  const only = make("button", { id: "back-only", type: "button", class: "outlined" }, `Back to step ${whole(back)}`);
  only.addEventListener("click", () => void seek(store, back, line));
  const ways = make("p", { class: "diverged-ways" }, replay, only);
  if (slower !== null) {
    const on = make(
      "button",
      { id: "back-with-rate", type: "button", class: "solid" },
      `Back to step ${whole(back)} with rate ${knob(slower)}`,
    );
    on.addEventListener("click", () => void goOn(store, back, line, slower));
    ways.append(on);
  }
  const head = make(
    "div",
    { class: "diverged-head" },
    make(
      "div",
      {},
      make("h2", { id: "diverged-title" }, `The loss became infinite at step ${whole(step)}.`),
      make("p", {}, `Nothing is lost: every step up to ${whole(last)} is kept.`),
    ),
    ways,
  );
  const cards = make("div", { class: "diverged-cards" }, overshot(store, line, last, back), knobbed(store, line, told));
  if (rate !== undefined) {
    const go = (/** @type {number} */ value) => void goOn(store, back, line, value);
    cards.append(others(rate, slower, before, back, go));
  }
  return [head, cards];
}

/** The last steps of the loss: each farther out than the one before.
 * @param {Store} store @param {number} line @param {number} last @param {number} back */
function overshot(store, line, last, back) {
  const all = curve(store.history, store.lines.peek(), line, "loss_mean");
  const from = Math.max(0, firstAfter(all.steps, last - SHOWN) - 1);
  const part = { steps: all.steps.slice(from), values: all.values.slice(from) };
  const worst = part.values.at(-1);
  const calm = all.values[Math.max(0, firstAfter(all.steps, back) - 1)];
  const known = worst !== undefined && calm !== undefined && worst > 2 * calm;
  return card(
    1,
    "The steps overshot the valley",
    "loss, log axis",
    powers(part, "warn", back),
    known
      ? `In ${many(last - back, "step")} the loss went from **${loss(calm)}** to **${loss(worst)}**: the steps overshot the valley and climbed out of it.`
      : "The last step alone left the valley: it landed farther up than numbers go.",
  );
}

/** The learning rate on its way, and in which array the numbers ended.
 * @param {Store} store @param {number} line @param {string} told */
function knobbed(store, line, told) {
  const rates = curve(store.history, store.lines.peek(), line, "learning_rate");
  return card(
    2,
    "The knob: the learning rate",
    "log axis",
    powers(rates, "ink", null),
    told.split(" Everything up")[0],
  );
}

/** Other rates to go on with from a kept step. @param {number} rate @param {number | null} slower
 * @param {number | null} before @param {number} back @param {(rate: number) => void} go */
function others(rate, slower, before, back, go) {
  const rates = [...new Set([...RATES.filter((one) => one < rate).slice(-4), ...(slower ? [slower] : []), rate])];
  const tiles = rates
    .sort((a, b) => a - b)
    .map((one) => {
      const words = one === rate ? "too large" : one === before ? "went well so far" : one === slower ? "a third" : "";
      const tile = make(
        "button",
        { type: "button", class: `rate-tile${one === slower ? " chosen" : one === rate ? " over" : ""}` },
        make("b", {}, knob(one)),
        make("span", {}, words),
      );
      tile.disabled = one === rate;
      tile.title = `Back to step ${whole(back)} with rate ${knob(one)}`;
      tile.addEventListener("click", () => go(one));
      return tile;
    });
  return card(
    3,
    "Try another rate",
    `from step ${whole(back)}`,
    make("div", { class: "rate-tiles" }, ...tiles),
    "One press goes back and sets it; then play. The run that ended here stays as a pale line.",
  );
}

/** @param {number} n @param {string} title @param {string} about @param {Element} body @param {string} words */
function card(n, title, about, body, words) {
  const text = make("p", { class: "diverged-text" });
  sentence(text, words);
  return make(
    "section",
    { class: "diverged-card" },
    make(
      "header",
      { class: "card-head" },
      make("h3", {}, make("span", { class: "badge", "aria-hidden": "true" }, String(n)), title),
      make("span", { class: "card-about" }, about),
    ),
    body,
    text,
  );
}

/** The rate that carried before it was raised; else a third of it, to one digit, as the ladders have it.
 * @param {number} rate @param {number | null} before */
export const calmer = (rate, before = null) =>
  before !== null && before < rate ? before : Number((rate / 3).toPrecision(1));

/** The learning rate of the last step at or before `step`. @param {Store} store @param {number} line @param {number} step */
function rateAt(store, line, step) {
  const { steps, values } = curve(store.history, store.lines.peek(), line, "learning_rate");
  const rate = values[firstAfter(steps, step) - 1];
  // Rates travel as float32.
  return rate === undefined ? null : Number(rate.toPrecision(6));
}

/** @param {Store} store @param {number} step @param {number} line @param {number} rate */
async function goOn(store, step, line, rate) {
  await seek(store, step, line);
  await edit(store, { kind: "set", path: "/training/learner/optimizer/learning_rate", value: rate });
}

/** @param {Store} store @param {number} last @param {number} line @param {HTMLButtonElement} button */
async function replaySlowly(store, last, line, button) {
  button.disabled = true;
  for (let step = Math.max(0, last - REPLAYED); step <= last; step++) {
    await seek(store, step, line);
    if (step < last) await new Promise((resolve) => setTimeout(resolve, SLOWLY));
  }
  button.disabled = false;
}
