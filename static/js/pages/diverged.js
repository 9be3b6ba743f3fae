/**
 * A loss that became infinite is a lesson, not an accident: what happened, at which step, why by three pictures of the
 * real net, and a way on from a step that is kept. Every number is the engine’s; the session stands where it stands.
 */

import { effect } from "@preact/signals-core";

import { curvatureAt } from "../core/curvature.js";
import { byId, make } from "../core/dom.js";
import { knob, whole } from "../core/format.js";
import { curve, firstAfter } from "../core/history.js";
import { ask, edit, seek } from "../core/session.js";
import { t } from "../core/texts.js";
import { fieldsCard } from "../diverged/fields.js";
import { layersCard, numbersOf } from "../diverged/layers.js";
import { limitsCard } from "../diverged/limits.js";
import { productCard } from "../diverged/product.js";
import { valleyCard } from "../diverged/valley.js";
import { calmStep } from "../geometry/calm.js";
import { columnsOf } from "../geometry/columns.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/types.js").Divergence} Divergence */

const REPLAYED = 9;
const BACK = 10;
const SLOWLY = 1000;
/** Steps at which the limit is asked for, and cells of the two fields. */
const LOOKED = 9;
const CELLS = 48;

/** @param {Store} store */
export function mountDiverged(store) {
  const place = byId("diverged");
  let shown = "";
  effect(() => {
    const { divergence, id, line, step } = store.session.value;
    // The last points may arrive after the state that tells of the end.
    void store.history.version.value;
    const key = divergence ? `${id}:${line}:${divergence.step}:${store.history.last(line)}` : "";
    const { replays } = place.dataset;
    if (!divergence && replays) {
      // While the last steps are replayed the page about them stays, and after it until somebody goes elsewhere.
      if (replays !== "on" && step !== Number(replays)) close(place);
      shown = "";
      return;
    }
    if (key === shown) return;
    shown = key;
    place.hidden = !divergence;
    document.documentElement.classList.toggle("has-diverged", Boolean(divergence));
    place.replaceChildren(...(divergence ? describe(store, divergence, place) : []));
  });
}

/** @param {HTMLElement} place */
function close(place) {
  delete place.dataset.replays;
  place.hidden = true;
  document.documentElement.classList.remove("has-diverged");
}

/** How the network's picture calls a layer. @param {Store} store */
function callsOf(store) {
  const { columns: inputs } = store.points.peek()?.info ?? { columns: [] };
  const columns = columnsOf(store.experiment.peek(), store.layers.peek(), inputs);
  return (/** @type {string} */ layer) => columns.find(({ dense }) => dense === layer)?.title ?? layer;
}

/** @param {Store} store @param {Divergence} divergence @param {HTMLElement} place */
function describe(store, divergence, place) {
  const { step, sentence: told } = divergence;
  const { line } = store.session.peek();
  const last = step - 1;
  const back = calmStep(curve(store.history, store.lines.peek(), line, "loss_mean"), Math.max(0, last - BACK));
  const { optimizer } = store.experiment.peek().training.learner;
  const rate = optimizer?.learning_rate;
  const before = rateAt(store, line, back);
  const slower = rate === undefined ? null : calmer(rate, before);
  const leave = () => place.dataset.replays && close(place);

  const replay = make(
    "button",
    { id: "replay-slowly", type: "button", class: "outlined" },
    t("diverged.replay", { n: Math.min(REPLAYED, last) }),
  );
  replay.addEventListener("click", () => void replaySlowly(store, last, line, replay, place));
  const only = make(
    "button",
    { id: "back-only", type: "button", class: "outlined" },
    t("diverged.back", { step: back }),
  );
  only.addEventListener("click", () => (leave(), void seek(store, back, line)));
  const ways = make("p", { class: "diverged-ways" }, replay, only);
  const go = (/** @type {number} */ value) => (leave(), void goOn(store, back, line, value));
  const on = make("button", { id: "back-with-rate", type: "button", class: "solid" });
  const offer = (/** @type {number} */ value) => {
    on.textContent = t("diverged.back.rate", { step: back, rate: knob(value) });
    on.onclick = () => go(value);
  };
  if (slower !== null) {
    offer(slower);
    ways.append(on);
  }
  const head = make(
    "div",
    { class: "diverged-head" },
    make(
      "div",
      {},
      make("h2", { id: "diverged-title" }, t("diverged.title", { step })),
      make("p", {}, t("diverged.kept", { last })),
    ),
    ways,
    make(
      "p",
      { class: "diverged-told" },
      told.split(/ Everything up| Alles bis/)[0].replace(divergence.array, numbersOf(divergence.array, callsOf(store))),
    ),
  );
  // Every card has its place before its picture comes.
  const cards = make(
    "div",
    { class: "diverged-cards" },
    ...[1, 2, 3].map(() => make("section", { class: "diverged-card waits" })),
  );
  const below = make(
    "div",
    { class: "diverged-below" },
    ...[1, 2].map(() => make("section", { class: "diverged-card waits" })),
  );
  void explain(store, { last, line, back, rate, before, slower, array: divergence.array, go, offer }, cards, below);
  return [head, cards, below];
}

/** @typedef {{last: number, line: number, back: number, rate: number | undefined, before: number | null,
 * slower: number | null, array: string, go: (rate: number) => void, offer: (rate: number) => void}} End */

/** Asks the engine and puts what it says into the cards. @param {Store} store @param {End} end
 * @param {HTMLElement} cards @param {HTMLElement} below */
async function explain(store, end, cards, below) {
  const { last, line, back, rate, before, slower, array, go, offer } = end;
  const soon = (/** @type {Promise<any>} */ asked) => asked.catch(() => null);
  const put = (/** @type {HTMLElement} */ into, /** @type {number} */ at, /** @type {Element | null} */ made) => {
    if (made) into.children[at].replaceWith(made);
    else into.children[at].remove();
  };
  const found = await curvatureAt(store, back);
  // The first rate on the ladder that the curvature bears with room to spare, where the one before is past it too.
  const bears = found?.limit ?? Infinity;
  const chosen = slower !== null && slower > bears ? Number((bears / 2).toPrecision(1)) : slower;
  if (chosen !== null) offer(chosen);
  if (rate !== undefined) put(below, 1, productCard({ rate, chosen, before, back, found, go }));
  const from = raisedAt(store, line, back);
  const valley = await soon(ask(store, "valley", { steps: Math.min(64, Math.max(1, last - from)) }, from));
  if (valley) {
    put(cards, 0, valleyCard(valley));
    put(cards, 2, layersCard(valley, array, callsOf(store)));
  }
  const moment = async (/** @type {number} */ step) => ({
    step,
    scores: await soon(ask(store, "scores", {}, step)),
    field: await soon(ask(store, "boundary", { resolution: CELLS }, step)),
  });
  put(below, 0, fieldsCard(store, await moment(back), await moment(last)));
  const known = [];
  for (let i = 0; i <= LOOKED; i++) {
    const at = await curvatureAt(store, Math.round((back * i) / LOOKED));
    if (at && at.step !== known[known.length - 1]?.step) known.push(at);
  }
  const rates = curve(store.history, store.lines.peek(), line, "learning_rate");
  const middle = cards.querySelector(".waits") ?? cards.children[1];
  middle.replaceWith(limitsCard(known, rates, last, found));
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

/** The step at which the last edit after `back` was made, else `back`: there the climb began.
 * @param {Store} store @param {number} line @param {number} back */
function raisedAt(store, line, back) {
  const edits = store.lines.peek().find((one) => one.line === line)?.edits ?? [];
  return Math.max(back, edits.at(-1)?.at ?? 0);
}

/** @param {Store} store @param {number} step @param {number} line @param {number} rate */
async function goOn(store, step, line, rate) {
  await seek(store, step, line);
  await edit(store, { kind: "set", path: "/training/learner/optimizer/learning_rate", value: rate });
}

/** The last steps once more, one a second: real journeys, which every view of the lab shows.
 * @param {Store} store @param {number} last @param {number} line @param {HTMLButtonElement} button
 * @param {HTMLElement} place */
async function replaySlowly(store, last, line, button, place) {
  button.disabled = true;
  place.dataset.replays = "on";
  for (let step = Math.max(0, last - REPLAYED); step <= last && place.dataset.replays; step++) {
    await seek(store, step, line);
    button.textContent = t("diverged.replays", { step: whole(step) });
    if (step < last) await new Promise((resolve) => setTimeout(resolve, SLOWLY));
  }
  if (place.dataset.replays) place.dataset.replays = String(last);
  button.disabled = false;
  button.textContent = t("diverged.replay", { n: Math.min(REPLAYED, last) });
}
