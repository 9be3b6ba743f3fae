/** Points of the data that some view asks to be seen on the plane: ringed until another view, or nobody, asks. */

import { signal } from "@preact/signals-core";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {{places: number[], words: string} | null} Ringed places in the data, and why, in words */

/** @type {WeakMap<Store, import("@preact/signals-core").Signal<Ringed>>} */
const made = new WeakMap();

/** @param {Store} store */
export function ringed(store) {
  let known = made.get(store);
  if (!known) made.set(store, (known = signal(/** @type {Ringed} */ (null))));
  return known;
}
