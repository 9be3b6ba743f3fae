/**
 * How curves run from map to map: through the gaps between rows and columns, never behind a map. Pure geometry.
 */

/** @typedef {import("./layout.js").Box} Box */
/** @typedef {import("./layout.js").Placed} Placed */

/** A move, a line or a Bézier curve, as numbers for the canvas.
 * @typedef {["M", number, number] | ["L", number, number] | ["C", number, number, number, number, number, number]} Piece */

const ASIDE = 3; // how far apart two ways in one gap are
const TURN = 4; // how far from a map a way turns into a gap between columns

/** From the right edge of one map to the left edge of another, in strips side by side.
 * @param {Box} from @param {Box} to @param {Placed} source the strip of `from` @param {Placed} target the strip of `to`
 * @param {number} [lane] which of the ways that share a gap, counted from the middle @returns {Piece[]} */
export function route(from, to, source, target, lane = 0) {
  const [start, end] = [right(from), left(to)];
  /** @type {Piece[]} */
  const way = [["M", start.x, start.y]];
  let here = start;
  if (blocked(start, source, from, 1)) {
    // Down into the gap below its row, and along it out of the strip.
    const y = below(from, source) + lane * ASIDE;
    way.push(["C", start.x + TURN, start.y, start.x, y, start.x + 2 * TURN, y]);
    here = { x: source.left + source.width, y };
    way.push(["L", here.x, here.y]);
  }
  const inside = blocked(end, target, to, -1);
  const there = inside ? { x: target.left, y: above(to, target) + lane * ASIDE } : end;
  const bend = Math.max(10, (there.x - here.x) / 2);
  way.push(["C", here.x + bend, here.y, there.x - bend, there.y, there.x, there.y]);
  if (inside) {
    way.push(["L", end.x - 2 * TURN, there.y]);
    way.push(["C", end.x - TURN, there.y, end.x - 2 * TURN, end.y, end.x, end.y]);
  }
  return way;
}

/** From a point to another past what is between them: down to a height, along it, and up again.
 * @param {{x: number, y: number}} start @param {{x: number, y: number}} end @param {number} y @returns {Piece[]} */
export function around(start, end, y) {
  const turn = Math.max(4, Math.min(16, (end.x - start.x) / 4));
  return [
    ["M", start.x, start.y],
    ["C", start.x + turn, start.y, start.x, y, start.x + 1.6 * turn, y],
    ["L", end.x - 1.6 * turn, y],
    ["C", end.x, y, end.x - turn, end.y, end.x, end.y],
  ];
}

/** @param {Box} box */
const right = (box) => ({ x: box.x + box.width, y: box.y + box.height / 2 });
/** @param {Box} box */
const left = (box) => ({ x: box.x, y: box.y + box.height / 2 });

/** Whether a map of the same row stands between a point and the strip's edge. @param {{x: number, y: number}} point
 * @param {Placed} strip @param {Box} own @param {1 | -1} side */
const blocked = (point, strip, own, side) =>
  strip.maps.some(
    (box) => box !== own && box.y < point.y && box.y + box.height > point.y && side * (box.x - own.x) > 0,
  );

/** The middle of the gap below a map's row, or as far below the last row. @param {Box} box @param {Placed} strip */
const below = (box, strip) => rowOf(box, strip).y + rowOf(box, strip).height + gapOf(strip) / 2;
/** @param {Box} box @param {Placed} strip */
const above = (box, strip) => rowOf(box, strip).y - gapOf(strip) / 2;

/** A map of the same row: a kernel is smaller than the maps it stands among. @param {Box} box @param {Placed} strip */
const rowOf = (box, { maps }) => {
  const middle = box.y + box.height / 2;
  return maps.find(({ y, height }) => y <= middle && middle <= y + height) ?? box;
};

/** How much room there is between two rows. @param {Placed} strip */
function gapOf({ maps }) {
  const [first] = maps;
  const next = maps.find(({ y }) => y > first.y + first.height / 2);
  return next ? Math.max(2, Math.min(28, next.y - first.y - first.height)) : 16;
}

/** Draws a way. @param {CanvasRenderingContext2D} context @param {Piece[]} way */
export function stroke(context, way) {
  context.beginPath();
  for (const piece of way) {
    if (piece[0] === "M") context.moveTo(piece[1], piece[2]);
    else if (piece[0] === "L") context.lineTo(piece[1], piece[2]);
    else context.bezierCurveTo(piece[1], piece[2], piece[3], piece[4], piece[5], piece[6]);
  }
  context.stroke();
}
