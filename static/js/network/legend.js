/**
 * What the network's colours and widths mean, in words and with a sample of each.
 */

import { make } from "../core/dom.js";

const SVG = "http://www.w3.org/2000/svg";

/** @param {number} width @param {[string, Record<string, string | number>][]} shapes */
function sample(width, shapes) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ width, height: 14, viewBox: `0 0 ${width} 14`, "aria-hidden": "true" })) {
    svg.setAttribute(name, String(value));
  }
  for (const [tag, attributes] of shapes) {
    const shape = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, String(value));
    svg.append(shape);
  }
  return svg;
}

/** @param {string} colour @param {number} width */
const line = (colour, width) =>
  sample(24, [["line", { x1: 1, x2: 23, y1: 7, y2: 7, "stroke-width": width, class: `stroke-${colour}` }]]);

/** @param {...(Node | string)} parts */
const entry = (...parts) => make("span", { class: "legend-entry" }, ...parts);

/** @returns {{element: HTMLElement, off: HTMLElement, hint: HTMLElement}} */
export function makeLegend() {
  const off = entry(make("span", { class: "hatched" }), make("span", { class: "off-words" }));
  const hint = make("span", { class: "legend-hint" }, "Click a curve or a square to pin it");
  const wedge = sample(34, [["polygon", { points: "1,6.4 33,3.5 33,10.5 1,7.6", class: "fill-soft" }]]);
  const bias = sample(20, [
    ["line", { x1: 5, x2: 19, y1: 7, y2: 7, "stroke-width": 2.4, class: "stroke-soft" }],
    ["circle", { cx: 5, cy: 7, r: 3.2, class: "fill-soft" }],
  ]);
  const element = make(
    "div",
    { class: "legend network-legend" },
    entry("weight"),
    entry(line("neg", 3.4), "−"),
    entry(line("pos", 3.4), "+"),
    entry("small", wedge, "large"),
    entry(bias, make("span", { title: "a number of its own that every unit adds to what comes in" }, "bias")),
    make("span", { class: "legend-side" }, off, hint),
  );
  return { element, off, hint };
}
