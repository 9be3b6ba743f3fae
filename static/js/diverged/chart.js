/** A card of the page about a run that left the numbers, and its picture: curves over two axes with their figures. */

import { surface } from "../core/canvas.js";
import { palette } from "../core/colour.js";
import { make } from "../core/dom.js";
import { sentence } from "../marks/sentence.js";

/** @typedef {import("../core/colour.js").Palette} Palette */

/** @param {string | number} n its number, or nothing @param {string} title @param {string} about what is drawn, with its
 * unit @param {Element} body @param {string} words how to read it */
export function card(n, title, about, body, words) {
  const text = make("p", { class: "diverged-text" });
  sentence(text, words);
  const badge = n === "" ? null : make("span", { class: "badge", "aria-hidden": "true" }, String(n));
  return make(
    "section",
    { class: "diverged-card" },
    make("header", { class: "card-head" }, make("h3", {}, badge, title), make("span", { class: "card-about" }, about)),
    body,
    text,
  );
}

/** @param {string} label what it shows, for those who do not see it
 * @param {(context: CanvasRenderingContext2D, width: number, height: number, colours: Palette) => void} draw */
export function chart(label, draw) {
  const canvas = make("canvas", { class: "powers-picture", role: "img", "aria-label": label });
  surface(canvas, (context, width, height) => {
    context.font = `11.5px ${getComputedStyle(canvas).fontFamily}`;
    context.textBaseline = "middle";
    context.lineJoin = "round";
    draw(context, width, height, palette());
  });
  return canvas;
}

/** @param {CanvasRenderingContext2D} context @param {[number, number][]} points */
export function polyline(context, points) {
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.stroke();
}

/** Lines across at the figures of the left axis. @param {CanvasRenderingContext2D} context @param {Palette} colours
 * @param {number[]} ticks @param {(value: number) => number} y @param {(value: number) => string} words
 * @param {number} left @param {number} right */
export function rungs(context, colours, ticks, y, words, left, right) {
  context.textAlign = "right";
  for (const tick of ticks) {
    context.fillStyle = colours.line;
    context.fillRect(left, Math.round(y(tick)), right - left, 1);
    context.fillStyle = colours.soft;
    context.fillText(words(tick), left - 7, y(tick));
  }
}

/** How wide the figures of the left axis are, so that none is cut. @param {CanvasRenderingContext2D} context
 * @param {number[]} ticks @param {(value: number) => string} words @param {number} least */
export const axisWidth = (context, ticks, words, least) =>
  Math.max(least, ...ticks.map((tick) => Math.ceil(context.measureText(words(tick)).width) + 10));

/** Words over a line: a hem of the ground keeps them readable. @param {CanvasRenderingContext2D} context
 * @param {string} words @param {number} x @param {number} y @param {string} colour @param {Palette} colours */
export function overLine(context, words, x, y, colour, colours) {
  context.save();
  context.lineWidth = 4;
  context.setLineDash([]);
  context.strokeStyle = colours.card;
  context.strokeText(words, x, y);
  context.fillStyle = colour;
  context.fillText(words, x, y);
  context.restore();
}

/** A dot with its figure. @param {CanvasRenderingContext2D} context @param {number} x @param {number} y
 * @param {string} colour @param {number} radius */
export function dot(context, x, y, colour, radius) {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}
