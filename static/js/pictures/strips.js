/**
 * The river's strips: what stands in it and what comes from where, from shapes alone.
 *
 * A strip is one column of the net: the layer that makes something new, and what stands behind it up to the layer that
 * is shown. An opened block is its chains beside each other, each in a lane of its own, and the strip of their sum (or
 * of their maps, one behind the other).
 */

import { isActivation, roleOf } from "../core/kinds.js";
import { t, named } from "../core/texts.js";
import { activationWord } from "../geometry/columns.js";

/** @typedef {import("../core/types.js").Experiment} Experiment */
/** @typedef {import("../core/types.js").LayerInfo} LayerInfo */

/** @typedef {object} Strip
 * @property {string} path of the layer that is shown; "input" for the picture
 * @property {string} maker the layer that makes it, which can be looked into; "" for the picture
 * @property {string} kind of the maker
 * @property {string} title @property {string} brief the title where there is little room
 * @property {string} says its true shapes
 * @property {string} within the chain of an opened block that it stands in, in words; "" outside
 * @property {number[]} shape of what is shown: [channels, height, width] or [units]
 * @property {number} count how many maps or units are drawn
 * @property {boolean} kernels whether its kernels are worth looking at, and are not drawn before its maps
 * @property {number} groups of a convolution: how many parts its maps and those below fall into
 * @property {number[]} froms the strips it looks at: one, or an end of every chain of an opened block
 * @property {boolean[]} past of `froms`: whether it comes past the block, by a chain without layers
 * @property {number} column where it stands from left to right
 * @property {[number, number]} lane from where to where it stands from top to bottom, as shares
 * @property {number} under how many ways past a block run below it
 * @property {string} opened path of the block that ends here, where it is open
 * @property {string} opens path of the block that it is, closed
 * @property {string} called the block's own name */

/** What makes a map of one map alone. */
const SINGLE = new Set(["max_pool2d", "mean_pool2d", "global_mean_pool", "upsample"]);
const MOST = 32;

const BLOCKS = new Set(["residual", "parallel"]);

const times = (/** @type {number[]} */ shape) => shape.join(" × ");
const size = (/** @type {number | number[]} */ k) => (Array.isArray(k) ? k.join("×") : `${k}×${k}`);

/** Whether a strip can be looked into: an activation changes every number by itself. @param {Strip} strip */
export const canOpen = ({ maker, kind }) => maker !== "" && !isActivation(kind);

/** The chains of a block by the start of their layers' paths. @param {any} layer @param {string} path
 * @returns {{above: string, chain: any[], words: string}[]} */
function chainsOf(layer, path) {
  if (layer.kind === "residual")
    return [
      { above: `${path}.`, chain: layer.body, words: t("river.body") },
      { above: `${path}.shortcut.`, chain: layer.shortcut ?? [], words: t("river.shortcut") },
    ];
  return layer.branches.map((/** @type {any[]} */ chain, /** @type {number} */ i) => ({
    above: `${path}.branch${i + 1}.`,
    chain,
    words: t("river.branch", { n: i + 1 }),
  }));
}

/** The strips of a net of pictures, the picture first.
 * @param {Experiment} experiment @param {LayerInfo[]} layers as the server described them @param {number[]} input shape
 * @param {string[]} [opened] paths of the blocks that are open @returns {Strip[]} */
export function stripsOf(experiment, layers, input, opened = []) {
  const shapes = new Map(layers.map(({ name, shape }) => [name, shape]));
  /** @type {Strip[]} */
  const made = [strip("input", "", { kind: "input" }, input, [], 0, { lane: [0, 1], within: "", under: 0 })];
  Object.assign(made[0], { title: t("strip.input"), brief: t("strip.input"), says: times(input), count: 1 });
  chain(experiment.model.layers, "", 0, 1, { lane: [0, 1], within: "", under: 0 });
  const head = made[made.length - 1];
  if (experiment.training.loss?.kind === "softmax_cross_entropy" && head.shape.length === 1)
    head.title = head.brief = "Softmax";
  return made;

  /** The strips of a chain. @param {any[]} links @param {string} above @param {number} source the strip it looks at
   * @param {number} column @param {{lane: [number, number], within: string, under: number}} room
   * @returns {[number, number]} the last strip, and the next column */
  function chain(links, above, source, column, room) {
    /** @type {Record<string, number>} */
    const seen = {};
    let last = source;
    let before = made[source].shape;
    for (const layer of links) {
      const path = `${above}${layer.name}`;
      const shape = shapes.get(path) ?? [];
      const role = roleOf(layer.kind);
      if (role === "passes") {
        before = shape;
        continue;
      }
      if (role !== "maker" && last !== source) {
        made[last].path = path;
        made[last].title += ` · ${activationWord(layer.kind)}`;
        made[last].brief += ` · ${role === "norm" ? "norm" : activationWord(layer.kind)}`;
        before = shape;
        continue;
      }
      seen[layer.kind] = (seen[layer.kind] ?? 0) + 1;
      const title = titled(layer, seen[layer.kind], "strip");
      let froms = [last];
      const one = { title, brief: titled(layer, seen[layer.kind], "brief"), says: described(layer, before, shape) };
      /** @type {Partial<Strip>} */
      let block = BLOCKS.has(layer.kind) ? { opens: path, called: title } : {};
      if (BLOCKS.has(layer.kind) && opened.includes(path)) {
        const ends = inside(layer, path, last, column, room);
        ({ froms, column } = ends);
        block = { opened: path, past: ends.past, called: title };
        const ended = layer.kind === "residual" ? "river.sum" : "river.joined";
        one.title = t(ended, { block: title });
        one.brief = t(ended, { block: one.brief });
        one.says = times(shape);
      }
      // The first of a chain says which one it is.
      if (room.within && last === source && !block.opened)
        for (const key of /** @type {const} */ (["title", "brief"])) one[key] = `${room.within}: ${one[key]}`;
      const kernels = layer.kind === "conv2d" && made.length > 1 && Math.max(...[layer.kernel].flat()) >= 3;
      made.push(Object.assign(strip(path, path, layer, shape, froms, column, room), one, block, { kernels }));
      last = made.length - 1;
      column += 1;
      before = shape;
    }
    return [last, column];
  }

  /** The chains of an opened block beside each other. @param {any} layer @param {string} path @param {number} source
   * @param {number} column @param {{lane: [number, number], within: string, under: number}} room */
  function inside(layer, path, source, column, { lane: [top, bottom], under }) {
    const chains = chainsOf(layer, path);
    const lanes = chains.filter((one) => one.chain.length).length;
    const past = chains.map((one) => !one.chain.length);
    const share = (bottom - top) / Math.max(1, lanes);
    let next = column;
    let lane = 0;
    const froms = chains.map(({ chain: links, above, words }) => {
      if (!links.length) return source;
      const from = top + share * lane++;
      const below = under + (past.some(Boolean) && lane === lanes ? 1 : 0);
      const room = { lane: /** @type {[number, number]} */ ([from, from + share]), within: words, under: below };
      const [last, end] = chain(links, above, source, column, room);
      next = Math.max(next, end);
      return last;
    });
    return { froms, past, column: next };
  }
}

/** @param {string} path @param {string} maker @param {any} layer @param {number[]} shape @param {number[]} froms
 * @param {number} column @param {{lane: [number, number], within: string, under: number}} room @returns {Strip} */
function strip(path, maker, layer, shape, froms, column, { lane, within, under }) {
  const count = Math.min(MOST, shape[0] ?? 0);
  const words = { title: "", brief: "", says: "", within, opened: "", opens: "", called: "" };
  const past = froms.map(() => false);
  return {
    path,
    maker,
    kind: layer.kind,
    shape,
    count,
    kernels: false,
    groups: layer.groups ?? 1,
    froms,
    past,
    column,
    lane,
    under,
    ...words,
  };
}

/** @param {any} layer @param {number} n @param {"strip" | "brief"} group of texts */
function titled(layer, n, group) {
  const word = named(group, layer.kind) ?? named("strip", layer.kind) ?? activationWord(layer.kind);
  if (layer.kind.endsWith("pool2d"))
    return `${word} ${Array.isArray(layer.window) ? size(layer.window) : layer.window}`;
  return ["conv2d", "dense", "residual", "parallel", "local2d"].includes(layer.kind) ? `${word} ${n}` : word;
}

/** @param {any} layer @param {number[]} before @param {number[]} shape */
function described(layer, before, shape) {
  if (layer.kind === "conv2d") {
    const inputs = before[0] / (layer.groups ?? 1);
    const kernel = inputs > 1 ? `${inputs}×${size(layer.kernel)}` : size(layer.kernel);
    return `${t("strip.filters", { n: layer.channels, kernel })} → ${times(shape)}`;
  }
  if (shape.length === 1) return `${before.reduce((a, b) => a * b, 1)} → ${shape[0]}`;
  return times(shape);
}

/** Which maps of a strip before a map looks at: the first, and how many. A pool looks at its own map alone, a sum at one
 * map of each way, and what lies beside each other comes from one branch.
 * @param {Strip[]} strips @param {number} s @param {number} k
 * @param {number} [from] which of the strips that it looks at, as its place in `froms` @returns {[number, number]} */
export function sourcesOf(strips, s, k, from = 0) {
  if (s < 1) return [0, 0];
  const own = strips[s];
  const below = strips[own.froms[from]];
  if (own.opened && own.kind === "residual") return [k, 1];
  if (own.opened) {
    const start = own.froms.slice(0, from).reduce((sum, f) => sum + strips[f].shape[0], 0);
    return k >= start && k < start + below.shape[0] ? [k - start, 1] : [0, 0];
  }
  if (SINGLE.has(own.kind) && own.shape[0] === below.shape[0]) return [k, 1];
  const groups = own.kind === "conv2d" ? own.groups : 1;
  const each = below.shape[0] / groups;
  return [Math.floor(k / (own.shape[0] / groups)) * each, each];
}

/** Whether map k of strip s looks at map j of a strip before. @param {Strip[]} strips @param {number} s
 * @param {number} k @param {number} j @param {number} [from] */
export function looksAt(strips, s, k, j, from = 0) {
  const [first, count] = sourcesOf(strips, s, k, from);
  return j >= first && j < first + count;
}

/** Whether map k of strip s looks at map j of strip f. @param {Strip[]} strips @param {number} s @param {number} k
 * @param {number} f @param {number} j */
export const comesFrom = (strips, s, k, f, j) =>
  strips[s].froms.some((from, i) => from === f && looksAt(strips, s, k, j, i));
