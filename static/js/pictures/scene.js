/**
 * The river's canvas: maps, kernels, windows, and the ways between them, from the newest frame.
 */

import { picture, rounded } from "../core/canvas.js";
import { channelOf, putRaw, putSigned, scaleOf, tableOf } from "./paint.js";
import { route, stroke } from "./routes.js";
import { cellsOf, looksAt, unitAt } from "./strips.js";

/** @typedef {import("../core/types.js").Frame} Frame */
/** @typedef {import("../core/colour.js").Palette} Palette */
/** @typedef {import("./paint.js").Tables} Tables */
/** @typedef {import("./strips.js").Strip} Strip */
/** @typedef {import("./strips.js").Placed} Placed */
/** @typedef {import("./strips.js").Box} Box */

/** All that is drawn at one moment.
 * @typedef {object} Moment
 * @property {Strip[]} strips @property {Placed[]} placed @property {number} height
 * @property {Frame | null} frame
 * @property {import("./state.js").Place | null} at the place looked into
 * @property {{layer: string, channel: number} | null} over
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

  /** Every map and kernel of a frame as pixels; returns the kernels' reach (null: none) and whether a map is signed.
   * @param {Frame} frame @param {Strip[]} strips @param {Tables} colours @param {import("./state.js").Range} range */
  function fill(frame, strips, colours, range) {
    const ranges = frame.probes.features?.ranges ?? {};
    const raw = frame.arrays.get("features.raw");
    let signed = false;
    for (const strip of strips) {
      const stack = frame.arrays.get(`features.${strip.path}`);
      if (!stack || stack.shape.length !== 3) continue;
      const [, h, w] = stack.shape;
      for (let k = 0; k < Math.min(strip.count, stack.shape[0]); k++) {
        const tile = tileOf(`${strip.path}/${k}`);
        if (strip.path === "input" && raw) putRaw(tile, raw, colours);
        else {
          const scale = scaleOf(ranges, strip.path, k, strip.path === "input" ? "unit" : range);
          signed ||= scale.signed && strip.path !== "input";
          tile.put(channelOf(stack, k), w, h, tableOf(colours, scale, ranges[strip.path]?.[k] ?? [0, 1]));
        }
      }
    }
    return { reach: fillKernels(frame, firstConv(strips), colours), signed };
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
    drawWays(context, moment, lit);
    context.globalAlpha = lit ? FADED : 1;
    drawSources(context, moment, lit ? FADED : 1);
    const boxes = boxesOf(moment);
    strips.forEach((strip, s) => {
      placed[s].maps.forEach((box, k) => {
        context.globalAlpha = !lit || lit(s, k) ? 1 : FADED;
        drawTile(context, tiles.get(`${strip.path}/${k}`), box, p);
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

/** Which maps are lit while one is under the pointer: itself, what it looks at, and what looks at it. Null: all.
 * @param {Moment} moment @returns {((s: number, k: number) => boolean) | null} */
function litBy({ strips, over, at }) {
  const own = over ? strips.findIndex(({ path }) => path === over.layer) : -1;
  // Over the map looked into the pointer moves the window; nothing else is asked.
  if (!over || own < 1 || (at && strips[own].maker === at.layer && over.channel === at.channel)) return null;
  return (s, k) =>
    (s === own && k === over.channel) ||
    (s === own - 1 && looksAt(strips, own, over.channel, k)) ||
    (s === own + 1 && looksAt(strips, s, k, over.channel));
}

/** Thin ways: the picture to the first kernels and on to their maps, a map to its pooled map; of the map under the
 * pointer all. @param {CanvasRenderingContext2D} context @param {Moment} moment
 * @param {((s: number, k: number) => boolean) | null} lit */
function drawWays(context, { strips, placed, over, p }, lit) {
  context.lineWidth = 1;
  context.strokeStyle = p.faint;
  strips.forEach((strip, s) => {
    if (!s) return;
    const [from, to] = [placed[s - 1], placed[s]];
    const single = strip.kind.endsWith("pool2d") && from.maps.length === to.maps.length;
    to.maps.forEach((box, k) => {
      const hovered = lit !== null && over?.layer === strip.path && over.channel === k;
      const ends = /** @type {Box} */ (to.kernels[k] ?? box);
      context.globalAlpha = lit && !hovered && !(lit(s, k) && over?.layer === strips[s - 1].path) ? FADED : 0.8;
      // One straight line a row says it for all; of the map under the pointer its own way is shown.
      if (single && (hovered || over?.layer === strips[s - 1].path) && lit?.(s, k))
        stroke(context, route(from.maps[k], ends, from, to));
      else if (single && !lit && firstOfRow(to, k)) stroke(context, straight(lastOfRow(from, box), box));
      else if (s === 1 && from.maps[0] && firstOfRow(to, k)) stroke(context, route(from.maps[0], ends, from, to));
      if (to.kernels[k]) {
        if (!firstOfRow(to, k)) stroke(context, straight(to.maps[k - 1], ends));
        stroke(context, straight(ends, box));
      }
      if (single || s === 1 || !lit) return;
      from.maps.forEach((source, j) => {
        const asked = hovered || (over?.layer === strips[s - 1].path && over.channel === j);
        if (asked && looksAt(strips, s, k, j)) stroke(context, route(source, box, from, to, laneOf(from, j)));
      });
    });
  });
  context.globalAlpha = 1;
}

/** @param {Box} a @param {Box} b @returns {import("./routes.js").Piece[]} */
const straight = (a, b) => [
  ["M", a.x + a.width, a.y + a.height / 2],
  ["L", b.x, b.y + b.height / 2],
];

/** @param {Placed} strip @param {number} k */
const firstOfRow = (strip, k) => k === 0 || strip.maps[k].y > strip.maps[k - 1].y + 1;

/** The last map of the row that is at a map's height. @param {Placed} strip @param {Box} box */
const lastOfRow = ({ maps }, box) => {
  const middle = box.y + box.height / 2;
  return maps.findLast(({ y, height }) => y <= middle && middle <= y + height) ?? maps[0];
};

/** Which of the ways in its row's gap a map's is, counted from the middle. @param {Placed} strip @param {number} k */
function laneOf({ maps }, k) {
  const row = maps.filter(({ y }) => Math.abs(y - maps[k].y) < 1);
  return row.indexOf(maps[k]) - (row.length - 2) / 2;
}

/** What each source adds to the place looked into: width its size, colour its sign, the largest drawn last.
 * @param {CanvasRenderingContext2D} context @param {Moment} moment @param {number} alpha */
function drawSources(context, { strips, placed, frame, at, p, height }, alpha) {
  const sources = frame?.arrays.get("window.sources");
  const t = at ? strips.findIndex(({ maker }) => maker === at.layer) : -1;
  if (!at || !sources || t < 1 || frame?.probes.window?.query?.layer !== at.layer) return;
  const first = frame.probes.window?.info?.first ?? 0;
  const [from, to] = [placed[t - 1], placed[t]];
  const end = to.kernels[at.channel] ?? to.maps[at.channel] ?? unitBox(to, at.channel, strips[t].count, height);
  const most = Math.max(...Array.from(sources, Math.abs)) || 1;
  const order = Array.from(sources, (value, i) => ({ value, k: first + i }))
    .filter(({ k }) => from.maps[k])
    .sort((a, b) => Math.abs(a.value) - Math.abs(b.value));
  for (const { value, k } of order) {
    const share = Math.abs(value) / most;
    context.lineWidth = 0.7 + 6 * share;
    context.globalAlpha = alpha * (0.2 + 0.65 * share);
    context.strokeStyle = value < 0 ? p.neg : p.pos;
    stroke(context, route(from.maps[k], end, from, to, laneOf(from, k)));
  }
  context.globalAlpha = 1;
}

/** @param {Placed} strip @param {number} k @param {number} count @param {number} height @returns {Box} */
function unitBox(strip, k, count, height) {
  const { x, y } = unitAt(strip, k, count, height);
  return { x: x - 2, y: y - 4, width: 8, height: 8, size: 8 };
}

/** The boxes of the field of the place looked into, by the layer shown.
 * @param {Moment} moment @returns {Map<string, [number, number, number, number]>} */
function boxesOf({ strips, at, frame }) {
  /** @type {Map<string, [number, number, number, number]>} */
  const found = new Map();
  const info = frame?.probes.receptive?.info;
  if (!at || !info?.boxes || frame?.probes.receptive?.query?.layer !== at.layer) return found;
  for (const { layer, box } of info.boxes) found.set(layer, box);
  const strip = strips.find(({ maker }) => maker === at.layer);
  if (strip) found.set(strip.path, [at.y, at.y, at.x, at.x]);
  return found;
}

/** Whether a map is among those the place looks at: of a pool and of groups, not all are.
 * @param {Moment} moment @param {number} s @param {number} k */
function sees({ strips, at }, s, k) {
  const t = at ? strips.findIndex(({ maker }) => maker === at.layer) : -1;
  if (!at || t <= s) return false;
  return t > s + 1 || looksAt(strips, t, at.channel, k);
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
function drawVector(context, { strips, placed, frame, colours, height }, s) {
  const values = frame?.arrays.get(`features.${strips[s].path}`);
  if (!values) return;
  const reach = Math.max(...Array.from(values, Math.abs)) || 1;
  for (let k = 0; k < strips[s].count; k++) {
    const { x, y, step } = unitAt(placed[s], k, strips[s].count, height);
    const q = Math.round(127.5 + (127.5 * values[k]) / reach);
    const c = colours.sign[Math.min(255, Math.max(0, q))];
    context.fillStyle = `rgb(${c & 255} ${(c >> 8) & 255} ${(c >> 16) & 255})`;
    context.fillRect(x, y - step / 2 + 1, 26, step - 2);
  }
}
