/**
 * A loss that became infinite is a lesson, not an accident: what happened, at which step, in which array,
 * through which knob; and a way on from a step that is kept.
 */

import { effect } from "@preact/signals-core";

import { byId, make } from "../core/dom.js";
import { knob, loss, many, whole } from "../core/format.js";
import { curve, firstAfter } from "../core/history.js";
import { edit, seek } from "../core/session.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/types.js").Divergence} Divergence */

const REPLAYED = 9;
const BACK = 10;
const SLOWLY = 1000;

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
  const { step, sentence } = divergence;
  const { line } = store.session.peek();
  const last = step - 1;
  const back = Math.max(0, last - BACK);
  const { optimizer } = store.experiment.peek().training.learner;
  const rate = optimizer?.learning_rate;
  const slower = rate === undefined ? null : calmer(rate, rateAt(store, line, back));
  const { steps, values } = curve(store.history, store.lines.peek(), line, "loss_mean");
  const worst = values.at(-1);
  const before = values[Math.max(0, firstAfter(steps, back) - 1)];

  const title = make("h2", { id: "diverged-title" }, `The loss became infinite at step ${whole(step)}.`);
  const lead = make("p", {}, `Nothing is lost: every step up to ${whole(last)} is kept.`);
  const facts = make("ul", { class: "facts" });
  facts.append(make("li", {}, sentence));
  if (worst !== undefined && before !== undefined && worst > 2 * before) {
    const words = `In ${many(last - back, "step")} the loss went from ${loss(before)} to ${loss(worst)}: each step overshot the valley further.`;
    facts.append(make("li", {}, words));
  }

  const replay = make(
    "button",
    { id: "replay-slowly", type: "button", class: "outlined" },
    `Replay the last ${many(Math.min(REPLAYED, last), "step")} slowly`,
  );
  replay.addEventListener("click", () => void replaySlowly(store, last, line, replay));
  const buttons = make("p", { class: "diverged-ways" }, replay);
  if (slower !== null) {
    const on = make(
      "button",
      { id: "back-with-rate", type: "button", class: "solid" },
      `Back to step ${whole(back)} with rate ${knob(slower)}`,
    );
    on.addEventListener("click", () => void goOn(store, back, line, slower));
    buttons.append(on);
  }
  return [title, lead, facts, buttons];
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
