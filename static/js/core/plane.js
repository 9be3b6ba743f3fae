/**
 * Which two columns of the data the plane shows. Data with two have no choice; of more, a person chooses.
 */

import { signal } from "@preact/signals-core";

/** @typedef {import("./store.js").Store} Store */

/** Two columns, and the data they were chosen for: of others the same numbers are other columns.
 * @typedef {import("@preact/signals-core").Signal<{kind: string, columns: [number, number]} | null>} Chosen */

/** @type {WeakMap<Store, Chosen>} */
const planes = new WeakMap();

/** What was chosen; null while nobody did. @param {Store} store @returns {Chosen} */
function chosen(store) {
  let plane = planes.get(store);
  if (!plane) planes.set(store, (plane = signal(/** @type {Chosen["value"]} */ (null))));
  return plane;
}

/** The two columns: the chosen ones, else those the data name (of iris: the petals, which tell the classes best).
 * @param {Store} store @returns {[number, number]} */
export function axes(store) {
  const info = store.points.value?.info;
  const now = chosen(store).value;
  const fits = now && now.kind === store.data.value && Math.max(...now.columns) < (info?.columns.length ?? 2);
  return fits ? now.columns : (info?.plane ?? [0, 1]);
}

/** Shows two other columns; where both are the same the other one gives way.
 * @param {Store} store @param {0 | 1} side 0 across, 1 upward @param {number} column */
export function chooseAxis(store, side, column) {
  const now = axes(store);
  const other = now[1 - side] === column ? now[side] : now[1 - side];
  chosen(store).value = { kind: store.data.peek(), columns: side === 0 ? [column, other] : [other, column] };
}

/** The part of a picture's query that says the columns; empty for data with two. @param {Store} store */
export const planeQuery = (store) =>
  (store.points.value?.info.columns.length ?? 2) > 2 ? { columns: axes(store) } : {};
