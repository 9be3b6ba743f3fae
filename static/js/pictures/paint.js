/** Maps, kernels and pictures as pixels. Ink on paper for what is never negative, the signs' colours else. */

import { fadeTable, pixel, rampTable, rgb, signTable } from "../core/colour.js";

/** @typedef {import("../core/colour.js").Palette} Palette */
/** @typedef {import("../core/types.js").Tensor} Tensor */
/** @typedef {import("../core/types.js").Frame} Frame */
/** @typedef {import("./state.js").Range} Range */

/** Colours for every value between two ends. @typedef {{signed: boolean, low: number, high: number}} Scale */

/** @param {Palette} p */
export const tables = (p) => ({
  sign: signTable(p),
  ink: fadeTable(rgb(p.paper), rgb(p.ink)),
  pull: rampTable(p.pullLow, p.mid, p.pullHigh),
});

/** @typedef {ReturnType<typeof tables>} Tables */

/** What the river's maps are made of: answers, or the loss's gradients by them, as a frame names the arrays.
 * @typedef {"" | ".grad"} Part */

/** The ranges of answers or of gradients alone, by layer. @param {Frame | null} frame @param {Part} part
 * @returns {Record<string, [number, number][]>} */
export function rangesOf(frame, part) {
  const all = Object.entries(frame?.probes.features?.ranges ?? {});
  const own = all.filter(([name]) => name.endsWith(".grad") === (part !== ""));
  return Object.fromEntries(own.map(([name, ends]) => [part ? name.slice(0, -part.length) : name, ends]));
}

/** The ends a map is drawn between: its own, its layer's or the net's. What is negative somewhere in the layer is
 * drawn in the signs' colours, zero in the middle.
 * @param {Record<string, [number, number][]>} ranges by layer @param {string} layer @param {number} channel
 * @param {Range} range @param {boolean} [always] whether zero is in the middle whatever the numbers are
 * @returns {Scale} */
export function scaleOf(ranges, layer, channel, range, always = false) {
  const own = ranges[layer] ?? [];
  const wide = range === "net" ? Object.values(ranges).flat() : range === "layer" ? own : [own[channel] ?? [0, 1]];
  const low = Math.min(...wide.map(([lo]) => lo));
  const high = Math.max(...wide.map(([, hi]) => hi));
  const signed = always || own.some(([lo]) => lo < 0);
  const reach = Math.max(Math.abs(low), Math.abs(high)) || 1;
  return signed ? { signed, low: -reach, high: reach } : { signed, low: 0, high: high > 0 ? high : 1 };
}

/** 256 pixels for the bytes of a map that stand for lo … hi, drawn on a scale.
 * @param {Tables} colours @param {Scale} scale @param {[number, number]} ends
 * @param {Uint32Array} [from] other colours than the scale's own @returns {Uint32Array} */
export function tableOf(colours, scale, [lo, hi], from = scale.signed ? colours.sign : colours.ink) {
  return Uint32Array.from({ length: 256 }, (_, q) => {
    const value = lo + (q * (hi - lo)) / 255;
    const share = (value - scale.low) / (scale.high - scale.low);
    return from[Math.round(255 * Math.min(1, Math.max(0, share)))];
  });
}

/** One channel of a stack. @param {Tensor} stack @param {number} channel */
export function channelOf(stack, channel) {
  const [, height, width] = stack.shape;
  return stack.subarray(channel * height * width, (channel + 1) * height * width);
}

/** Fills a picture from the data's own numbers 0 … 255: ink on paper, or in colour.
 * @param {{fill: (width: number, height: number, colour: (i: number) => number) => void}} picture
 * @param {{shape: number[], [i: number]: number}} raw channels × height × width @param {Tables} colours */
export function putRaw(picture, raw, colours) {
  const [channels, height, width] = raw.shape;
  const n = height * width;
  picture.fill(width, height, (i) =>
    channels === 3 ? pixel([raw[i], raw[n + i], raw[2 * n + i]]) : colours.ink[Math.round(raw[i])],
  );
}

/** Fills a picture from signed numbers, zero in the middle.
 * @param {{fill: (width: number, height: number, colour: (i: number) => number) => void}} picture
 * @param {ArrayLike<number>} values @param {number} width @param {number} height @param {number} reach
 * @param {Tables} colours @param {Uint32Array} [table] */
export function putSigned(picture, values, width, height, reach, colours, table = colours.sign) {
  picture.fill(width, height, (i) => {
    const q = 127.5 + (127.5 * values[i]) / (reach || 1);
    return table[Math.round(Math.min(255, Math.max(0, q)))];
  });
}
