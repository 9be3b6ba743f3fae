/**
 * Undo takes back whatever a person did last: an edit, a reset, another start, a whole new experiment. It says what in
 * words, and the list of what can be taken back survives a reload: it is the session's own.
 */

import { effect } from "@preact/signals-core";

import { goBack } from "./begin.js";
import { gesture, together } from "./gestures.js";
import { recallSession, recallTab, rememberTab } from "./memory.js";
import { change, inTurn, seek } from "./session.js";
import { speak } from "./speak.js";
import { t } from "./texts.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./types.js").EditMark} Mark */

/** The edits of the present line. @param {Store} store */
const marksOf = ({ lines, session }) => lines.value.find(({ line }) => line === session.value.line)?.edits ?? [];

/** Keeps which sessions and lines undo can go back to for a reload of this tab. @param {Store} store */
export function keepUndo(store) {
  const kept = recallTab("former");
  if (kept && kept.id === recallSession()?.id) store.former.value = kept.former;
  effect(() => {
    const { id } = store.session.value;
    const former = store.former.value;
    if (id) rememberTab("former", { id, former });
  });
}

/** What an undo, or the undo of an undo, is about in the end. @param {Mark[]} marks @param {number} n
 * @returns {Mark | undefined} */
function root(marks, n) {
  const mark = marks.find((each) => each.n === n);
  return mark?.kind === "undo" ? root(marks, Number(mark.edit.edit)) : mark;
}

/** What some edits did, in words. @param {Mark[]} marks @param {number[]} numbers */
function wordsOf(marks, numbers) {
  const found = numbers.map((n) => root(marks, n));
  const kinds = found.map((mark) => mark?.kind);
  if (kinds.includes("points_erase") && kinds.includes("points_add")) return t("undo.moved");
  return found[0]?.words ?? t("undo.last");
}

/** Says what was done, to the eye and to the ear. @param {Store} store @param {string} words */
function tell(store, words) {
  store.notice.value = words;
  speak(words);
}

/** Takes the last change back. @param {Store} store @returns {Promise<any>} */
export const undo = (store) =>
  inTurn(store, async () => {
    const undoable = store.undoable.peek();
    const n = undoable.at(-1);
    const words = undoWords(store);
    if (words === null) return null;
    const said = t("undo.done", { words });
    if (n !== undefined) {
      const found = gesture(store, n).filter((one) => undoable.includes(one));
      const answer = await change(
        store,
        found.reverse().map((edit) => ({ kind: "undo", edit })),
      );
      if (answer) tell(store, said);
      return answer;
    }
    const former = store.former.peek();
    const at = former.at(-1)?.at;
    if (at) {
      store.former.value = former.slice(0, -1);
      await seek(store, at.step, at.line);
    } else await goBack(store);
    tell(store, said);
    return null;
  });

/** What undo would take back, in words; null if nothing. @param {Store} store @returns {string | null} */
export function undoWords(store) {
  const n = store.undoable.value.at(-1);
  if (n === undefined) return store.former.value.at(-1)?.words ?? null;
  return wordsOf(marksOf(store), gesture(store, n));
}

/** Undone edits that nothing new was done after, the first to be done again last. @param {Store} store */
function redoable(store) {
  const { step } = store.session.value;
  const marks = marksOf(store).filter(({ at }) => at <= step);
  const target = (/** @type {Mark} */ mark) => (mark.kind === "undo" ? Number(mark.edit.edit) : -1);
  const targeted = new Set(marks.map(target));
  /** Whether an undo took something back (and not an undo). @param {Mark | undefined} mark @returns {boolean} */
  const back = (mark) => mark?.kind === "undo" && !back(marks.find(({ n }) => n === target(mark)));
  const fresh = marks.findLastIndex(({ kind }) => kind !== "undo");
  return marks.slice(fresh + 1).filter((mark) => back(mark) && !targeted.has(mark.n));
}

/** Does again what undo took back. @param {Store} store @returns {Promise<any>} */
export const redo = (store) =>
  inTurn(store, async () => {
    const marks = redoable(store);
    const last = marks.at(-1);
    if (!last) return null;
    // What one press took back comes again with one.
    const origin = Number(last.edit.edit);
    const numbers = gesture(store, origin);
    const found = marks.filter(({ edit }) => numbers.includes(Number(edit.edit)));
    const words = wordsOf(marksOf(store), numbers);
    const answer = await change(
      store,
      found.reverse().map(({ n }) => ({ kind: "undo", edit: n })),
    );
    if (answer && found.length > 1) together(store, found.length);
    if (answer) tell(store, t("undo.again", { words }));
    return answer;
  });
