/**
 * What was done with one press is undone with one: a layer goes with its activation, a drag is an erasing and an adding.
 * Kept for a reload of the tab; a gesture is known again by its edits, on whichever line they stand.
 */

import { signal } from "@preact/signals-core";

import { recallTab, rememberTab } from "./memory.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {{session: string, numbers: number[], edits: string}} Gesture */

const KEPT = 200;

/** Null until somebody asks. @type {import("@preact/signals-core").Signal<Gesture[] | null>} */
const known = signal(null);

/** @returns {Gesture[]} */
const all = () => known.value ?? recallTab("gestures") ?? [];

/** @param {Store} store @param {number[]} numbers the edits' places along the line @returns {string | null} */
function edits(store, numbers) {
  const { line } = store.session.peek();
  const marks = store.lines.peek().find((l) => l.line === line)?.edits ?? [];
  const found = numbers.map((n) => marks.find((mark) => mark.n === n));
  return found.every(Boolean) ? JSON.stringify(found.map((mark) => [mark?.at, mark?.kind, mark?.words])) : null;
}

/** The newest edits were one gesture. @param {Store} store @param {number} count */
export function together(store, count) {
  const numbers = store.undoable.peek().slice(-count);
  const told = edits(store, numbers);
  if (told === null || numbers.length < count) return;
  known.value = [...all(), { session: String(store.session.peek().id), numbers, edits: told }].slice(-KEPT);
  rememberTab("gestures", known.value);
}

/** The edits that were made with this one, itself among them. @param {Store} store @param {number} n @returns {number[]} */
export function gesture(store, n) {
  const { id } = store.session.peek();
  const found = all().findLast(
    ({ session, numbers, edits: told }) => session === id && numbers.includes(n) && edits(store, numbers) === told,
  );
  return found?.numbers ?? [n];
}
