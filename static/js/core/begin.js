/**
 * A new session for another experiment. The one before is kept for a while: undo goes back to it.
 */

import { batch } from "@preact/signals-core";

import { tab } from "./again.js";
import { decode } from "./frame.js";
import { call } from "./http.js";
import { rememberSession } from "./memory.js";
import { Refused } from "./socket.js";
import { receiveData, update } from "./store.js";
import { t } from "./texts.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./types.js").Experiment} Experiment */

const KEPT = 3;

/** Starts an experiment in a session of its own and attaches to it; null where the server refuses.
 * @param {Store} store @param {any} experiment any form the server accepts @param {string} [words] what undo takes back */
export async function begin(store, experiment, words = t("begin.before")) {
  store.beginning.value = true;
  try {
    const made = await call("POST", "/api/sessions", { experiment });
    const other = JSON.stringify(made.experiment.data) !== JSON.stringify(store.experiment.peek().data);
    const plane = made.experiment.model.input.kind === "plane";
    const points = other && plane ? await pointsOf(made) : null;
    const { id, token } = store.session.peek();
    if (id) leave(store, { id, token, words });
    enter(store, made, points);
    return made;
  } catch (error) {
    // Who has a session keeps it, and is told why there is no other; without one there is only waiting.
    const full = error instanceof Refused && error.problem.status === 429 && !store.session.peek().id;
    if (full) update(store, { connection: "busy" });
    store.notice.value = full ? null : error instanceof Error ? error.message : String(error);
    return null;
  } finally {
    store.beginning.value = false;
  }
}

/** The points of a session that is about to be shown: head, palette, legend and points then change as one.
 * @param {{id: string, token: string | null}} session @returns {Promise<import("./types.js").Frame | null>} */
async function pointsOf({ id, token }) {
  const headers = { Accept: "application/x-safetensors", Authorization: `Bearer ${token ?? ""}` };
  try {
    return decode(await (await fetch(`/api/sessions/${id}/probes/points`, { headers })).arrayBuffer());
  } catch {
    return null; // They follow by the socket all the same.
  }
}

/** Goes back to the session before, all of it at once as well. @param {Store} store */
export async function goBack(store) {
  const former = store.former.peek();
  const last = former.at(-1);
  if (!last) return;
  store.former.value = former.slice(0, -1);
  // Where the server does not answer, attaching tells what became of the session.
  const described = call("GET", `/api/sessions/${last.id}`, undefined, last.token).catch(() => ({ line: 0, step: 0 }));
  const [told, points] = await Promise.all([described, pointsOf(last)]);
  const { id, token } = store.session.peek();
  if (id) end(store, { id, token });
  enter(store, { ...told, ...last }, points);
}

/** @param {Store} store @param {import("./store.js").Former} session */
function leave(store, session) {
  void store.socket?.request({ type: "command", session: session.id, command: { kind: "pause" } }).catch(() => null);
  store.socket?.send({ type: "detach", session: session.id });
  // Lines of the session that is left are reached only from within it.
  const kept = [...store.former.peek().filter(({ at }) => !at), session];
  for (const old of kept.splice(0, Math.max(0, kept.length - KEPT))) end(store, old);
  store.former.value = kept;
}

/** @param {Store} store @param {{id: string, token: string | null}} session */
function end(store, { id, token }) {
  store.socket?.send({ type: "detach", session: id });
  // Best effort: the server ends forgotten sessions by itself.
  void call("DELETE", `/api/sessions/${id}`, undefined, token).catch(() => null);
}

/** Writes down, for a reload of this tab, which session it shows. @param {Store} store */
export function keep(store) {
  const { id, token } = store.session.peek();
  if (id) rememberSession({ id, token: token ?? "", hash: location.hash });
}

/** @param {Store} store @param {any} made the server's answer to `POST /api/sessions`, or a kept session
 * @param {import("./types.js").Frame | null} [points] its points, where they are known already */
export function enter(store, made, points) {
  const former = store.session.peek().id;
  // Attach before anything else: what the page wants to see is asked of an attached session.
  store.socket?.send({ type: "attach", session: made.id, token: made.token, tab });
  batch(() => {
    update(store, {
      id: made.id,
      token: made.token,
      line: made.line ?? 0,
      step: made.step ?? 0,
      head: made.step ?? 0,
      epoch: 0,
      state: "paused",
      metrics: {},
      stepsPerSecond: null,
      seeking: null,
      divergence: null,
      incarnation: null,
    });
    store.history.clear();
    store.lines.value = [{ line: 0, parent: null, at: 0, head: 0, edits: [] }];
    store.undoable.value = [];
    // What was pinned before the first session came is of the net that it begins with.
    if (former) store.selection.value = { unit: null, weight: null, example: null };
    if (made.experiment) {
      store.origin.value = made.experiment;
      store.experiment.value = made.now;
      store.layers.value = made.layers;
      store.parameters.value = made.parameters;
    }
    if (points) receiveData(store, points);
  });
  keep(store);
}
