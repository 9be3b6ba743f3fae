/**
 * What a person can do to a session, as functions on the store. Controls and views call these;
 * none of them talks to the socket itself.
 */

import { effect } from "@preact/signals-core";

import { carried, put } from "./ahead.js";
import { together } from "./gestures.js";
import { Refused } from "./socket.js";
import { update } from "./store.js";
import { endsOf } from "./until.js";
import { t } from "./texts.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./types.js").Frame} Frame */

/** Sends one command; a refusal becomes the notice under the header and the answer null.
 * @param {Store} store @param {Record<string, any>} command @returns {Promise<any>} */
export async function command(store, command) {
  await begun(store);
  const { id } = store.session.peek();
  if (!store.socket || !id) return null;
  try {
    const answer = await store.socket.request({ type: "command", session: id, command });
    store.notice.value = null;
    if (typeof answer?.step === "number" && id === store.session.peek().id) {
      const { line, step: at, head, epoch, state, finished = null, metrics } = answer;
      const known = store.session.peek().metrics;
      update(store, { line, step: at, head, epoch, state, finished, metrics: metrics ?? known, seeking: null });
    }
    return answer;
  } catch (error) {
    if (error instanceof Refused || store.socket.isOpen()) {
      store.notice.value = error instanceof Error ? error.message : String(error);
    }
    return null;
  }
}

/** Until there is a session, and no other is being made: a press of the first moment is not lost.
 * @param {Store} store @returns {Promise<void>} */
export async function begun(store) {
  if (store.session.peek().id && !store.beginning.peek()) return;
  await new Promise((resolve) => {
    const stop = effect(() => {
      const { id, connection } = store.session.value;
      if (!id || connection !== "open" || store.beginning.value) return;
      queueMicrotask(() => stop());
      resolve(null);
    });
  });
}

/** Changes that are under way, one behind the other: each starts from what the one before has left.
 * @type {WeakMap<Store, Promise<any>>} */
const turns = new WeakMap();

/** @template T @param {Store} store @param {() => Promise<T>} work @returns {Promise<T>} */
export function inTurn(store, work) {
  const made = settled(store).then(work);
  turns.set(
    store,
    made.catch(() => null),
  );
  return made;
}

/** The server tells all viewers of a change, apart from its answer; this long at most it is waited for. */
const PATIENCE = 5000;

/** What an edit changes in the lines, and being told of the same lines once more, as after a reload, does not.
 * @param {import("./types.js").Line[]} lines */
const edited = (lines) => lines.map(({ line, edits }) => `${line}:${edits.length}`).join();

/** Sends edits and waits until the store has what came of them. @param {Store} store @param {any[]} edits */
export async function change(store, edits) {
  const before = edited(store.lines.peek());
  const answer = await command(store, { kind: "edit", edits });
  if (!answer) return null;
  await new Promise((resolve) => {
    const timer = setTimeout(() => resolve(stop()), PATIENCE);
    const stop = effect(() => {
      if (edited(store.lines.value) === before) return;
      clearTimeout(timer);
      queueMicrotask(() => resolve(stop()));
    });
  });
  return answer;
}

/** When every change so far is in the store. @param {Store} store @returns {Promise<any>} */
export const settled = (store) => turns.get(store) ?? Promise.resolve();

/** Asks one probe once, at a step of the present line where one is given; rejects with `Refused` where it does not apply.
 * @param {Store} store @param {string} probe @param {Record<string, any>} [query] @param {number} [step]
 * @returns {Promise<Frame>} */
export function ask(store, probe, query = {}, step = undefined) {
  const { id } = store.session.peek();
  if (!store.socket || !id) return Promise.reject(new Error(t("session.none")));
  return store.socket.request({ type: "ask", session: id, probe, query, ...(step === undefined ? {} : { step }) });
}

/** @param {Store} store */
export const running = (store) => store.session.peek().state === "running";

/** @param {Store} store */
export function play(store) {
  const { pace, divergence } = store.session.peek();
  if (divergence) return Promise.resolve(null);
  update(store, { state: "running", finished: null });
  return command(store, { kind: "run", pace, ...endsOf(store) });
}

/** @param {Store} store */
export const pause = (store) => command(store, { kind: "pause" });

/** @param {Store} store */
export const toggle = (store) => (running(store) ? pause(store) : play(store));

/** @param {Store} store @param {number | "max"} pace steps a second */
export function setPace(store, pace) {
  update(store, { pace });
  return running(store) ? command(store, { kind: "run", pace, ...endsOf(store) }) : Promise.resolve(null);
}

/** @param {Store} store @param {{steps?: number, epochs?: number}} [far] */
export async function step(store, far = { steps: 1 }) {
  if (running(store)) await pause(store);
  return command(store, { kind: "step", ...far });
}

/** @param {Store} store */
export async function reset(store) {
  const { id, token, step: from, line } = store.session.peek();
  const again = carried(store);
  const answer = await command(store, { kind: "reset" });
  if (answer) for (const one of again) put(store, one);
  // The run before is a line of the same session: undo travels back to it.
  if (answer && from > 0) {
    const back = {
      id: String(id),
      token,
      words: t("undo.reset", { step: from }),
      at: { step: from, line },
    };
    store.former.value = [...store.former.peek(), back];
  }
  return answer;
}

/** Travels to a step. While one journey is under way only the newest wish is kept.
 * @type {WeakMap<Store, {busy: boolean, next: {step: number, line?: number} | null}>} */
const journeys = new WeakMap();

/** @param {Store} store @param {number} step @param {number} [line] */
export async function seek(store, step, line) {
  const journey = journeys.get(store) ?? { busy: false, next: null };
  journeys.set(store, journey);
  journey.next =
    line === undefined ? { step: Math.max(0, Math.round(step)) } : { step: Math.max(0, Math.round(step)), line };
  if (journey.busy) {
    // A long way is given up for the newer wish; a short one is over before that is worth a message.
    if (store.session.peek().seeking === null) return;
    update(store, { seeking: null });
    await pause(store);
    return;
  }
  journey.busy = true;
  while (journey.next) {
    const wish = journey.next;
    journey.next = null;
    await command(store, { kind: "seek", ...wish });
  }
  journey.busy = false;
}

/** @param {Store} store @param {any[]} edits of a live session, as `{kind: "set", path, value}` */
export function edit(store, ...edits) {
  return inTurn(store, async () => {
    const answer = await change(store, edits);
    // What was done with one press is undone with one: a layer goes with its activation.
    if (answer && edits.length > 1) together(store, edits.length);
    return answer;
  });
}

/** @param {Store} store @param {string} path a JSON pointer into the experiment @param {any} value */
export const set = (store, path, value) => edit(store, { kind: "set", path, value });
