/** The edits of a line as undo and redo read them: what each is about, what can be done again, and in which words. */

import { gesture } from "./gestures.js";
import { t } from "./texts.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./types.js").EditMark} Mark */

/** The edits of a line; of the present one where none is named. @param {Store} store @param {number} [line]
 * @returns {Mark[]} */
export const marksOf = ({ lines, session }, line = session.value.line) =>
  lines.value.find((one) => one.line === line)?.edits ?? [];

/** How many of them took nothing back: it rises with every new change. @param {Mark[]} marks */
export const made = (marks) => marks.filter(({ kind }) => kind !== "undo").length;

/** What an undo, or the undo of an undo, is about in the end. @param {Mark[]} marks @param {number} n
 * @returns {Mark | undefined} */
export function root(marks, n) {
  const mark = marks.find((each) => each.n === n);
  return mark?.kind === "undo" ? root(marks, Number(mark.edit.edit)) : mark;
}

const PAINTED = ["points_add", "points_erase"];

/** Points that some edits of one kind added or erased, in words; null where it is not so of all of them.
 * @param {(Mark | undefined)[]} marks */
function painted(marks) {
  const kind = marks[0]?.kind ?? "";
  if (marks.length < 2 || !PAINTED.includes(kind) || marks.some((mark) => mark?.kind !== kind)) return null;
  const n = marks.reduce((sum, mark) => sum + mark?.edit.points.length + mark?.edit.examples.length, 0);
  return t(kind === "points_add" ? "undo.added" : "undo.erased", { n });
}

/** Edits of one stroke at one step, told as one: it paints a few points at a time. @param {Mark[]} marks */
export function strokes(marks) {
  /** @type {Mark[][]} */
  const groups = [];
  for (const mark of marks) {
    const last = groups[groups.length - 1];
    const goes = last && PAINTED.includes(mark.kind) && last[0].kind === mark.kind && last[0].at === mark.at;
    if (goes) last.push(mark);
    else groups.push([mark]);
  }
  return groups.map((group) => ({ ...group[group.length - 1], words: painted(group) ?? group[0].words }));
}

/** What some edits did, in words. @param {Mark[]} marks @param {number[]} numbers */
export function wordsOf(marks, numbers) {
  const found = numbers.map((n) => root(marks, n));
  const kinds = found.map((mark) => mark?.kind);
  if (kinds.includes("points_erase") && kinds.includes("points_add")) return t("undo.moved");
  const told = painted(found);
  if (told) return told;
  return found[0]?.words ?? t("undo.last");
}

/** Undone edits that nothing new was done after, the first to be done again last. @param {Store} store
 * @param {number} [since] so many marks of the line were there before @returns {Mark[]} */
export function redoable(store, since = 0) {
  const { step } = store.session.value;
  const all = marksOf(store);
  const marks = all.filter(({ at }) => at <= step);
  const target = (/** @type {Mark} */ mark) => (mark.kind === "undo" ? Number(mark.edit.edit) : -1);
  const targeted = new Set(marks.map(target));
  /** Whether an undo took something back (and not an undo). @param {Mark | undefined} mark @returns {boolean} */
  const back = (mark) => mark?.kind === "undo" && !back(marks.find(({ n }) => n === target(mark)));
  const fresh = marks.findLastIndex(({ kind }) => kind !== "undo");
  const late = new Set(all.slice(since));
  return marks.slice(fresh + 1).filter((mark) => late.has(mark) && back(mark) && !targeted.has(mark.n));
}

/** What one press took back last, among some that can be done again: the undos, and the edits they are about.
 * @param {Store} store @param {Mark[]} marks */
export function lastOf(store, marks) {
  const numbers = gesture(store, Number(marks[marks.length - 1].edit.edit));
  const found = marks.filter(({ edit }) => numbers.includes(Number(edit.edit)));
  return { found, numbers, words: wordsOf(marksOf(store), numbers) };
}
