/**
 * What is pointed at in the field: by pointer, or by arrow keys from its middle. A brush in hand acts there.
 */

import { hover } from "../core/store.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("./places.js").Places} Places */
/** @typedef {import("./places.js").Extent} Extent */
/** @typedef {ReturnType<typeof import("./brush.js").makeBrush>} Brush */

/** Arrow keys by where they lead, right and up. @type {Record<string, [number, number]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** @param {HTMLCanvasElement} canvas @param {Store} store @param {Places} places @param {Extent} extent
 * @param {Brush} brush */
export function followPointing(canvas, store, places, extent, brush) {
  /** @param {PointerEvent} event */
  function point(event) {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    hover(store, { plane: places.plane((event.clientX - left) / width, (event.clientY - top) / height) });
  }

  /** @param {KeyboardEvent} event */
  function key(event) {
    const [left, right, low, high] = extent.peek();
    const [x1, x2] = store.hover.peek().plane ?? [(left + right) / 2, (low + high) / 2];
    const { clientWidth, clientHeight } = canvas;
    if (brush.key(event, places.pixels([x1, x2], clientWidth, clientHeight))) {
      hover(store, { plane: [x1, x2] });
      return;
    }
    const by = WAYS[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const part = event.shiftKey ? 8 : 40;
    const to = /** @type {[number, number]} */ ([
      Math.min(right, Math.max(left, x1 + (by[0] * (right - left)) / part)),
      Math.min(high, Math.max(low, x2 + (by[1] * (high - low)) / part)),
    ]);
    brush.carry(places.pixels(to, clientWidth, clientHeight));
    hover(store, { plane: to });
  }

  canvas.addEventListener("pointermove", point);
  canvas.addEventListener("pointerdown", (event) => {
    point(event);
    brush.down(event);
  });
  canvas.addEventListener("pointerleave", () => hover(store, {}));
  canvas.addEventListener("blur", () => hover(store, {}));
  canvas.addEventListener("keydown", key);
}
