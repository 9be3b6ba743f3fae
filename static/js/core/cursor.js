/**
 * What the net says at the point under the pointer: asked of the server, newest point first, and again with each frame.
 */

import { effect, signal } from "@preact/signals-core";

import { axes } from "./plane.js";
import { ask } from "./session.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./types.js").Frame} Frame */

/** @typedef {{plane: [number, number], frame: Frame} | null} Cursor */

/** @type {WeakMap<Store, import("@preact/signals-core").Signal<Cursor>>} */
const cursors = new WeakMap();

/** A whole input for a point of the plane: columns that are not drawn stand at their mean.
 * @param {Store} store @param {[number, number]} plane @returns {number[]} */
export function inputAt(store, plane) {
  const points = store.points.value;
  const wide = points?.info.columns.length ?? 2;
  const input = Array.from({ length: wide }, (_, column) => {
    const n = points ? points.inputs.length / wide : 0;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += points?.inputs[i * wide + column] ?? 0;
    return n ? sum / n : 0;
  });
  axes(store).forEach((column, i) => (input[column] = plane[i]));
  return input;
}

/** The answer under the pointer; null while it is elsewhere. @param {Store} store */
export function cursor(store) {
  const known = cursors.get(store);
  if (known) return known;
  const said = signal(/** @type {Cursor} */ (null));
  cursors.set(store, said);
  let busy = false;

  async function follow() {
    const { plane } = store.hover.peek();
    if (busy || !plane) return;
    busy = true;
    try {
      const frame = await ask(store, "example", { inputs: inputAt(store, plane) });
      if (store.hover.peek().plane) said.value = { plane, frame };
    } catch {
      // Without a connection there is no number to show; the picture stays.
      said.value = null;
    }
    busy = false;
    const now = store.hover.peek().plane;
    if (now && (now[0] !== plane[0] || now[1] !== plane[1])) follow();
  }

  effect(() => {
    void store.frame.value;
    if (store.hover.value.plane) follow();
    else said.value = null;
  });
  return said;
}

/** The first answer of the net in a frame of `example`: probabilities of all classes, or the bare output.
 * @param {Frame} frame @param {string} head the layer the output comes from
 * @returns {{probabilities: number[] | null, output: number | null}} */
export function answerOf(frame, head) {
  const given = frame.probes.example?.info?.probabilities;
  const flat = Array.isArray(given) && Array.isArray(given[0]) ? given[0] : given;
  const raw = frame.arrays.get(`example.${head}`);
  return { probabilities: Array.isArray(flat) ? flat : null, output: raw?.[0] ?? null };
}
