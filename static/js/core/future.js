/**
 * The future of the session as the server foresees it: its losses step by step, and small pictures of the answer on
 * the way. One that comes if nobody touches anything, and, while a knob is under a hand, one as if it were let go.
 */

import { effect, signal } from "@preact/signals-core";

import { slice } from "./frame.js";
import { firstAfter, way } from "./history.js";
import { recall, remember as rememberWish } from "./memory.js";
import { axes } from "./plane.js";
import { said } from "./said.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./types.js").Frame} Frame */

/** A picture of the answer at a step: what `field/paint.js` takes for a frame.
 * @typedef {{line: number, step: number, frame: Frame}} Key */

/** @typedef {object} Future
 * @property {number} id of the wish
 * @property {[number, number, number | null]} way line, number of its edits, where training on would leave it
 * @property {number} from the step before its first loss @property {number} until how far it will go
 * @property {number[]} loss one a step
 * @property {{steps: number[], values: number[]}} test
 * @property {Key[]} pictures
 * @property {"drawing" | "whole" | "diverged" | "off" | "waiting"} state
 * @property {string} reason @property {string} sentence why it is off or waits
 * @property {import("./types.js").Divergence | null} divergence */

/** @typedef {ReturnType<typeof create>} Futures */

/** A wish that is being drawn is left that long before a newer one takes its place: so that the curve gets far. */
const PATIENCE = 120;
const STEPS = 2000;
const PICTURES = 16;
/** Losses that have come true are let go when there are more than so many. */
const KEPT = 4000;
/** Pictures of the past. */
const KEYS = 24;
const ARRAYS = ["probabilities", "outputs", "best", "sure"];

/** @type {WeakMap<Store, Futures>} */
const known = new WeakMap();

/** @param {Store} store @returns {Futures} */
export function futures(store) {
  let found = known.get(store);
  if (!found) known.set(store, (found = create(store)));
  return found;
}

/** @param {Store} store */
function create(store) {
  const plain = signal(/** @type {Future | null} */ (null));
  const tried = signal(/** @type {Future | null} */ (null));
  /** Pictures of the past, in no order. @type {Key[]} */
  let keys = [];
  /** The edits under the hand; null while there is none. @type {any[] | null} */
  let edits = null;
  /** Whether it is wanted at all: a person may rather be surprised. */
  const wanted = signal(recall("future") !== "no");
  let number = 0;
  let sent = 0;
  let timer = 0;
  let busy = false;
  let on = false;

  function send() {
    clearTimeout(timer);
    timer = 0;
    const { id } = store.session.peek();
    if (!id) return;
    [sent, busy] = [performance.now(), on];
    const wish = { steps: on ? STEPS : 0, pictures: PICTURES, columns: axes(store), edits: edits ?? [] };
    store.socket?.send({ type: "foresee", id: ++number, session: id, ...wish });
  }

  /** The newest wish only; one that is drawn is given a moment. */
  function soon() {
    const left = busy ? PATIENCE - (performance.now() - sent) : 0;
    if (left <= 0) send();
    else timer ||= window.setTimeout(send, left);
  }

  /** @param {Frame} frame */
  function hear(frame) {
    const { info } = frame.probes.future;
    if (info.id !== number || frame.session !== store.session.peek().id) return;
    if (info.state !== "drawing") busy = false;
    if (timer && !busy) send();
    const target = edits ? tried : plain;
    const before = target.peek();
    const loss = frame.arrays.get("future.loss");
    if (!loss) {
      target.value = { ...empty, ...told(info) };
      return;
    }
    const goes = before && before.id === info.id && `${before.way}` === `${info.way}` && joins(before, info.since);
    if (!goes && target === plain && before) remember(...before.pictures);
    const old = goes ? before : { ...empty, from: info.since };
    const tested = frame.arrays.get("future.tested") ?? [];
    const made = {
      ...old,
      ...told(info),
      from: old.from,
      loss: [...old.loss, ...loss],
      test: {
        steps: [...old.test.steps, ...tested],
        values: [...old.test.values, ...(frame.arrays.get("future.test_loss") ?? [])],
      },
      pictures: [...old.pictures, ...picturesOf(frame, info)],
    };
    target.value = trimmed(made, store.session.peek().step);
  }

  /** What was foreseen and has come true is a picture of the past. @param {Key[]} found */
  function remember(...found) {
    const { line, step } = store.session.peek();
    const past = course(store, line);
    for (const key of found) {
      if (key.step <= step && !keys.some((one) => one.step === key.step && one.line === key.line)) keys.push(key);
    }
    thin(past);
  }

  /** @param {ReturnType<typeof course>} past */
  function thin(past) {
    if (keys.length <= 2 * KEYS) return;
    const seen = (/** @type {Key} */ key) => past.some((part) => holds(part, key));
    keys = thinned(keys.filter(seen), KEYS);
  }

  /** A picture of the way that the server was asked for. @param {Frame} frame of a step of the present line */
  function keep(frame) {
    const parts = course(store, frame.line);
    const line = parts.find((part) => frame.step >= part.from && frame.step <= part.to)?.line ?? frame.line;
    keys.push({ line, step: frame.step, frame });
    thin(parts);
  }

  /** The picture of the way through a step that is nearest to it. @param {number} step @returns {Key | null} */
  function nearest(step) {
    const parts = course(store, store.session.peek().line);
    const past = keys.filter((key) => parts.some((part) => holds(part, key)));
    const ahead = (tried.peek() ?? valid(store))?.pictures ?? [];
    return [...past, ...ahead].reduce(
      (best, key) => (!best || Math.abs(key.step - step) < Math.abs(best.step - step) ? key : best),
      /** @type {Key | null} */ (null),
    );
  }

  /** Draws the future as if these edits were made; false where there is none. @param {any[]} wish */
  function attempt(wish) {
    const now = plain.peek();
    if (!on || now?.state === "off" || store.session.peek().state === "running") return false;
    edits = wish;
    soon();
    return true;
  }

  /** The hand let go: what was tried stays in the picture until what will come is there. */
  function release() {
    if (!edits) return;
    edits = null;
    send();
  }

  function forget() {
    send();
    [plain.value, tried.value, edits] = [null, null, null];
  }

  /** Draws it no longer, or again; remembered. */
  function toggle() {
    wanted.value = !wanted.peek();
    rememberWish("future", wanted.peek() ? "yes" : "no");
  }

  let asked = "";
  effect(() => {
    const { id, connection } = store.session.value;
    on = Boolean(id) && connection === "open" && !document.hidden && wanted.value;
    const what = on ? `${id} ${axes(store)}` : "";
    if (what === asked) return;
    asked = what;
    if (on) send();
    else if (!wanted.value) forget();
  });
  effect(() => {
    void plain.value;
    tried.value = edits ? tried.peek() : null;
  });
  // A page nobody sees foresees nothing.
  document.addEventListener("visibilitychange", () => {
    on = !document.hidden && store.session.peek().connection === "open" && wanted.peek();
    send();
  });
  let session = "";
  effect(() => {
    const frame = store.frame.value;
    const { id } = store.session.value;
    if (session !== `${id}`) {
      session = `${id}`;
      keys = [];
      [plain.value, tried.value, edits] = [null, null, null];
    }
    if (!frame || !ARRAYS.some((name) => frame.arrays.has(`boundary.${name}`))) return;
    const far = Math.max(frame.step, 1);
    const near = keys.some((key) => key.line === frame.line && Math.abs(key.step - frame.step) < far / KEYS);
    if (!near) remember({ line: frame.line, step: frame.step, frame });
  });

  return { plain, tried, wanted, toggle, hear, attempt, release, nearest, keep };
}

/** @type {Future} */
const empty = {
  id: 0,
  way: [0, 0, null],
  from: 0,
  until: 0,
  loss: [],
  test: { steps: [], values: [] },
  pictures: [],
  state: "off",
  reason: "",
  sentence: "",
  divergence: null,
};

/** @param {any} info @returns {any} */
const told = ({ id, way: where, until, state, reason = "", sentence = "", divergence = null }) => ({
  id,
  way: where ?? [0, 0, null],
  until: until ?? 0,
  state,
  reason,
  sentence: said(sentence),
  divergence,
});

/** @param {Future} future @param {number} since whether a piece goes on where the last ended */
const joins = (future, since) => future.from + future.loss.length === since;

/** The way to a line's end, which may have grown since `lines` last said where it is.
 * @param {Store} store @param {number} line */
const course = (store, line) =>
  way(store.lines.peek(), line).map((part) => (part.line === line ? { ...part, to: Infinity } : part));

/** @param {{line: number, from: number, to: number}} part @param {Key} key */
const holds = ({ line, from, to }, key) => key.line === line && key.step >= from && key.step <= to;

/** Every picture of a piece by itself. @param {Frame} frame @param {any} info @returns {Key[]} */
export function picturesOf(frame, info) {
  const steps = frame.arrays.get("future.drawn") ?? [];
  const line = info.way[2] === null ? info.way[0] : -1; // a line that is not there yet
  return Array.from(steps, (step, i) => {
    const arrays = new Map();
    for (const name of ARRAYS) {
      const stack = frame.arrays.get(`future.${name}`);
      if (stack) arrays.set(`boundary.${name}`, slice(stack, i));
    }
    return { line, step, frame: { ...frame, step, probes: { boundary: { ...info, info } }, arrays } };
  });
}

/** Without what has come true long ago. @param {Future} future @param {number} step @returns {Future} */
export function trimmed(future, step) {
  const gone = future.loss.length > KEPT ? Math.max(0, step - future.from) : 0;
  if (!gone) return future;
  const first = firstAfter(future.test.steps, future.from + gone);
  return {
    ...future,
    from: future.from + gone,
    loss: future.loss.slice(gone),
    test: { steps: future.test.steps.slice(first), values: future.test.values.slice(first) },
  };
}

/** At most so many, spread over the steps as evenly as they are there. @param {Key[]} keys @param {number} most */
export function thinned(keys, most) {
  const kept = [...keys].sort((a, b) => a.step - b.step);
  while (kept.length > most) {
    let least = 1;
    for (let i = 2; i < kept.length - 1; i++) {
      if (kept[i + 1].step - kept[i - 1].step < kept[least + 1].step - kept[least - 1].step) least = i;
    }
    kept.splice(least, 1);
  }
  return kept;
}

/** The future of the way that the session is on; null where what is known belongs to another. @param {Store} store
 * @returns {Future | null} */
export function valid(store) {
  const future = futures(store).plain.value;
  const { line, step } = store.session.value;
  if (!future || !future.loss.length) return null;
  const [on, count, leaves] = future.way;
  const edits = store.lines.value.find((one) => one.line === line)?.edits.length ?? 0;
  if (on !== line || (leaves === null ? count !== edits : leaves !== step)) return null;
  return future;
}
