/**
 * The river's canvas: maps, kernels and windows from the newest frame, over the ways between them (ways.js).
 */

import { picture, rounded } from "../core/canvas.js";
import { hatch } from "../marks/hatch.js";
import { heldBy } from "./hand.js";
import { channelOf, putRaw, putSigned, rangesOf, scaleOf, tableOf } from "./paint.js";
import { cellsOf, unitAt } from "./layout.js";
import { comesFrom } from "./strips.js";
import { drawBlocks, drawSources, drawWays } from "./ways.js";

/** @typedef {import("../core/types.js").Frame} Frame */
/** @typedef {import("../core/colour.js").Palette} Palette */
/** @typedef {import("./paint.js").Tables} Tables */
/** @typedef {import("./strips.js").Strip} Strip */
/** @typedef {import("./layout.js").Placed} Placed */
/** @typedef {import("./layout.js").Box} Box */

/** All that is drawn at one moment.
 * @typedef {object} Moment
 * @property {Strip[]} strips @property {Placed[]} placed
 * @property {Frame | null} frame
 * @property {import("./state.js").Place | null} at the place looked into
 * @property {{layer: string, channel: number} | null} over
 * @property {import("./paint.js").Part} part what the maps are made of
 * @property {Palette} p @property {Tables} colours */

const FADED = 0.25;

/** @param {Strip[]} strips */
export const firstConv = (strips) => (strips[1]?.kind === "conv2d" ? strips[1].maker : "");

export function makeScene() {
  /** @type {Map<string, ReturnType<typeof picture>>} */
  const tiles = new Map();
  /** @param {string} key */
  function tileOf(key) {
    const known = tiles.get(key);
    if (known) return known;
    const made = picture();
    tiles.set(key, made);
    return made;
  }

  /** Every map and kernel of a frame as pixels; returns the kernels' reach (null: none), whether a map is
   * signed, and whether one is not.
   * @param {Frame} frame @param {Strip[]} strips @param {Tables} colours @param {import("./state.js").Range} range
   * @param {import("./paint.js").Part} part */
  function fill(frame, strips, colours, range, part) {
    const ranges = rangesOf(frame, part);
    const raw = frame.arrays.get("features.raw");
    let [signed, plain] = [false, false];
    for (const strip of strips) {
      const stack = frame.arrays.get(`features.${strip.path}${part}`);
      if (!stack || stack.shape.length !== 3) continue;
      const [, h, w] = stack.shape;
      for (let k = 0; k < Math.min(strip.count, stack.shape[0]); k++) {
        const tile = tileOf(`${strip.path}/${k}`);
        const ends = ranges[strip.path] ?? [];
        if (strip.path === "input" && part) putSigned(tile, ...meanOf(stack, ends), colours, colours.pull);
        else if (strip.path === "input" && raw) putRaw(tile, raw, colours);
        else {
          const scale = scaleOf(ranges, strip.path, k, strip.path === "input" ? "unit" : range, part !== "");
          if (strip.path !== "input") [signed, plain] = [signed || scale.signed, plain || !scale.signed];
          const table = tableOf(colours, scale, ends[k] ?? [0, 1], part ? colours.pull : undefined);
          tile.put(channelOf(stack, k), w, h, table);
        }
      }
    }
    return { reach: fillKernels(frame, firstConv(strips), colours), signed, plain };
  }

  /** The kernels of the first convolution. @param {Frame} frame @param {string} layer @param {Tables} colours */
  function fillKernels(frame, layer, colours) {
    const weight = layer && frame.arrays.get(`filters.${layer}.weight`);
    if (!weight || weight.shape.length !== 4) return null;
    const [count, channels, h, w] = weight.shape;
    const reach = frame.probes.filters?.info?.[layer]?.reach ?? 1;
    for (let k = 0; k < count; k++) {
      const size = h * w;
      const from = k * channels * size;
      // In colour a kernel has a part for each of red, green and blue; drawn is their mean.
      const mean = Array.from({ length: size }, (_, i) => {
        let sum = 0;
        for (let c = 0; c < channels; c++) sum += weight[from + c * size + i];
        return sum / channels;
      });
      putSigned(tileOf(`kernel/${k}`), mean, w, h, reach, colours);
    }
    return /** @type {number} */ (reach);
  }

  /** @param {CanvasRenderingContext2D} context @param {Moment} moment */
  function draw(context, moment) {
    const { strips, placed, at, over, p } = moment;
    if (!strips.length || placed.length !== strips.length) return;
    context.imageSmoothingEnabled = false;
    const lit = litBy(moment);
    drawBlocks(context, moment);
    drawWays(context, moment, lit);
    context.globalAlpha = lit ? FADED : 1;
    drawSources(context, moment, lit ? FADED : 1);
    const boxes = boxesOf(moment);
    const held = heldBy(moment.frame?.probes.features?.info);
    strips.forEach((strip, s) => {
      placed[s].maps.forEach((box, k) => {
        context.globalAlpha = !lit || lit(s, k) ? 1 : FADED;
        drawTile(context, tiles.get(`${strip.path}/${k}`), box, p);
        if (held.silenced[strip.path]?.includes(k))
          hatch(context, box.x, box.y, box.width, box.height, { colour: p.faint, ground: null, radius: 4 });
        const looked = at !== null && at.layer === strip.maker && at.channel === k && strip.maker !== "";
        const hovered = over?.layer === strip.path && over.channel === k;
        context.lineWidth = looked ? 2.5 : hovered ? 2 : 1;
        context.strokeStyle = looked || hovered ? p.accent : p.line;
        rounded(context, box.x, box.y, box.width, box.height, 4);
        context.stroke();
        const cells = boxes.get(strip.path);
        if (cells && (looked || sees(moment, s, k)))
          drawWindow(context, cellsOf(box, strip.shape, cells), looked, s === 0, p);
      });
      placed[s].kernels.forEach((box, k) => {
        const tile = tiles.get(`kernel/${k}`);
        if (!tile) return;
        context.globalAlpha = !lit || lit(s, k) ? 1 : FADED;
        context.drawImage(tile.canvas, box.x, box.y, box.width, box.height);
        context.lineWidth = 1;
        context.strokeStyle = p.line;
        context.strokeRect(box.x, box.y, box.width, box.height);
      });
      context.globalAlpha = 1;
      if (strip.shape.length === 1 && s < strips.length - 1) drawVector(context, moment, s);
    });
  }

  return {
    fill,
    draw,
    /** @param {string} path @param {number} k */
    canvas: (path, k) => tiles.get(`${path}/${k}`)?.canvas ?? null,
  };
}

/** One picture of all colours: the mean of their numbers, its size, and the largest.
 * @param {import("../core/types.js").Tensor} stack bytes @param {[number, number][]} ends what 0 and 255 stand for
 * @returns {[number[], number, number, number]} */
function meanOf(stack, ends) {
  const [count, height, width] = stack.shape;
  const mean = Array.from({ length: height * width }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < count; k++)
      sum += ends[k][0] + (stack[k * height * width + i] * (ends[k][1] - ends[k][0])) / 255;
    return sum / count;
  });
  return [mean, width, height, Math.max(...mean.map(Math.abs))];
}

/** Which maps are lit while one is under the pointer: itself, what it looks at, and what looks at it. Null: all.
 * @param {Moment} moment @returns {((s: number, k: number) => boolean) | null} */
function litBy({ strips, over, at }) {
  const own = over ? strips.findIndex(({ path }) => path === over.layer) : -1;
  // Over the map looked into the pointer moves the window; nothing else is asked.
  if (!over || own < 1 || (at && strips[own].maker === at.layer && over.channel === at.channel)) return null;
  return (s, k) =>
    (s === own && k === over.channel) ||
    comesFrom(strips, own, over.channel, s, k) ||
    comesFrom(strips, s, k, own, over.channel);
}

/** The boxes of the field of the place looked into, by the layer shown.
 * @param {Moment} moment @returns {Map<string, [number, number, number, number]>} */
function boxesOf({ strips, at, frame }) {
  /** @type {Map<string, [number, number, number, number]>} */
  const found = new Map();
  const info = frame?.probes.receptive?.info;
  if (!at || !info?.boxes || frame?.probes.receptive?.query?.layer !== at.layer) return found;
  for (const { layer, box } of [...(info.inside ?? []), ...info.boxes]) found.set(layer, box);
  const strip = strips.find(({ maker }) => maker === at.layer);
  if (strip) found.set(strip.path, [at.y, at.y, at.x, at.x]);
  return found;
}

/** Whether a map is among those the place looks at: of a pool and of groups, not all are.
 * @param {Moment} moment @param {number} s @param {number} k */
function sees({ strips, at }, s, k) {
  const t = at ? strips.findIndex(({ maker }) => maker === at.layer) : -1;
  if (!at || t <= s) return false;
  return !strips[t].froms.includes(s) || comesFrom(strips, t, at.channel, s, k);
}

/** @param {CanvasRenderingContext2D} context @param {ReturnType<typeof picture> | undefined} tile @param {Box} box
 * @param {Palette} p */
function drawTile(context, tile, box, p) {
  context.save();
  rounded(context, box.x, box.y, box.width, box.height, 4);
  context.clip();
  context.fillStyle = p.card;
  context.fillRect(box.x, box.y, box.width, box.height);
  if (tile) context.drawImage(tile.canvas, box.x, box.y, box.width, box.height);
  context.restore();
}

/** @param {CanvasRenderingContext2D} context @param {{x: number, y: number, width: number, height: number}} r
 * @param {boolean} strong @param {boolean} wash @param {Palette} p */
function drawWindow(context, r, strong, wash, p) {
  const { globalAlpha } = context;
  if (wash) {
    context.globalAlpha = 0.1 * globalAlpha;
    context.fillStyle = p.accent;
    context.fillRect(r.x, r.y, r.width, r.height);
    context.globalAlpha = globalAlpha;
  }
  context.lineWidth = strong || wash ? 2 : 1.4;
  context.strokeStyle = p.accent;
  context.strokeRect(r.x, r.y, r.width, r.height);
}

/** A hidden vector: one cell a unit. @param {CanvasRenderingContext2D} context @param {Moment} moment
 * @param {number} s */
function drawVector(context, { strips, placed, frame, colours, part }, s) {
  const values = frame?.arrays.get(`features.${strips[s].path}${part}`);
  if (!values) return;
  const reach = Math.max(...Array.from(values, Math.abs)) || 1;
  for (let k = 0; k < strips[s].count; k++) {
    const { x, y, step } = unitAt(placed[s], k, strips[s].count);
    const q = Math.round(127.5 + (127.5 * values[k]) / reach);
    const c = (part ? colours.pull : colours.sign)[Math.min(255, Math.max(0, q))];
    context.fillStyle = `rgb(${c & 255} ${(c >> 8) & 255} ${(c >> 16) & 255})`;
    context.fillRect(x, y - step / 2 + 1, 26, step - 2);
  }
}
