/**
 * Draws every unit as a small picture of what it answers over the plane.
 */

import { picture, rounded } from "../core/canvas.js";
import { fadeTable, rgb, signTable } from "../core/colour.js";
import { slice } from "../core/frame.js";
import { t } from "../core/texts.js";
import { answerMap } from "../field/answer.js";
import { finer } from "../geometry/smooth.js";
import { hatch } from "../marks/hatch.js";
import { sameUnit } from "./scene.js";

/** @typedef {import("../core/colour.js").Palette} Palette */
/** @typedef {import("../core/types.js").Frame} Frame */
/** @typedef {import("../core/types.js").Inputs} Inputs */
/** @typedef {import("../core/types.js").Tensor} Tensor */
/** @typedef {import("../core/types.js").Unit} Unit */
/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {ReturnType<typeof picture>} Picture */

/** Cells across a unit's picture after it is made finer. */
const FINE = 60;

/** Maps of a layer that one answer brings; units behind them are drawn without. */
const SENT = 32;

/** The pictures of all units, kept between frames. @returns {{pictures: Map<string, Picture>, known: Set<string>}} */
export const createTiles = () => ({ pictures: new Map(), known: new Set() });

/** Turns a frame's maps into pictures, once a frame; drawing them is then a copy.
 * @param {ReturnType<typeof createTiles>} tiles @param {Scene} scene @param {Frame | null} frame
 * @param {Inputs | null} inputs @param {Palette} palette @param {number} classes of the data; 0 for values */
export function fillTiles(tiles, scene, frame, inputs, palette, classes) {
  const table = signTable(palette);
  tiles.known.clear();
  /** @param {string} id @param {Tensor} map @param {Uint32Array} colours */
  const put = (id, map, colours) => {
    let image = tiles.pictures.get(id);
    if (!image) tiles.pictures.set(id, (image = picture()));
    const [height, width] = map.shape;
    const factor = Math.max(1, Math.round(FINE / width));
    image.put(finer(map, width, height, factor), width * factor, height * factor, colours);
    tiles.known.add(id);
  };
  for (const column of scene.columns) {
    if (column.role === "input") {
      column.features.forEach((feature, u) => {
        const at = inputs?.info.names?.indexOf(feature) ?? -1;
        if (inputs && at >= 0) put(`input.${u}`, slice(inputs.maps, at), table);
      });
      continue;
    }
    // The single output is the same picture as the large field, not a smaller one of another kind.
    const answer = column.role === "output" && column.units === 1 && answerMap(frame, scene.columns);
    const stack = frame?.arrays.get(`neurons.${column.key}`);
    if (answer) put(`${column.key}.0`, answer, table);
    else if (stack && (stack.shape[0] === column.units || (stack.shape[0] === SENT && column.units > SENT))) {
      const shown = column.role === "output" && classes > 2 && column.activation === "softmax";
      const range = frame?.probes.neurons?.ranges?.[column.key] ?? [-1, 1];
      const maps = shown ? chances(stack, range) : null;
      for (let u = 0; u < stack.shape[0]; u++) {
        if (maps) put(`${column.key}.${u}`, maps[u], fadeTable(rgb(palette.card), rgb(palette.classes[u])));
        else put(`${column.key}.${u}`, slice(stack, u), table);
      }
    }
  }
}

/** Scores of all classes as shades: what share each has of the whole, cell by cell.
 * @param {Tensor} stack classes × r × r @param {number[]} range @returns {Tensor[]} */
function chances(stack, [low, high]) {
  const [classes, height, width] = stack.shape;
  const cells = height * width;
  const table = Float64Array.from({ length: 256 }, (_, q) => Math.exp((q / 255) * (high - low)));
  const maps = Array.from(
    { length: classes },
    () => /** @type {Tensor} */ (Object.assign(new Uint8Array(cells), { shape: [height, width] })),
  );
  for (let i = 0; i < cells; i++) {
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += table[stack[k * cells + i]];
    for (let k = 0; k < classes; k++) maps[k][i] = Math.round((255 * table[stack[k * cells + i]]) / sum);
  }
  return maps;
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene @param {ReturnType<typeof createTiles>} tiles
 * @param {Palette} palette @param {{hover: Unit | null, pinned: Unit | null}} focus */
export function drawTiles(context, scene, tiles, palette, focus) {
  context.imageSmoothingQuality = "high";
  scene.columns.forEach((column, c) => {
    const { x, size, ys } = scene.places[c];
    const radius = Math.min(7, size / 5);
    for (let u = 0; u < column.units; u++) {
      const [left, top] = [x - size / 2, ys[u] - size / 2];
      const id = `${column.key}.${u}`;
      const image = tiles.known.has(id) ? tiles.pictures.get(id) : undefined;
      const off = scene.off[c]?.[u] === 1;
      context.save();
      rounded(context, left, top, size, size, radius);
      context.fillStyle = palette.card;
      context.fill();
      context.clip();
      context.globalAlpha = off ? 0.22 : 1;
      if (image) context.drawImage(image.canvas, left, top, size, size);
      context.restore();
      const silent = scene.silent[c].has(u);
      if (off) silenced(context, left, top, size, radius, palette, t(silent ? "net.silent" : "net.off"));
      const share = silent ? 0 : (scene.share[c]?.[u] ?? 0);
      if (share > 0) resting(context, left, top, size, share, palette);
      const unit = { layer: column.key, unit: u };
      const pinned = sameUnit(focus.pinned, unit);
      const looked = sameUnit(focus.hover, unit);
      const grown = pinned || looked ? 1.5 : 0.5;
      rounded(
        context,
        left - grown + 0.5,
        top - grown + 0.5,
        size + 2 * grown - 1,
        size + 2 * grown - 1,
        radius + grown,
      );
      if (size < 14 && !pinned && !looked) continue;
      context.strokeStyle = pinned ? palette.accent : looked ? palette.ink : palette.dark ? "#ffffff2e" : "#1b1f2433";
      context.lineWidth = pinned || looked ? 2 : 1;
      context.stroke();
    }
  });
}

/** A unit that is off, by a hand or by dropout for this example: hatched, and said in a word where it fits.
 * @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} size
 * @param {number} radius @param {Palette} palette @param {string} word */
function silenced(context, x, y, size, radius, palette, word) {
  hatch(context, x, y, size, size, { colour: palette.faint, ground: null, radius, pitch: size < 30 ? 5 : 7 });
  if (size < 34) return;
  const [high, type] = size < 52 ? [7.5, 11.5] : [10, 12.5];
  context.font = `650 ${type}px ${getComputedStyle(context.canvas).fontFamily}`;
  const half = context.measureText(word).width / 2 + 4;
  if (2 * half > size) return;
  context.fillStyle = palette.card;
  rounded(context, x + size / 2 - half, y + size / 2 - high, 2 * half, 2 * high, 4);
  context.fill();
  context.fillStyle = palette.soft;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(word, x + size / 2, y + size / 2 + 0.5);
}

/** The share of the batch in which a unit rested: a hatched bar along its foot.
 * @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} size
 * @param {number} share @param {Palette} palette */
function resting(context, x, y, size, share, palette) {
  const [high, wide] = [Math.max(4, Math.min(8, size * 0.12)), size - 8];
  if (wide < 8) return;
  const at = y + size - high - 4;
  context.fillStyle = palette.card;
  rounded(context, x + 4, at, wide, high, 2);
  context.globalAlpha = 0.86;
  context.fill();
  context.globalAlpha = 1;
  hatch(context, x + 4, at, Math.max(2, wide * share), high, {
    colour: palette.soft,
    ground: null,
    radius: 2,
    pitch: 4,
  });
}
