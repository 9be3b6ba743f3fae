/**
 * Which two columns of the data the plane shows. Data with two have no choice; of more, a person chooses.
 */

import { signal } from "@preact/signals-core";

/** @typedef {import("./store.js").Store} Store */

/** @typedef {import("@preact/signals-core").Signal<[number, number] | null>} Chosen */

/** @type {WeakMap<Store, Chosen>} */
const planes = new WeakMap();

/** What was chosen; null while nobody did. @param {Store} store @returns {Chosen} */
function chosen(store) {
  let plane = planes.get(store);
  if (!plane) planes.set(store, (plane = signal(/** @type {[number, number] | null} */ (null))));
  return plane;
}

/** The two columns: the chosen ones, else the last two (of iris: the petals, which tell the classes best).
 * @param {Store} store @returns {[number, number]} */
export function axes(store) {
  const wide = store.points.value?.info.columns.length ?? 2;
  const now = chosen(store).value;
  if (wide > 2 && now && Math.max(...now) < wide) return now;
  return wide > 2 ? [wide - 2, wide - 1] : [0, 1];
}

/** Shows two other columns; where both are the same the other one gives way.
 * @param {Store} store @param {0 | 1} side 0 across, 1 upward @param {number} column */
export function chooseAxis(store, side, column) {
  const now = axes(store);
  const other = now[1 - side] === column ? now[side] : now[1 - side];
  chosen(store).value = side === 0 ? [column, other] : [other, column];
}

/** The part of a picture's query that says the columns; empty for data with two. @param {Store} store */
export const planeQuery = (store) =>
  (store.points.value?.info.columns.length ?? 2) > 2 ? { columns: axes(store) } : {};
