/**
 * What can be done again across a new start: the reset that was undone, another start that was undone, and the edits
 * that were undone before a reset. (Those of the present line stand in the line itself: `core/marks.js`.) A change that
 * is new lets all of it go, as everywhere.
 */

import { lastOf, made, marksOf, redoable, root } from "./marks.js";

/** @typedef {import("./store.js").Store} Store */

/** One press of redo. It holds while the session stands on `line` and nothing new was done there: `made` edits.
 * @typedef {object} Ahead
 * @property {string} session @property {number} line @property {number} made
 * @property {number} since marks of the line that were there before: what was undone after them comes first
 * @property {string} words
 * @property {any[]} [edits] to be made anew
 * @property {{step: number, line: number, back: {step: number, line: number}}} [reset] where the new line stood, and
 *   where undo goes back to
 * @property {any} [experiment] to be begun again */

const KEPT = 50;

/** @param {Store} store @param {Pick<Ahead, "words" | "edits" | "reset" | "experiment">} what */
export function put(store, what) {
  const { id, line } = store.session.peek();
  const marks = marksOf(store);
  const entry = { session: String(id), line, made: made(marks), since: marks.length, ...what };
  store.ahead.value = [...store.ahead.peek(), entry].slice(-KEPT);
}

/** The next of them, if it still holds. @param {Store} store @returns {Ahead | null} */
export function next(store) {
  const { id, line } = store.session.value;
  const last = store.ahead.value.at(-1);
  const holds = last?.session === id && last?.line === line && last?.made === made(marksOf(store));
  return holds && last ? last : null;
}

/** Takes the next one off. Where its edits were made, those behind it hold as before. @param {Store} store
 * @param {number} edits how many it made */
export function taken(store, edits = 0) {
  const last = store.ahead.peek().at(-1);
  store.ahead.value = store.ahead
    .peek()
    .slice(0, -1)
    .map((one) => (one.edits && one.line === last?.line ? { ...one, made: one.made + edits } : one));
}

/** What could be done again on the present line, as edits to be made on the one that a reset opens; the next last.
 * @param {Store} store @returns {{edits: any[], words: string}[]} */
export function carried(store) {
  /** @type {{edits: any[], words: string}[]} */
  const found = [];
  const marks = marksOf(store);
  for (let left = redoable(store); left.length;) {
    const last = lastOf(store, left);
    const edits = last.found.map(({ edit }) => ({ ...root(marks, Number(edit.edit))?.edit, at: null })).reverse();
    found.unshift({ edits, words: last.words });
    left = left.filter((mark) => !last.found.includes(mark));
  }
  // What was carried here already and is still to be done again lies behind.
  const { id, line } = store.session.peek();
  const behind = next(store)
    ? store.ahead.peek().filter((one) => one.edits && one.session === id && one.line === line)
    : [];
  return [...behind.map(({ edits, words }) => ({ edits: edits ?? [], words })), ...found];
}
