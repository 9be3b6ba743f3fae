/**
 * Undo takes back whatever a person did last: an edit, a reset, another start, a whole new experiment. It says what in
 * words, and the list of what can be taken back survives a reload: it is the session's own.
 */

import { effect } from "@preact/signals-core";

import { next, put, taken } from "./ahead.js";
import { begin, goBack } from "./begin.js";
import { gesture, together } from "./gestures.js";
import { lastOf, marksOf, redoable, wordsOf } from "./marks.js";
import { recallSession, recallTab, rememberTab } from "./memory.js";
import { change, inTurn, seek } from "./session.js";
import { speak } from "./speak.js";
import { t } from "./texts.js";

/** @typedef {import("./store.js").Store} Store */

/** Keeps which sessions and lines undo can go back to for a reload of this tab. @param {Store} store */
export function keepUndo(store) {
  const kept = recallTab("former");
  if (kept && kept.id === recallSession()?.id) {
    store.former.value = kept.former;
    store.ahead.value = kept.ahead ?? [];
  }
  effect(() => {
    const { id } = store.session.value;
    const [former, ahead] = [store.former.value, store.ahead.value];
    if (id) rememberTab("former", { id, former, ahead });
  });
}

/** Says what was done, to the eye and to the ear. @param {Store} store @param {string} words */
function tell(store, words) {
  store.notice.value = words;
  speak(words);
}

/** The server tells what is there of a session gone back to; this long at most it is waited for. */
const PATIENCE = 1000;

/** @param {Store} store @returns {Promise<void>} */
const attached = (store) =>
  new Promise((resolve) => {
    const timer = setTimeout(() => end(), PATIENCE);
    const stop = effect(() => {
      if (store.session.value.incarnation !== null) queueMicrotask(() => end());
    });
    const end = () => {
      clearTimeout(timer);
      stop();
      resolve();
    };
  });

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
    const { step, line } = store.session.peek();
    const experiment = store.origin.peek();
    if (at) {
      store.former.value = former.slice(0, -1);
      await seek(store, at.step, at.line);
    } else {
      await goBack(store);
      await attached(store);
    }
    put(store, { words, ...(at ? { reset: { step, line, back: at } } : { experiment }) });
    tell(store, said);
    return null;
  });

/** What undo would take back, in words; null if nothing. @param {Store} store @returns {string | null} */
export function undoWords(store) {
  const n = store.undoable.value.at(-1);
  if (n === undefined) return store.former.value.at(-1)?.words ?? null;
  return wordsOf(marksOf(store), gesture(store, n));
}

/** Does again what undo took back: edits of this line, then what was undone across a new start. @param {Store} store
 * @returns {Promise<any>} */
export const redo = (store) =>
  inTurn(store, async () => {
    const further = next(store);
    const marks = redoable(store, further?.reset || further?.experiment ? further.since : 0);
    if (marks.length) {
      // What one press took back comes again with one.
      const { found, words } = lastOf(store, marks);
      const edits = found.reverse().map(({ n }) => ({ kind: "undo", edit: n }));
      return again(store, edits, words);
    }
    if (!further) return null;
    const { words, edits, reset, experiment } = further;
    taken(store, edits?.length);
    if (edits) return again(store, edits, words);
    if (reset) {
      const { id, token } = store.session.peek();
      await seek(store, reset.step, reset.line);
      store.former.value = [...store.former.peek(), { id: String(id), token, words, at: reset.back }];
    } else if (!(await begin(store, experiment, words))) return null;
    tell(store, t("undo.again", { words }));
    return null;
  });

/** Makes edits again, so that undo takes them back as one. @param {Store} store @param {any[]} edits
 * @param {string} words */
async function again(store, edits, words) {
  const answer = await change(store, edits);
  if (answer && edits.length > 1) together(store, edits.length);
  if (answer) tell(store, t("undo.again", { words }));
  return answer;
}
