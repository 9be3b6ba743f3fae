/** Where a run is to stop by itself. No part of the experiment: the page keeps it, for every run it starts. */

import { signal } from "@preact/signals-core";

import { recall, remember } from "./memory.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {"step" | "epoch" | "test_loss" | "accuracy" | "idle"} End */
/** @typedef {{end: End, value: number}} Until */

/** What each end begins with, and the values it may have. @type {Record<End, {start: number, low: number, high: number, whole: boolean}>} */
export const ENDS = {
  step: { start: 1000, low: 1, high: 1e9, whole: true },
  epoch: { start: 100, low: 1, high: 1e9, whole: true },
  test_loss: { start: 0.1, low: 1e-9, high: 1e9, whole: false },
  accuracy: { start: 0.95, low: 0.001, high: 1, whole: false },
  idle: { start: 500, low: 1, high: 1e9, whole: true },
};

/** @type {WeakMap<Store, import("./types.js").Signal<Until | null>>} */
const wishes = new WeakMap();

/** @param {Store} store */
export function until(store) {
  let found = wishes.get(store);
  if (!found) wishes.set(store, (found = signal(read(recall("until")))));
  return found;
}

/** @param {Store} store @param {Until | null} wish */
export function setUntil(store, wish) {
  until(store).value = wish;
  remember("until", wish ? `${wish.end} ${wish.value}` : "");
}

/** A wish as it was remembered. @param {string | null} text @returns {Until | null} */
export function read(text) {
  const [end, value] = (text ?? "").split(" ");
  return end in ENDS && fits(/** @type {End} */ (end), Number(value))
    ? { end: /** @type {End} */ (end), value: Number(value) }
    : null;
}

/** @param {End} end @param {number} value */
export const fits = (end, value) =>
  Number.isFinite(value) &&
  value >= ENDS[end].low &&
  value <= ENDS[end].high &&
  (!ENDS[end].whole || Number.isInteger(value));

/** The fields of a `run` that stops there. What is reached already is left out: play would do nothing.
 * @param {Store} store @returns {Record<string, number>} */
export function endsOf(store) {
  const wish = until(store).peek();
  const { step, epoch } = store.session.peek();
  // Values have no share that is right.
  const none = wish?.end === "accuracy" && store.points.peek()?.info.classes === 0;
  const past = (wish?.end === "step" && step >= wish.value) || (wish?.end === "epoch" && epoch >= wish.value);
  return wish && !past && !none ? { [`until_${wish.end}`]: wish.value } : {};
}
