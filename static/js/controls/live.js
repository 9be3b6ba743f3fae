/** A knob whose value is an edit of the session: its future is tried while a hand holds it, the edit made when let go. */

import { futures } from "../core/future.js";
import { edit, settled } from "../core/session.js";

/** @typedef {import("../core/store.js").Store} Store */

/** What a slider needs of it. @param {Store} store @param {(value: number) => any[]} edits as the session takes them */
export const live = (store, edits) => ({
  change: (/** @type {number} */ value) => void edit(store, ...edits(value)),
  attempt: {
    with: (/** @type {number} */ value) => futures(store).attempt(edits(value)),
    end: () => void settled(store).then(() => futures(store).release()),
  },
});

/** @param {string} path a JSON pointer into the experiment @param {any} value */
export const setting = (path, value) => ({ kind: "set", path, value });
