/** Asks one question after the other: while an answer is on its way the newest wish waits, and older ones are dropped. */

import { ask } from "../core/session.js";

/** @typedef {import("../core/types.js").Frame} Frame */

/** @param {import("../core/store.js").Store} store @param {string} probe @param {(frame: Frame) => void} take */
export function makeLatest(store, probe, take) {
  /** @type {Record<string, any> | null} */
  let wish = null;
  let busy = false;

  async function go() {
    if (busy || !wish) return;
    busy = true;
    const now = wish;
    wish = null;
    try {
      take(await ask(store, probe, now));
    } catch {
      // The session is being made anew, or the question does not fit its data: the next wish asks again.
    }
    busy = false;
    void go();
  }
  return (/** @type {Record<string, any>} */ query) => {
    wish = query;
    void go();
  };
}
