/** Small pictures on tiles: a dataset's points, a feature's map. */

import { picture, surface } from "../core/canvas.js";
import { css, mix, palette, rgb, signTable } from "../core/colour.js";
import { slice } from "../core/frame.js";

/** @typedef {import("../core/types.js").Preview} Preview */
/** @typedef {import("../core/types.js").Tensor} Tensor */

/** @param {HTMLCanvasElement} canvas @param {Preview} preview */
export function drawPoints(canvas, preview) {
  return surface(canvas, (context, width, height) => {
    const p = palette();
    const [left, right, bottom, top] = preview.extent;
    const r = Math.max(1.1, width / 28);
    preview.inputs.forEach(([x1, x2], i) => {
      const t = preview.targets[i];
      context.fillStyle = preview.classes > 2 ? p.classes[t] : signColour(p, preview.classes ? 2 * t - 1 : t);
      context.beginPath();
      // A little inside the border, so that no point is cut.
      const x = (0.07 + (0.86 * (x1 - left)) / (right - left)) * width;
      const y = (0.93 - (0.86 * (x2 - bottom)) / (top - bottom)) * height;
      context.arc(x, y, r, 0, 2 * Math.PI);
      context.fill();
    });
  });
}

/** @param {import("../core/colour.js").Palette} p @param {number} t −1 … 1 */
const signColour = (p, t) =>
  css(mix(rgb(p.dark ? p.mid : p.faint), rgb(t < 0 ? p.neg : p.pos), Math.min(1, 0.25 + Math.abs(t))));

/** @param {HTMLCanvasElement} canvas @param {() => Tensor | null} map the stack of maps, as it is now
 * @param {() => number} at which of them */
export function drawMap(canvas, map, at) {
  const kept = picture();
  return surface(canvas, (context, width, height) => {
    const stack = map();
    if (!stack) return;
    const one = slice(stack, at());
    kept.put(one, one.shape[1], one.shape[0], signTable(palette()));
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    context.drawImage(kept.canvas, 0, 0, width, height);
  });
}
