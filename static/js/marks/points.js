/**
 * The data's points on the plane: train filled, test hollow, a wrong test point ringed twice, a glyph each class.
 * Every look is drawn once as a sprite and then copied, so that a thousand points cost a millisecond.
 */

import { css, mix, rgb } from "../core/colour.js";
import { GLYPH_PATHS } from "./sample.js";

/** @typedef {import("../core/colour.js").Palette} Palette */
/** @typedef {import("../core/types.js").Numbers} Numbers */

/** @typedef {object} Look
 * @property {Float32Array} xy pixels
 * @property {Float32Array} factors of the radius, where points crowd
 * @property {Numbers} targets
 * @property {Uint8Array} test
 * @property {Numbers | null} wrong
 * @property {number} classes 0 for values
 * @property {number} radius
 * @property {(index: number) => boolean} [gone] points that are not drawn */

/** Shades of a value's points, between the two classes' dark colours. */
const SHADES = 9;

/** @param {Palette} palette */
export function createSprites(palette) {
  // Finer than the screen, since points stand between its pixels.
  const density = Math.max(3, window.devicePixelRatio || 1);
  /** @type {Map<string, HTMLCanvasElement>} */
  const made = new Map();

  /** @param {number} kind class, or shade of a value @param {boolean} hollow @param {number} radius
   * @param {number} classes */
  function sprite(kind, hollow, radius, classes) {
    const key = `${kind}|${hollow}|${radius}|${classes}`;
    let canvas = made.get(key);
    if (!canvas) made.set(key, (canvas = draw(kind, hollow, radius, classes)));
    return canvas;
  }

  /** @param {number} kind @param {boolean} hollow @param {number} radius @param {number} classes */
  function draw(kind, hollow, radius, classes) {
    const side = Math.ceil(2 * radius + 6);
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [side * density, side * density];
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.scale(density, density);
    context.translate(side / 2, side / 2);
    const glyph = new Path2D(GLYPH_PATHS[classes > 2 ? kind % 10 : 0]);
    const shape = new Path2D();
    shape.addPath(glyph, new DOMMatrix().scale(radius));
    context.lineJoin = "round";
    const ink = colour(kind, classes);
    // The pale ring alone is too faint on the light ramp (2.3 : 1); a thin dark hem holds it.
    context.strokeStyle = palette.dark ? "#00000066" : "#00000038";
    context.lineWidth = hollow ? 2.6 : 3;
    context.stroke(shape);
    context.strokeStyle = palette.pointRing;
    context.lineWidth = hollow ? 2.2 : 2.2;
    context.stroke(shape);
    context.fillStyle = hollow ? palette.pointRing : ink;
    context.fill(shape);
    if (hollow) {
      context.strokeStyle = ink;
      context.lineWidth = 1.3;
      context.stroke(shape);
    }
    return canvas;
  }

  /** @param {number} kind @param {number} classes */
  function colour(kind, classes) {
    if (classes > 2) return palette.classes[kind % 10];
    if (classes === 2) return kind ? palette.pointHigh : palette.pointLow;
    const t = kind / (SHADES - 1);
    const grey = rgb(palette.soft);
    return css(t < 0.5 ? mix(rgb(palette.pointLow), grey, 2 * t) : mix(grey, rgb(palette.pointHigh), 2 * t - 1));
  }

  return { sprite };
}

/** @param {CanvasRenderingContext2D} context @param {ReturnType<typeof createSprites>} sprites @param {Look} look
 * @param {Palette} palette */
export function drawPoints(context, sprites, look, palette) {
  const { xy, factors, targets, test, wrong, classes, radius, gone } = look;
  // Test points lie on top of train points, wrong ones on top of all; their rings below them, so that where wrong ones
  // crowd no ring covers a point.
  for (const pass of [0, 1, 2, 3]) {
    for (let i = 0; i < test.length; i++) {
      const missed = test[i] === 1 && wrong?.[i] === 1;
      if (gone?.(i) || (missed ? pass < 2 : pass !== test[i])) continue;
      const r = Math.round(radius * factors[i] * 5) / 5;
      if (pass === 2) {
        ring(context, xy[2 * i], xy[2 * i + 1], r + 3.2, palette.ink, palette.pointRing, factors[i] < 1 ? 1 : 1.3);
        continue;
      }
      const kind = classes ? targets[i] : shade(targets[i]);
      const image = sprites.sprite(kind, test[i] === 1, r, classes);
      const side = Math.ceil(2 * r + 6);
      const [x, y] = [xy[2 * i], xy[2 * i + 1]];
      context.drawImage(image, x - side / 2, y - side / 2, side, side);
    }
  }
}

/** @param {number} value −1 … 1 */
const shade = (value) => Math.round(((Math.max(-1, Math.min(1, value)) + 1) / 2) * (SHADES - 1));

/** A ring with a pale line on both sides, visible on every ground.
 * @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} radius
 * @param {string} colour @param {string} pale @param {number} width */
export function ring(context, x, y, radius, colour, pale, width) {
  for (const [w, c] of /** @type {[number, string][]} */ ([
    [width + 2.2, pale],
    [width, colour],
  ])) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.strokeStyle = c;
    context.lineWidth = w;
    context.stroke();
  }
}
