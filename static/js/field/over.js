/**
 * What stands on the field: the points, what a hand puts down or carries, the chosen example, the keys' cross.
 */

import { palette } from "../core/colour.js";
import { createSprites, drawPoints, ring } from "../marks/points.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("./places.js").Places} Places */
/** @typedef {ReturnType<typeof import("./brush.js").makeBrush>} Brush */

/** @param {Store} store @param {Places} places @param {Brush} brush @param {HTMLCanvasElement} canvas */
export function makeOver(store, places, brush, canvas) {
  let colours = palette();
  let sprites = createSprites(colours);

  /** @param {CanvasRenderingContext2D} context @param {number} width @param {number} height */
  function draw(context, width, height) {
    const placed = places.place(width, height);
    const points = store.points.peek();
    if (!points || !placed) return;
    const { classes } = points.info;
    const radius = places.radius();
    const wrong = store.frame.peek()?.arrays.get("scores.wrong") ?? null;
    drawPoints(
      context,
      sprites,
      {
        ...placed,
        targets: points.targets,
        test: points.test,
        wrong: wrong?.length === points.test.length && !store.first.peek() ? wrong : null,
        classes,
        radius,
        gone: brush.gone,
      },
      colours,
    );
    putDown(context, classes, width, height);
    carried(context, placed.xy);
    const example = chosen();
    if (example >= 0) {
      const [x, y] = placed.xy.subarray(2 * example);
      ring(context, x, y, radius + 6, colours.accent, colours.pointRing, 2.2);
    }
    const { plane } = store.hover.peek();
    if (plane && document.activeElement === canvas && canvas.matches(":focus-visible"))
      cross(context, places.pixels(plane, width, height));
  }

  /** Points that a hand has put down and the server has not yet sent back. @param {CanvasRenderingContext2D} context
   * @param {number} classes @param {number} width @param {number} height */
  function putDown(context, classes, width, height) {
    const added = brush.added();
    if (!added.length) return;
    drawPoints(
      context,
      sprites,
      {
        xy: Float32Array.from(added.flatMap(([x1, x2]) => places.pixels([x1, x2], width, height))),
        factors: new Float32Array(added.length).fill(1),
        targets: Float32Array.from(added, (point) => point[2]),
        test: new Uint8Array(added.length),
        wrong: null,
        classes,
        radius: places.radius(),
      },
      colours,
    );
  }

  /** The point that a hand carries, and where it takes it. @param {CanvasRenderingContext2D} context
   * @param {Float32Array} xy */
  function carried(context, xy) {
    const dragged = brush.dragged();
    if (!dragged) return;
    const { index, at } = dragged;
    const [x, y] = xy.subarray(2 * index);
    const size = places.radius() + 4;
    context.strokeStyle = colours.accent;
    context.lineWidth = 1.4;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(...at);
    context.stroke();
    ring(context, x, y, size, colours.accent, colours.pointRing, 1.4);
    ring(context, at[0], at[1], size, colours.accent, colours.pointRing, 2.2);
  }

  /** The data point that the chosen row of the batch is; −1 for none. */
  function chosen() {
    const { example } = store.selection.peek();
    return example === null ? -1 : (store.frame.peek()?.arrays.get("masks.batch.index")?.[example] ?? -1);
  }

  /** @param {CanvasRenderingContext2D} context @param {[number, number]} at */
  function cross(context, [x, y]) {
    context.strokeStyle = colours.ink;
    context.lineWidth = 1.4;
    context.beginPath();
    context.moveTo(x - 9, y);
    context.lineTo(x + 9, y);
    context.moveTo(x, y - 9);
    context.lineTo(x, y + 9);
    context.stroke();
  }

  /** Other colours: the points' pictures are made anew. */
  function recolour() {
    colours = palette();
    sprites = createSprites(colours);
    places.forget();
  }

  return { draw, recolour };
}
