/**
 * The river's strips, and where everything stands: pure geometry, from shapes alone.
 *
 * A strip is one column of the net: the layer that makes something new, and what stands behind it up to the
 * layer that is shown. Rows are aligned, so that the way from a map to its pooled map is a straight line.
 */

import { roleOf } from "../core/kinds.js";
import { activationWord } from "../geometry/columns.js";

/** @typedef {import("../core/types.js").Experiment} Experiment */
/** @typedef {import("../core/types.js").LayerInfo} LayerInfo */

/** @typedef {object} Strip
 * @property {string} path of the layer that is shown; "input" for the picture
 * @property {string} maker the layer that makes it, which can be looked into; "" for the picture
 * @property {string} kind of the maker
 * @property {string} title @property {string} says its true shapes
 * @property {number[]} shape of what is shown: [channels, height, width] or [units]
 * @property {number} count how many maps or units are drawn
 * @property {number} [groups] of a convolution: how many parts its maps and those below fall into */

/** @typedef {{x: number, y: number, size: number, width: number, height: number}} Box of one map */

/** @typedef {object} Placed
 * @property {number} left @property {number} width
 * @property {Box[]} maps empty for a vector drawn as a list
 * @property {Box[]} kernels one before every map, where they are drawn */

/** What makes a map of one map alone. */
const SINGLE = new Set(["max_pool2d", "mean_pool2d", "global_mean_pool", "upsample"]);
const MOST = 32;

/** @type {Record<string, string>} */
const WORDS = {
  conv2d: "Convolution",
  local2d: "Local windows",
  max_pool2d: "Max-pool",
  mean_pool2d: "Mean-pool",
  global_mean_pool: "Mean of each map",
  channel_pool: "Channel pool",
  dense: "Dense",
  residual: "Residual block",
  parallel: "Branches",
  upsample: "Upsample",
};

const times = (/** @type {number[]} */ shape) => shape.join(" × ");
const size = (/** @type {number | number[]} */ k) => (Array.isArray(k) ? k.join("×") : `${k}×${k}`);

/** The strips of a net of pictures, the picture first.
 * @param {Experiment} experiment @param {LayerInfo[]} layers as the server described them @param {number[]} input shape
 * @returns {Strip[]} */
export function stripsOf(experiment, layers, input) {
  const shapes = new Map(layers.map(({ name, shape }) => [name, shape]));
  /** @type {Strip[]} */
  const made = [
    { path: "input", maker: "", kind: "input", title: "Input", says: times(input), shape: input, count: 1 },
  ];
  /** @type {Record<string, number>} */
  const seen = {};
  let before = input;
  for (const layer of experiment.model.layers) {
    const name = String(layer.name);
    const shape = shapes.get(name) ?? [];
    const last = made[made.length - 1];
    const role = roleOf(layer.kind);
    if (role === "passes") {
      before = shape;
      continue;
    }
    if (role !== "maker" && last.kind !== "input") {
      last.path = name;
      last.title += ` · ${activationWord(layer.kind)}`;
    } else {
      seen[layer.kind] = (seen[layer.kind] ?? 0) + 1;
      made.push({
        path: name,
        maker: name,
        kind: layer.kind,
        title: titled(layer, seen[layer.kind]),
        says: described(layer, before, shape),
        shape,
        count: Math.min(MOST, shape[0] ?? 0),
        groups: layer.groups ?? 1,
      });
    }
    before = shape;
  }
  const head = made[made.length - 1];
  if (experiment.training.loss?.kind === "softmax_cross_entropy" && head.shape.length === 1) head.title = "Softmax";
  return made;
}

/** @param {any} layer @param {number} n */
function titled(layer, n) {
  const word = WORDS[layer.kind] ?? layer.kind;
  if (layer.kind.endsWith("pool2d"))
    return `${word} ${Array.isArray(layer.window) ? size(layer.window) : layer.window}`;
  return ["conv2d", "dense", "residual", "parallel", "local2d"].includes(layer.kind) ? `${word} ${n}` : word;
}

/** @param {any} layer @param {number[]} before @param {number[]} shape */
function described(layer, before, shape) {
  if (layer.kind === "conv2d") {
    const inputs = before[0] / (layer.groups ?? 1);
    const kernel = inputs > 1 ? `${inputs}×${size(layer.kernel)}` : size(layer.kernel);
    return `${layer.channels} filters ${kernel} → ${times(shape)}`;
  }
  if (shape.length === 1) return `${before.reduce((a, b) => a * b, 1)} → ${shape[0]}`;
  return times(shape);
}

/** @typedef {{width: number, height: number, big?: boolean}} Room */

const TOP = 52;
const GAP = 12;
const LIST = 168; // what the classes take: a name, a bar, a number
const KERNEL = 32;
const BESIDE = 8; // between two maps, and between a kernel and its map

const LEAST_GAP = 44;
const MOST_GAP = 110;
/** How far maps give way before the sheet gets wider than the room. */
const SHARES = [1, 0.93, 0.86, 0.8];
/** A projector's are larger; what it cannot show at once it shows no smaller than the page does. */
const LARGER = 1.4;

/** @typedef {{tile: number, columns: number, width: number, lines: number, lead: number}} Wish */

/** Places every map. Where the room is too narrow maps are smaller, and then the sheet is wider, and swiped.
 * @param {Strip[]} strips @param {Room} room @returns {{strips: Placed[], width: number}} */
export function place(strips, room) {
  const height = room.height - TOP - 8;
  const rows = Math.max(1, Math.min(4, Math.floor(height / 56)));
  const pitch = height / rows;
  const gaps = strips.length - 1;
  const sum = (/** @type {Wish[]} */ wishes) => wishes.reduce((all, { width }) => all + width, 0);
  const shares = room.big ? [LARGER, 1.25, 1.12, ...SHARES] : SHARES;
  const tried = shares.map((share) => strips.map((_, i) => wish(strips, i, height, rows, share)));
  const wishes = tried.find((one) => sum(one) + LEAST_GAP * gaps <= room.width) ?? tried[0];
  const used = sum(wishes);
  const spare = gaps ? (room.width - used) / gaps : 0;
  const gap = Math.max(LEAST_GAP, Math.min(MOST_GAP, spare));
  let left = Math.max(0, (room.width - used - gap * gaps) / 2);
  const placed = strips.map(({ shape, count }, i) => {
    const { tile, columns, width, lines, lead } = wishes[i];
    /** @type {Placed} */
    const made = { left, width, maps: [], kernels: [] };
    const scale = shape.length === 3 ? tile / Math.max(shape[1], shape[2]) : 0;
    for (let k = 0; k < count && tile; k++) {
      const [row, column] = [Math.floor(k / columns), k % columns];
      const [w, h] = [shape[2] * scale, shape[1] * scale];
      const step = lines === 1 ? height : lines < rows ? height / lines : pitch;
      const y = TOP + step * (row + 0.5) - h / 2;
      const x = left + column * (tile + lead + BESIDE) + lead + (tile - w) / 2;
      made.maps.push({ x, y, size: tile, width: w, height: h });
      if (!lead) continue;
      const side = lead - BESIDE;
      made.kernels.push({ x: x - lead, y: y + (h - side) / 2, size: side, width: side, height: side });
    }
    left += width + gap;
    return made;
  });
  return { strips: placed, width: Math.max(room.width, left - gap) };
}

/** What a strip would take. @param {Strip[]} strips @param {number} i @param {number} height @param {number} rows
 * @param {number} share of the usual size @returns {Wish} */
function wish(strips, i, height, rows, share) {
  const { shape, count, path, kind } = strips[i];
  if (shape.length === 1)
    return { tile: 0, columns: 0, width: i === strips.length - 1 ? LIST : 30, lines: count, lead: 0 };
  const [, h, w] = shape;
  if (path === "input") {
    const tile = share * Math.min(168, height * 0.5);
    return { tile, columns: 1, width: tile * Math.min(1, w / h), lines: 1, lead: 0 };
  }
  const lines = Math.min(rows, count);
  const columns = Math.ceil(count / lines);
  const usual = Math.min(columns > 4 ? 48 : columns > 2 ? 68 : 84, Math.max(56, 6 * Math.max(h, w)));
  const tile = Math.min(height / rows - GAP, share * usual);
  // The first kernels look at the picture itself: they can be seen as pictures, and stand before their maps.
  const lead = i === 1 && kind === "conv2d" && tile >= 28 ? Math.min(KERNEL, tile * 0.4) + BESIDE : 0;
  return { tile, columns, width: columns * (tile + lead + BESIDE) - BESIDE, lines, lead };
}

/** Which maps of the strip before a map looks at: the first, and how many. A pool looks at its own map alone.
 * @param {Strip[]} strips @param {number} s @param {number} k @returns {[number, number]} */
export function sourcesOf(strips, s, k) {
  if (s < 1) return [0, 0];
  const [own, below] = [strips[s], strips[s - 1]];
  if (SINGLE.has(own.kind) && own.shape[0] === below.shape[0]) return [k, 1];
  const groups = own.kind === "conv2d" ? (own.groups ?? 1) : 1;
  const each = below.shape[0] / groups;
  return [Math.floor(k / (own.shape[0] / groups)) * each, each];
}

/** Whether map k of strip s looks at map j of the strip before. @param {Strip[]} strips @param {number} s
 * @param {number} k @param {number} j */
export function looksAt(strips, s, k, j) {
  const [first, count] = sourcesOf(strips, s, k);
  return j >= first && j < first + count;
}

/** Where unit k of a vector stands. @param {Placed} strip @param {number} k @param {number} count @param {number} height */
export function unitAt(strip, k, count, height) {
  const step = Math.min(42, (height - TOP - 8) / count);
  const top = TOP + (height - TOP - 8 - step * count) / 2;
  return { x: strip.left, y: top + step * (k + 0.5), step };
}

/** Which map is under a point, and the pixel of it. @param {Strip[]} strips @param {Placed[]} placed
 * @param {number} x @param {number} y @returns {{strip: number, channel: number, y: number, x: number} | null} */
export function under(strips, placed, x, y) {
  for (let s = 0; s < placed.length; s++) {
    for (let k = 0; k < placed[s].maps.length; k++) {
      const box = placed[s].maps[k];
      if (x < box.x || y < box.y || x >= box.x + box.width || y >= box.y + box.height) continue;
      const [, height, width] = strips[s].shape;
      const at = {
        y: Math.floor(((y - box.y) / box.height) * height),
        x: Math.floor(((x - box.x) / box.width) * width),
      };
      return { strip: s, channel: k, ...at };
    }
  }
  return null;
}

/** The rectangle of some cells of a map: rows top … bottom, columns left … right, cut at its border.
 * @param {Box} box @param {number[]} shape @param {[number, number, number, number]} cells */
export function cellsOf(box, shape, [top, bottom, left, right]) {
  const [sy, sx] = [box.height / shape[1], box.width / shape[2]];
  const [t, b] = [Math.max(0, top), Math.min(shape[1] - 1, bottom)];
  const [l, r] = [Math.max(0, left), Math.min(shape[2] - 1, right)];
  return { x: box.x + l * sx, y: box.y + t * sy, width: (r - l + 1) * sx, height: (b - t + 1) * sy };
}
