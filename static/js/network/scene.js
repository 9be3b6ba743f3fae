/**
 * What the network's picture consists of at one size: places, pairs of columns with their curves, biases.
 * The drawing and the pointer read the same scene, so what is seen is what is hit.
 */

import { nearestCurve, weakestFirst } from "../geometry/curves.js";
import { heldIn } from "../core/held.js";
import { linkEnds, placeColumns } from "../geometry/layout.js";

/** @typedef {import("../core/types.js").Frame} Frame */
/** @typedef {import("../core/types.js").Tensor} Tensor */
/** @typedef {import("../core/types.js").Unit} Unit */
/** @typedef {import("../core/types.js").Weight} Weight */
/** @typedef {import("../geometry/columns.js").Column} Column */
/** @typedef {import("../geometry/layout.js").Place} Place */
/** @typedef {import("../geometry/layout.js").Room} Room */

/** The curves between a column and the one before it.
 * @typedef {object} Pair
 * @property {number} to index of the column they lead to
 * @property {Float32Array} ends
 * @property {Tensor | null} weights targets × sources
 * @property {Uint32Array} order weakest first */

/** @typedef {object} Scene
 * @property {Column[]} columns
 * @property {Place[]} places
 * @property {Pair[]} pairs
 * @property {(Tensor | null)[]} biases one a column
 * @property {(Uint8Array | null)[]} off per column: 1 for a unit that a hand silenced, or dropout for the chosen example
 * @property {Set<number>[]} silent per column: the units that a hand silenced
 * @property {(Float32Array | null)[]} share per column: share of the batch in which a unit was silenced */

/** @param {Column[]} columns @param {Room} room @returns {Scene} */
export function createScene(columns, room) {
  const places = placeColumns(columns, room);
  return {
    columns,
    places,
    pairs: columns.slice(1).map((_, i) => ({
      to: i + 1,
      ends: linkEnds(places[i], places[i + 1]),
      weights: null,
      order: new Uint32Array(0),
    })),
    biases: columns.map(() => null),
    off: columns.map(() => null),
    silent: columns.map(() => new Set()),
    share: columns.map(() => null),
  };
}

/** Takes a frame's weights, biases and masks in. Arrays of another shape (an edit is on its way) are left out.
 * @param {Scene} scene @param {Frame | null} frame @param {number | null} example row of the batch; null for all */
export function fillScene(scene, frame, example) {
  const { columns } = scene;
  const held = heldIn(frame);
  for (const pair of scene.pairs) {
    const name = columns[pair.to].weight;
    const weights = (name && frame?.arrays.get(`parameters.${name}`)) || null;
    pair.weights = weights && weights.length * 4 === pair.ends.length ? weights : null;
    pair.order = pair.weights ? weakestFirst(pair.weights) : new Uint32Array(0);
  }
  columns.forEach((column, i) => {
    const bias = (column.bias && frame?.arrays.get(`parameters.${column.bias}`)) || null;
    scene.biases[i] = bias?.length === column.units ? bias : null;
    const mask = column.dropout && frame?.arrays.get(`masks.${column.dropout.name}.mask`);
    const share = column.dropout && frame?.arrays.get(`masks.${column.dropout.name}.share`);
    const fits = mask && mask.shape[1] === column.units;
    const row = fits && example !== null && example < mask.shape[0];
    const silent = new Set(held.silenced[column.key]);
    scene.silent[i] = silent;
    scene.off[i] =
      row || silent.size
        ? Uint8Array.from({ length: column.units }, (_, u) =>
            silent.has(u) || (row && !mask[example * column.units + u]) ? 1 : 0,
          )
        : null;
    scene.share[i] = fits && share && example === null ? Float32Array.from(share) : null;
  });
}

/** Where a unit's bias enters: low on its left edge, a stub with a dot, since it comes from no unit.
 * @param {Place} place @param {number} unit @returns {[number, number, number]} from x, to x, y */
export function biasStub({ x, size, ys }, unit) {
  const left = x - size / 2;
  const length = Math.max(6, Math.min(15, size * 0.22));
  return [left - length, left, ys[unit] + size / 2 - Math.max(2, Math.min(9, size * 0.13))];
}

/** What lies under the pointer: a unit, a weight, a bias, or nothing.
 * @param {Scene} scene @param {number} x @param {number} y
 * @returns {{unit: Unit | null, weight: Weight | null}} */
export function hit({ columns, places, pairs, biases }, x, y) {
  for (let c = 0; c < columns.length; c++) {
    const place = places[c];
    const { bias, key } = columns[c];
    for (let u = 0; u < place.ys.length; u++) {
      if (bias && biases[c]) {
        const [from, to, at] = biasStub(place, u);
        if (x >= from - 6 && x < to && Math.abs(y - at) <= 5)
          return { unit: null, weight: { array: bias, index: [u] } };
      }
      const half = place.size / 2;
      if (Math.abs(x - place.x) <= half && Math.abs(y - place.ys[u]) <= half) {
        return { unit: { layer: key, unit: u }, weight: null };
      }
    }
  }
  for (const { to, ends, weights } of pairs) {
    const array = columns[to].weight;
    if (!weights || !array) continue;
    const i = nearestCurve(ends, weights, x, y);
    const sources = columns[to - 1].units;
    if (i >= 0) return { unit: null, weight: { array, index: [Math.floor(i / sources), i % sources] } };
  }
  return { unit: null, weight: null };
}

/** @param {Unit | null} a @param {Unit | null} b */
export const sameUnit = (a, b) => a !== null && b !== null && a.layer === b.layer && a.unit === b.unit;

/** @param {Weight | null} a @param {Weight | null} b */
export const sameWeight = (a, b) =>
  a !== null && b !== null && a.array === b.array && a.index.join() === b.index.join();
