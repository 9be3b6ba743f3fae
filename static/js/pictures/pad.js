/**
 * A pad to draw on: strokes as a list, so that the last can be taken back, or a picture under them. What the net's
 * data make of it is the server's business; here it becomes a small square of numbers.
 */

/** @typedef {[number, number][]} Stroke places between 0 and 1, across and down */

/** How wide the pen is, as a share of the pad: about as MNIST's digits are written. */
export const PEN = 0.085;
/** How many pixels a side of the square has that is sent. */
export const SIDE = 48;
/** In three colours fewer, so that the message stays as short. */
export const SIDE_COLOUR = 32;

/** Draws strokes on a square. @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context
 * @param {Stroke[]} strokes @param {number} size of the square, in its own units @param {string} ink */
export function drawStrokes(context, strokes, size, ink) {
  context.lineWidth = PEN * size;
  context.lineCap = context.lineJoin = "round";
  context.strokeStyle = ink;
  for (const stroke of strokes) {
    context.beginPath();
    stroke.forEach(([x, y], i) => (i ? context.lineTo(x * size, y * size) : context.moveTo(x * size, y * size)));
    // A touch without a move is a dot.
    if (stroke.length === 1) context.lineTo(stroke[0][0] * size + 0.01, stroke[0][1] * size);
    context.stroke();
  }
}

/** Pixels as they are sent: one number each, as bright as its colours look, or red, green and blue.
 * @param {ArrayLike<number>} data red, green, blue, opacity of every pixel @param {boolean} colour @returns {number[]} */
export function numbersOf(data, colour) {
  /** @type {number[]} */
  const made = [];
  for (let i = 0; i < data.length; i += 4) {
    const [r, g, b] = [data[i], data[i + 1], data[i + 2]];
    if (colour) made.push(r, g, b);
    else made.push(Math.round(0.299 * r + 0.587 * g + 0.114 * b));
  }
  return made;
}

/** The part of a picture that is taken: the largest square in its middle: left, top, side.
 * @param {number} width @param {number} height @returns {[number, number, number]} */
export function middle(width, height) {
  const side = Math.min(width, height);
  return [(width - side) / 2, (height - side) / 2, side];
}

/** What is on the pad as numbers 0 … 255. Grey sets get light ink on black, which is how digits are kept; sets in
 * colour get what is seen, dark ink on white paper.
 * @param {Stroke[]} strokes @param {ImageBitmap | null} under @param {boolean} colour @returns {number[]} */
export function squareOf(strokes, under, colour) {
  const side = colour ? SIDE_COLOUR : SIDE;
  const canvas = new OffscreenCanvas(side, side);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
    canvas.getContext("2d", { willReadFrequently: true })
  );
  const paper = colour || under ? "#ffffff" : "#000000";
  context.fillStyle = paper;
  context.fillRect(0, 0, side, side);
  if (under) {
    const [left, top, length] = middle(under.width, under.height);
    context.imageSmoothingQuality = "high";
    context.drawImage(under, left, top, length, length, 0, 0, side, side);
  }
  drawStrokes(context, strokes, side, paper === "#ffffff" ? "#000000" : "#ffffff");
  return numbersOf(context.getImageData(0, 0, side, side).data, colour);
}
