/**
 * How steeply the loss curves, and the learning rate that this bears: asked of the server now and then while somebody
 * looks, and at any step of the line; what was answered is kept.
 */

import { effect, signal } from "@preact/signals-core";

import { ask } from "./session.js";

/** @typedef {import("./store.js").Store} Store */

/** @typedef {object} Curvature what the probe `curvature` says
 * @property {number} line @property {number} step
 * @property {number} sharpness the largest eigenvalue of the loss’s second derivatives, as the optimizer meets it
 * @property {number} rate @property {number} product rate × sharpness
 * @property {number | null} factor where steps begin to grow @property {number | null} limit factor ÷ sharpness
 * @property {boolean} preconditioned @property {boolean} converged @property {number} examples @property {number} of */

/** Milliseconds between two questions; after an answer that took long, so many times that. */
const PATIENCE = 1000;
const SHARE = 20;
/** Answers that are kept. */
const KEPT = 400;

/** @type {WeakMap<Store, {now: import("./types.js").Signal<Curvature | null>, known: Map<string, Curvature>}>} */
const asked = new WeakMap();

/** @param {Store} store */
function entry(store) {
  let found = asked.get(store);
  if (!found) asked.set(store, (found = { now: signal(/** @type {Curvature | null} */ (null)), known: new Map() }));
  return found;
}

/** What was last answered about where the session stands or stood a moment ago. @param {Store} store */
export const curvatureNow = (store) => entry(store).now;

/** All that was answered about the present line, in order of steps. @param {Store} store @param {number} line */
export function curvatures(store, line) {
  const prefix = `${store.session.peek().id}:${line}:`;
  return [...entry(store).known]
    .filter(([key]) => key.startsWith(prefix))
    .map(([, found]) => found)
    .sort((a, b) => a.step - b.step);
}

/** The curvature at a step of the present line; null where it has none. @param {Store} store @param {number} [step]
 * @returns {Promise<Curvature | null>} */
export async function curvatureAt(store, step) {
  const { id } = store.session.peek();
  const { known, now } = entry(store);
  try {
    const frame = await ask(store, "curvature", {}, step);
    const info = frame.probes.curvature?.info;
    if (!info || id !== store.session.peek().id) return null;
    const found = { ...info, line: frame.line, step: frame.step };
    known.set(`${id}:${frame.line}:${frame.step}`, found);
    if (known.size > KEPT) known.delete(known.keys().next().value ?? "");
    // A net that diverges before anybody looked has its wall from the look back.
    now.value ??= found;
    return found;
  } catch {
    return null;
  }
}

/** Keeps `curvatureNow` up to date while it is wanted; returns what ends that.
 * @param {Store} store @param {() => boolean} wanted */
export function followCurvature(store, wanted) {
  const { now } = entry(store);
  let [busy, timer, next, last] = [false, 0, 0, ""];
  const look = async () => {
    timer = 0;
    const { id, line, step, connection, divergence } = store.session.peek();
    const key = `${id}:${line}:${step}:${JSON.stringify(store.experiment.peek().training)}`;
    if (busy || !id || connection !== "open" || divergence || key === last || !wanted()) return;
    busy = true;
    const begun = performance.now();
    now.value = await curvatureAt(store);
    const took = performance.now() - begun;
    [busy, last, next] = [false, key, performance.now() + Math.max(PATIENCE, SHARE * took)];
    plan();
  };
  const plan = () => {
    timer ||= window.setTimeout(() => void look(), Math.max(0, next - performance.now()));
  };
  const stop = effect(() => {
    void store.session.value;
    void store.experiment.value;
    plan();
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}
