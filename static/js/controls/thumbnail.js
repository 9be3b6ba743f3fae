/** Small pictures on tiles: a dataset's points, a feature's map. */

import { picture, surface } from "../core/canvas.js";
import { mix, palette, pixel, rgb, signTable } from "../core/colour.js";
import { slice } from "../core/frame.js";

/** @typedef {import("../core/types.js").Preview} Preview */
/** @typedef {import("../core/types.js").Tensor} Tensor */

/** @param {HTMLCanvasElement} canvas @param {Preview} preview */
export function drawPoints(canvas, preview) {
  return surface(canvas, (context, width, height) => {
    const p = palette();
    if (!preview.classes) drawValues(context, width, height, preview, p);
    if (!preview.classes) return;
    const [left, right, bottom, top] = preview.extent;
    const r = Math.max(1.1, width / 28);
    preview.inputs.forEach(([x1, x2], i) => {
      const t = preview.targets[i];
      context.fillStyle = preview.classes > 2 ? p.classes[t] : t ? p.pos : p.neg;
      context.beginPath();
      // A little inside the border, so that no point is cut.
      const x = (0.07 + (0.86 * (x1 - left)) / (right - left)) * width;
      const y = (0.93 - (0.86 * (x2 - bottom)) / (top - bottom)) * height;
      context.arc(x, y, r, 0, 2 * Math.PI);
      context.fill();
    });
  });
}

/** A pencil in a box of 20: the plane that is painted by hand. */
const PENCIL = "M4 16l.8-3.4L13.6 3.8a1.4 1.4 0 0 1 2 0l.6.6a1.4 1.4 0 0 1 0 2L7.4 15.2zM12 5.4l2.6 2.6";

/** @param {HTMLCanvasElement} canvas */
export function drawPencil(canvas) {
  return surface(canvas, (context, width) => {
    context.scale(width / 20, width / 20);
    context.strokeStyle = palette().soft;
    context.lineWidth = 1.2;
    context.lineJoin = context.lineCap = "round";
    context.stroke(new Path2D(PENCIL));
  });
}

/** Cells across the picture of values. */
const CELLS = 14;
/** How far around it a point is heard, as a share of the width. */
const NEAR = 0.09;

/** Values are heights over the plane: a small map, so that nobody takes them for two classes. Each cell is a mean of
 * the points' values, the near ones weighing most.
 * @param {CanvasRenderingContext2D} context @param {number} width @param {number} height @param {Preview} preview
 * @param {import("../core/colour.js").Palette} p */
function drawValues(context, width, height, { extent: [left, right, bottom, top], inputs, targets }, p) {
  const kept = picture();
  const [low, middle, high] = [rgb(p.low), rgb(p.mid), rgb(p.high)];
  kept.fill(CELLS, CELLS, (cell) => {
    const [u, v] = [((cell % CELLS) + 0.5) / CELLS, 1 - (Math.floor(cell / CELLS) + 0.5) / CELLS];
    let [sum, weight] = [0, 1e-9];
    inputs.forEach(([x1, x2], k) => {
      const [dx, dy] = [(x1 - left) / (right - left) - u, (x2 - bottom) / (top - bottom) - v];
      const near = Math.exp(-(dx * dx + dy * dy) / (2 * NEAR * NEAR));
      sum += near * targets[k];
      weight += near;
    });
    const t = Math.max(-1, Math.min(1, sum / weight));
    return pixel(mix(middle, t < 0 ? low : high, Math.abs(t)));
  });
  context.imageSmoothingQuality = "high";
  context.drawImage(kept.canvas, 0, 0, width, height);
}

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
