/**
 * Where the points stand in the field, in pixels, and how large they are; from the plane to pixels and back.
 */

import { computed } from "@preact/signals-core";

import { axes } from "../core/plane.js";
import { crowdFactors } from "../geometry/crowd.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("@preact/signals-core").ReadonlySignal<number[]>} Extent x1 low, high, x2 low, high */
/** @typedef {{key: object, width: number, xy: Float32Array, factors: Float32Array}} Placed */
/** @typedef {ReturnType<typeof makePlaces>} Places */

/** @param {Store} store @param {Extent} extent */
export function makePlaces(store, extent) {
  /** What decides where they stand. */
  const deciding = computed(() => {
    const points = store.points.value;
    return points ? { points, axes: axes(store), extent: extent.value } : null;
  });
  let placed = /** @type {Placed | null} */ (null);

  /** Values cover the plane, and what is under them is to be seen: many points are small ones. */
  function radius() {
    const points = store.points.peek();
    const many = points && !points.info.classes ? Math.min(1, Math.sqrt(300 / points.test.length)) : 1;
    return many * (store.big.peek() ? 5.2 : store.first.peek() ? 4.4 : 3.1);
  }

  /** Places them in a field of this size, where that is not done. @param {number} width @param {number} height */
  function place(width, height) {
    const at = deciding.peek();
    if (!at || (placed?.key === at && placed.width === width)) return placed;
    const { points } = at;
    const [a, b] = at.axes;
    const wide = points.info.columns.length;
    const xy = new Float32Array(2 * points.test.length);
    for (let i = 0; i < points.test.length; i++) {
      const spot = pixels([points.inputs[i * wide + a], points.inputs[i * wide + b]], width, height);
      xy.set(spot, 2 * i);
    }
    placed = { key: at, width, xy, factors: crowdFactors(xy, radius()) };
    return placed;
  }

  /** @param {[number, number]} plane @param {number} width @param {number} height @returns {[number, number]} */
  function pixels([x1, x2], width, height) {
    const [left, right, low, high] = extent.peek();
    return [((x1 - left) / (right - left)) * width, (1 - (x2 - low) / (high - low)) * height];
  }

  /** @param {number} u share of the width, from the left @param {number} v of the height, from the top
   * @returns {[number, number]} */
  function plane(u, v) {
    const [left, right, low, high] = extent.peek();
    return [left + u * (right - left), high - v * (high - low)];
  }

  return { radius, place, pixels, plane, placed: () => placed, forget: () => (placed = null) };
}
