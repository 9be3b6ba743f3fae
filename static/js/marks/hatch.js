/**
 * The hatch that means "switched off", one pattern for net, masks and legends.
 */

/** Fills a box with slanted lines; the box is clipped to its rounded corners.
 * @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} w @param {number} h
 * @param {{colour: string, ground: string | null, radius?: number, pitch?: number, line?: number}} style */
export function hatch(context, x, y, w, h, { colour, ground, radius = 0, pitch = 6, line = 1.3 }) {
  context.save();
  context.beginPath();
  context.roundRect(x, y, w, h, radius);
  context.clip();
  if (ground) {
    context.fillStyle = ground;
    context.fill();
  }
  context.beginPath();
  for (let at = -h; at < w; at += pitch) {
    context.moveTo(x + at, y + h);
    context.lineTo(x + at + h, y);
  }
  context.strokeStyle = colour;
  context.lineWidth = line;
  context.stroke();
  context.restore();
}
