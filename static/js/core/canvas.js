/**
 * Canvases that are sharp on every screen, and uint8 pictures on them.
 */

/** @typedef {import("./types.js").Numbers} Numbers */

/** @typedef {object} Surface
 * @property {HTMLCanvasElement} canvas
 * @property {CanvasRenderingContext2D} context scaled to CSS pixels
 * @property {() => void} redraw asks for a drawing in the next animation frame; many asks make one
 * @property {() => void} stop
 */

/** How much larger than usual a canvas is drawn, type and marks and all: as much as whoever holds it asks for with
 * `data-magnify`. Who maps the pointer to what is drawn divides by it. @param {Element} canvas */
export function magnified(canvas) {
  const holder = canvas.closest("[data-magnify]");
  return holder instanceof HTMLElement ? Number(holder.dataset.magnify) : 1;
}

/** Keeps a canvas as large as its CSS box (times the screen's density) and draws it when asked or resized.
 * @param {HTMLCanvasElement} canvas
 * @param {(context: CanvasRenderingContext2D, width: number, height: number) => void} draw in CSS pixels
 * @returns {Surface} */
export function surface(canvas, draw) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  let asked = 0;
  const paint = () => {
    asked = 0;
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!width || !height) return;
    const density = window.devicePixelRatio || 1;
    const [w, h] = [Math.round(width * density), Math.round(height * density)];
    // Setting a size clears the canvas and costs memory, even when nothing changed.
    if (canvas.width !== w) canvas.width = w;
    if (canvas.height !== h) canvas.height = h;
    const larger = magnified(canvas);
    const scale = density * larger;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width / larger, height / larger);
    draw(context, width / larger, height / larger);
  };
  const redraw = () => {
    asked ||= requestAnimationFrame(paint);
  };
  const observer = new ResizeObserver(redraw);
  observer.observe(canvas);
  paint();
  return {
    canvas,
    context,
    redraw,
    stop: () => {
      observer.disconnect();
      cancelAnimationFrame(asked);
    },
  };
}

/** A small picture, kept to be drawn larger; `put` fills it from uint8 values through a table of 256 pixels. */
export function picture() {
  const canvas = document.createElement("canvas");
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  /** @type {ImageData | null} */
  let image = null;
  /** @type {Uint32Array} */
  let pixels = new Uint32Array(0);

  /** @param {number} width @param {number} height @param {(i: number) => number} colour one pixel of `pixel()` */
  function fill(width, height, colour) {
    if (!image || image.width !== width || image.height !== height) {
      [canvas.width, canvas.height] = [width, height];
      image = context.createImageData(width, height);
      pixels = new Uint32Array(image.data.buffer);
    }
    for (let i = 0; i < pixels.length; i++) pixels[i] = colour(i);
    context.putImageData(image, 0, 0);
  }

  return {
    canvas,
    /** @param {Numbers} values @param {number} width @param {number} height @param {Uint32Array} table */
    put: (values, width, height, table) => fill(width, height, (i) => table[values[i]]),
    fill,
  };
}

/** A rounded box, clipped to, for pictures with soft corners.
 * @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} w @param {number} h
 * @param {number} radius */
export function rounded(context, x, y, w, h, radius) {
  context.beginPath();
  context.roundRect(x, y, w, h, radius);
}
