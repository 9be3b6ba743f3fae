/**
 * Paints the plane: a ramp for one output, the likeliest class for three and more, or one unit's map; and the border.
 */

import { picture, rounded } from "../core/canvas.js";
import { mix, pixel, rgb, signTable } from "../core/colour.js";
import { slice } from "../core/frame.js";
import { borderLines, classLines, trace } from "../geometry/border.js";
import { finer, softened } from "../geometry/smooth.js";
import { answerMap } from "./answer.js";

/** @typedef {import("../core/colour.js").Palette} Palette */
/** @typedef {import("../core/types.js").Frame} Frame */
/** @typedef {import("../core/types.js").Inputs} Inputs */
/** @typedef {import("../core/types.js").Tensor} Tensor */
/** @typedef {import("../geometry/columns.js").Column} Column */

/** @typedef {object} Scenery
 * @property {Frame | null} frame @property {Frame | null} fine a unit's map in the field's resolution
 * @property {{layer: string, unit: number, column: number} | null} unit
 * @property {number} classes @property {Palette} colours @property {Inputs | null} inputs @property {Column[]} columns */

/** 256 pixels for each class: its colour, paler the less sure. @param {Palette} palette @param {number} classes */
export function classTables(palette, classes) {
  const paper = rgb(palette.paper);
  return palette.classes.slice(0, classes).map((colour) => {
    const full = mix(paper, rgb(colour), palette.dark ? 0.62 : 0.5);
    return Uint32Array.from({ length: 256 }, (_, q) => {
      const sure = Math.max(0, (q / 255 - 1 / classes) / (1 - 1 / classes));
      return pixel(mix(full, paper, 0.75 * (1 - sure)));
    });
  });
}

/** Cells across the field after it is made finer. */
const FINE = 192;

export function paintField() {
  const image = picture();
  /** What the picture was made of; it is made anew only when one of these changed. @type {any[]} */
  let made = [];
  /** @type {[number, number][][]} */
  let lines = [];
  let side = 1;

  /** @param {Tensor} map @param {Palette} colours */
  function ramp(map, colours) {
    side = map.shape[1];
    const height = map.shape[0];
    const factor = Math.max(1, Math.round(FINE / side));
    image.put(finer(map, side, height, factor), side * factor, height * factor, signTable(colours));
    lines = borderLines(softened(map, side, height), side, height, 127.5);
  }

  /** @param {Scenery} scenery @returns {boolean} whether there is something to show */
  function fill({ frame, fine, unit, classes, colours, inputs, columns }) {
    const map = unit && unitMap({ frame, fine, unit, inputs, columns });
    const best = frame?.arrays.get("boundary.best");
    const sure = frame?.arrays.get("boundary.sure");
    const one = answerMap(frame, columns);
    if (map) ramp(map, colours);
    else if (best && sure) {
      const tables = classTables(colours, Math.max(classes, 3));
      side = best.shape[1];
      image.fill(side, best.shape[0], (i) => tables[best[i]][sure[i]]);
      lines = classLines(best, side, best.shape[0], classes);
    } else if (one && one.shape.length === 2) ramp(one, colours);
    else return false;
    return true;
  }

  let shown = false;
  /** @param {CanvasRenderingContext2D} context @param {number} width @param {number} height @param {Scenery} scenery */
  return (context, width, height, scenery) => {
    const { frame, fine, unit, classes, colours, inputs } = scenery;
    const now = [frame, unit ? fine : null, unit?.layer, unit?.unit, classes, colours, inputs];
    if (now.some((value, i) => value !== made[i])) {
      made = now;
      shown = fill(scenery);
    }
    context.save();
    rounded(context, 0, 0, width, height, 8);
    context.clip();
    context.fillStyle = colours.line;
    if (shown) {
      context.imageSmoothingQuality = "high";
      context.drawImage(image.canvas, 0, 0, width, height);
      const path = new Path2D();
      trace(path, lines, width / side, height / side);
      context.strokeStyle = colours.ink;
      context.globalAlpha = unit ? 0.45 : 0.9;
      context.lineWidth = 1.4;
      context.lineJoin = "round";
      // Values have no border to decide at.
      if (unit || classes > 0) context.stroke(path);
    } else context.fillRect(0, 0, width, height);
    context.restore();
    rounded(context, 0.5, 0.5, width - 1, height - 1, 7.5);
    context.strokeStyle = colours.dark ? "#ffffff2e" : "#1b1f2433";
    context.lineWidth = 1;
    context.stroke();
  };
}

/** @param {{frame: Frame | null, fine: Frame | null, unit: {layer: string, unit: number, column: number},
 * inputs: Inputs | null, columns: Column[]}} given @returns {Tensor | null} */
function unitMap({ frame, fine, unit, inputs, columns }) {
  const name = `neurons.${unit.layer}`;
  const column = columns[unit.column];
  if (column.role === "input") {
    const at = inputs?.info.names?.indexOf(column.features[unit.unit]) ?? -1;
    return inputs && at >= 0 ? slice(inputs.maps, at) : null;
  }
  // The single output's own map is the answer.
  if (column.role === "output" && column.units === 1) return null;
  const stack = (fine?.arrays.get(name) ?? frame?.arrays.get(name)) || null;
  return stack && unit.unit < stack.shape[0] ? slice(stack, unit.unit) : null;
}
