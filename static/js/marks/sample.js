/**
 * Small samples for legends: a line, a dot, a glyph, drawn as SVG and coloured by classes of legend.css.
 */

const SVG = "http://www.w3.org/2000/svg";

/** @param {number} width @param {[string, Record<string, string | number>][]} shapes @returns {SVGSVGElement} */
export function sample(width, shapes) {
  const svg = document.createElementNS(SVG, "svg");
  const outer = { width, height: 14, viewBox: `0 0 ${width} 14`, "aria-hidden": "true" };
  for (const [name, value] of Object.entries(outer)) svg.setAttribute(name, String(value));
  for (const [tag, attributes] of shapes) {
    const shape = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, String(value));
    svg.append(shape);
  }
  return svg;
}

/** @param {string} colour a class without its `stroke-` @param {number} width @param {string} [dash] */
export const lineSample = (colour, width, dash = "") =>
  sample(24, [
    [
      "line",
      { x1: 1, x2: 23, y1: 7, y2: 7, "stroke-width": width, "stroke-dasharray": dash, class: `stroke-${colour}` },
    ],
  ]);

/** Outlines of the class glyphs in a box of side 2 about 0, as SVG paths; the order is that of `GLYPHS`.
 * @type {string[]} */
export const GLYPH_PATHS = [
  "M1 0A1 1 0 1 1 -1 0A1 1 0 1 1 1 0Z",
  "M0 -1.08L1.08 0.86L-1.08 0.86Z",
  "M-0.88 -0.88H0.88V0.88H-0.88Z",
  "M-0.36 -1.1H0.36V-0.36H1.1V0.36H0.36V1.1H-0.36V0.36H-1.1V-0.36H-0.36Z",
  "M0 -1.2L1.05 0L0 1.2L-1.05 0Z",
  "M-1 -0.55L-0.55 -1L0 -0.45L0.55 -1L1 -0.55L0.45 0L1 0.55L0.55 1L0 0.45L-0.55 1L-1 0.55L-0.45 0Z",
  "M0 -1.25L0.35 -0.4L1.2 -0.35L0.5 0.2L0.75 1.1L0 0.55L-0.75 1.1L-0.5 0.2L-1.2 -0.35L-0.35 -0.4Z",
  "M-1.15 -0.5H1.15V0.5H-1.15Z",
  "M0 1.08L1.08 -0.86L-1.08 -0.86Z",
  "M1.1 0A1.1 1.1 0 1 1 -1.1 0A1.1 1.1 0 1 1 1.1 0Z M0.45 0A0.45 0.45 0 1 0 -0.45 0A0.45 0.45 0 1 0 0.45 0Z",
];

/** A class's glyph in its colour. @param {number} k @param {number} [r] */
export const glyphSample = (k, r = 5) =>
  sample(14, [
    ["path", { d: GLYPH_PATHS[k % 10], transform: `translate(7 7) scale(${r})`, class: `fill-class-${k % 10}` }],
  ]);
