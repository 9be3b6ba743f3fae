/** What the parts of the close-up share: signed numbers, and how it is called what a source is. */

import { fixed } from "../core/format.js";
import { t } from "../core/texts.js";

/** What is shown: the frame, what the engine told of the window, the strips and which of them it is.
 * @typedef {object} Looked
 * @property {import("../core/types.js").Frame} frame @property {any} told
 * @property {import("./strips.js").Strip[]} strips @property {number} s */

/** @param {number} x */
export const signed = (x) => (x > 0 ? `+${fixed(x, 2)}` : fixed(x, 2));

/** The strip below the one looked into. @param {Looked} looked */
export const belowOf = ({ strips, s }) => strips[strips[s].froms[0]];

/** Source i, in words: of a sum its two ways, of a picture its colours. @param {Looked} looked @param {number} i */
export function sourceName({ told, strips, s }, i) {
  if (told.info.ways?.length === 2) return t(i ? "river.shortcut" : "river.body");
  return belowOf({ told, strips, s, frame: /** @type {any} */ (null) }).path === "input"
    ? t("inside.colour", { n: told.info.first + i + 1 })
    : t("inside.map", { n: told.info.first + i + 1 });
}

/** @param {HTMLCanvasElement} canvas @param {number} size of the longer side */
export function tile(canvas, size) {
  const scale = size / Math.max(canvas.width, canvas.height);
  canvas.style.width = `${canvas.width * scale}px`;
  canvas.style.height = `${canvas.height * scale}px`;
  canvas.className = "inside-tile";
  return canvas;
}
