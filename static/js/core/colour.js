/**
 * Colours for canvases. They live in `css/tokens.css` alone; this module reads them from there and
 * makes tables that turn a uint8 picture into pixels.
 */

/** @typedef {[number, number, number]} RGB */

/** @typedef {object} Palette
 * @property {string} paper @property {string} card @property {string} ink @property {string} soft
 * @property {string} line @property {string} faint @property {string} accent @property {string} test
 * @property {string} warn @property {string} ok
 * @property {string} low @property {string} mid @property {string} high the ramp: orange, neutral, blue
 * @property {string} pullLow @property {string} pullHigh gradients: the loss falls, rises with the number
 * @property {string} neg @property {string} pos weight lines
 * @property {string} pointLow @property {string} pointHigh @property {string} pointRing
 * @property {string[]} classes ten colours for three and more classes
 * @property {boolean} dark
 */

/** One glyph a class, obligatory beside the colour; drawn by the views. */
export const GLYPHS = ["circle", "triangle", "square", "plus", "diamond", "cross", "star", "bar", "down", "ring"];

/** The colours in force, read from the tokens. @returns {Palette} */
export function palette() {
  const style = getComputedStyle(document.documentElement);
  const read = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  return {
    paper: read("paper"),
    card: read("card"),
    ink: read("ink"),
    soft: read("soft"),
    line: read("line"),
    faint: read("faint"),
    accent: read("accent"),
    test: read("test"),
    warn: read("warn"),
    ok: read("ok"),
    low: read("ramp-low"),
    mid: read("ramp-mid"),
    high: read("ramp-high"),
    pullLow: read("pull-low"),
    pullHigh: read("pull-high"),
    neg: read("weight-neg"),
    pos: read("weight-pos"),
    pointLow: read("point-low"),
    pointHigh: read("point-high"),
    pointRing: read("point-ring"),
    classes: Array.from({ length: 10 }, (_, i) => read(`class-${i}`)),
    dark: read("scheme") === "dark",
  };
}

/** `#rrggbb` → three numbers. @param {string} hex @returns {RGB} */
export function rgb(hex) {
  const n = Number.parseInt(hex.slice(1), 16);
  return [(n >> 16) & 255, (n >> 8) & 255, n & 255];
}

/** @param {RGB} a @param {RGB} b @param {number} t 0 → a, 1 → b @returns {RGB} */
export const mix = (a, b, t) => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];

/** @param {RGB} c */
export const css = ([r, g, b]) => `rgb(${Math.round(r)} ${Math.round(g)} ${Math.round(b)})`;

/** A colour as one little-endian pixel of image data. @param {RGB} c @returns {number} */
export const pixel = ([r, g, b]) => ((255 << 24) | (Math.round(b) << 16) | (Math.round(g) << 8) | Math.round(r)) >>> 0;

/** 256 pixels from `low` over `mid` to `high`: q = 127.5 is neutral, where a symmetric picture has zero.
 * @param {string} low @param {string} mid @param {string} high @returns {Uint32Array} */
export function rampTable(low, mid, high) {
  const [a, b, c] = [rgb(low), rgb(mid), rgb(high)];
  return Uint32Array.from({ length: 256 }, (_, q) => {
    const t = q / 127.5 - 1;
    return pixel(t < 0 ? mix(b, a, -t) : mix(b, c, t));
  });
}

/** The sign ramp of a palette. @param {Palette} p */
export const signTable = (p) => rampTable(p.low, p.mid, p.high);

/** 256 pixels from `from` to `to`. @param {RGB} from @param {RGB} to @returns {Uint32Array} */
export const fadeTable = (from, to) => Uint32Array.from({ length: 256 }, (_, q) => pixel(mix(from, to, q / 255)));
