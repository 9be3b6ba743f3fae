/**
 * Between socket and store: what the server tells is gathered and told to the page once per animation frame.
 * A frame costs a credit, which is given back after it was drawn.
 */

import { batch, effect } from "@preact/signals-core";

import { tab } from "./again.js";
import { begin, enter } from "./begin.js";
import { call } from "./http.js";
import { recallSession } from "./memory.js";
import { whole } from "./history.js";
import { command } from "./session.js";
import { futures } from "./future.js";
import { said, saidEdit } from "./said.js";
import { openSocket } from "./socket.js";
import { receive, update } from "./store.js";
import { t } from "./texts.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./types.js").Frame} Frame */

/** On this machine no line is shared, so that pictures may be sharp and as many as are asked for; elsewhere the server's
 * own budget holds, under which a class of thirty fits into a school's line. */
const BUDGET = /^(localhost|127\..*|\[::1\])$/.test(location.hostname) ? { budget: 40_000 } : {};

/** Opens the socket, finds or makes the session, and keeps the store up to date.
 * @param {Store} store @param {(wants: Record<string, Record<string, any>>) => Record<string, any>} visible
 *   the probes that are on screen now; read inside an effect */
export function connect(store, visible) {
  /** @type {any[]} */
  let heard = [];
  /** @type {Frame | null} */
  let seen = null;
  let asked = false;

  const soon = () => {
    if (asked) return;
    asked = true;
    // A hidden tab has no animation frames; its numbers go on, its pictures wait.
    if (document.hidden) setTimeout(flush, 250);
    else requestAnimationFrame(flush);
  };

  function flush() {
    asked = false;
    const [messages, frame] = [heard, seen];
    [heard, seen] = [[], null];
    batch(() => {
      for (const message of messages) take(store, message);
      if (frame && frame.session === store.session.peek().id) receive(store, frame);
    });
    if (frame) requestAnimationFrame(() => store.socket?.send({ type: "credit", session: frame.session }));
  }

  const kept = recallSession();
  let found = Boolean(kept && kept.hash === location.hash);

  store.socket = openSocket({
    opened: () => {
      const { id, token, line, incarnation } = store.session.peek();
      // What is known already does not come twice; of another incarnation of the session all is new.
      const since = store.history.last(line);
      if (id) store.socket?.send({ type: "attach", session: id, token, tab, line, since, incarnation });
      else if (kept && found) enter(store, kept);
      else void start(store);
      update(store, { connection: "open" });
    },
    closed: () => update(store, { connection: store.session.peek().id ? "reconnecting" : "opening" }),
    event: (message) => {
      // A late word about a session that was left, such as the refusal of a last credit, says nothing about this one.
      if (message.session && message.session !== store.session.peek().id) return;
      // (An unknown probe answers 404 as well, with the known ones.)
      // A session of before this reload, or of before the server's, is gone: begin anew, from what is on screen.
      if (message.type === "problem" && message.problem?.status === 404 && !message.problem.known?.length) {
        if (found) void start(store);
        else update(store, { connection: "lost", state: "lost", returns: 0 });
        found = false;
        return;
      }
      heard.push(message);
      soon();
    },
    frame: (frame) => {
      if (frame.probes.future) {
        futures(store).hear(frame);
        return;
      }
      seen = frame;
      soon();
    },
  });

  let told = "";
  effect(() => {
    const { id, connection } = store.session.value;
    const probes = visible(store.wants.value);
    const message = JSON.stringify({ id, connection, probes });
    // After a cut everything is asked for again.
    if (connection !== "open") told = "";
    if (!id || connection !== "open" || message === told) return;
    told = message;
    store.socket?.send({ type: "subscribe", session: id, probes, rate: 10, ...BUDGET });
  });
}

/** The experiment of the link, or the page's own. @param {Store} store */
async function start(store) {
  const text = new URLSearchParams(location.hash.slice(1)).get("e");
  if (text) {
    try {
      const checked = await call("POST", "/api/experiments/check", { link: text });
      const made = await begin(store, checked.experiment);
      const at = Number(new URLSearchParams(location.hash.slice(1)).get("step"));
      if (made && at > 0) await command(store, { kind: "run", pace: "max", until_step: at });
      return;
    } catch (error) {
      store.notice.value = t("link.none", { why: error instanceof Error ? error.message : String(error) });
    }
  }
  await begin(store, store.experiment.peek());
}

/** One message into the store. @param {Store} store @param {any} message */
export function take(store, message) {
  const { id } = store.session.peek();
  // The session may have been left while the message waited for its animation frame.
  if (message.session && message.session !== id) return;
  switch (message.type) {
    case "attached":
      // Started anew after its worker died: the points of its former life are not those to come.
      if (message.incarnation !== store.session.peek().incarnation) store.history.clear();
      update(store, { connection: "open", incarnation: message.incarnation });
      describe(store, message);
      tell(store, message);
      // The points of the line it stands on follow by themselves.
      for (const { line } of message.lines ?? []) {
        if (line !== message.line)
          store.socket?.send({ type: "history", session: id, line, since: store.history.last(line) });
      }
      break;
    case "state":
      tell(store, message);
      break;
    case "changed":
      describe(store, message);
      break;
    case "points":
      store.history.add(message.line, message.since, message.columns);
      break;
    case "closing":
      store.notice.value = said(message.sentence) ?? null;
      break;
    case "lost":
      update(store, { state: "lost", connection: "lost", returns: message.step ?? 0 });
      store.notice.value = said(message.sentence) ?? null;
      break;
    case "problem":
      if (message.problem?.status === 429) update(store, { connection: "busy" });
      store.notice.value = said(message.problem?.detail) ?? null;
      break;
  }
}

/** @param {Store} store @param {any} message */
function describe(store, message) {
  if (message.experiment) store.origin.value = message.experiment;
  if (message.now) store.experiment.value = message.now;
  if (message.layers) store.layers.value = message.layers;
  if (message.parameters !== undefined) store.parameters.value = message.parameters;
  if (message.lines) store.lines.value = whole(message.lines.map(inWords));
  if (message.undoable) store.undoable.value = message.undoable;
}

/** A line, its edits in the words of the page's language.
 * @param {import("./types.js").Line & {inherited: number}} line */
const inWords = (line) => ({
  ...line,
  edits: line.edits.map((mark) => ({ ...mark, words: saidEdit(mark.words) })),
});

/** @param {Store} store @param {any} message the session's state, from an event or an answer */
export function tell(store, message) {
  update(store, {
    line: message.line,
    step: message.step,
    head: message.head,
    epoch: message.epoch,
    state: message.state,
    finished: message.finished ?? null,
    metrics: message.metrics ?? store.session.peek().metrics,
    stepsPerSecond: message.steps_per_second ?? null,
    seeking: message.seeking ?? null,
    divergence: message.divergence ? { ...message.divergence, sentence: said(message.divergence.sentence) } : null,
  });
}
