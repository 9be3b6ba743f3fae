/**
 * Where columns and units stand, and where weights leave and arrive. Pixels in, pixels out; nothing is drawn.
 */

/** @typedef {{x: number, size: number, ys: number[]}} Place a column: its middle, its units' side and their middles */

/** @typedef {object} Room
 * @property {number} width
 * @property {number} height
 * @property {number} top the first pixel below the heads
 * @property {number} left room for the inputs' names
 * @property {number} right
 * @property {number} gap least distance of two units
 * @property {{input: number, hidden: number, output: number, outputs: number}} most the largest sides
 */

/** The units' side in a column of n that has `height` pixels.
 * @param {number} n @param {number} height @param {number} most @param {number} gap */
export function unitSize(n, height, most, gap) {
  const fits = (height - (n - 1) * gap) / n;
  if (fits >= 14) return Math.floor(Math.min(most, fits));
  // Many units: the gap gives way before the unit becomes a speck.
  return Math.max(6, Math.floor(Math.min(most, (height / n) * 0.82)));
}

/** Middles of n units: apart as far as the height allows, but not so far that few units look lost.
 * @param {number} n @param {number} size @param {number} top @param {number} height */
export function unitMiddles(n, size, top, height) {
  const middle = top + height / 2;
  if (n === 1) return [middle];
  const pitch = Math.min((height - size) / (n - 1), height / (n + 0.9 / n));
  return Array.from({ length: n }, (_, i) => middle + (i - (n - 1) / 2) * pitch);
}

/** @param {{role: string, units: number}[]} columns @param {Room} room @returns {Place[]} */
export function placeColumns(columns, room) {
  const height = room.height - room.top;
  const sizes = columns.map(({ role, units }) => {
    const most =
      role === "output" && units > 1
        ? room.most.outputs
        : room.most[/** @type {"input" | "hidden" | "output"} */ (role)];
    // Outputs of three classes carry their name below.
    const gap = role === "output" && units > 1 ? Math.max(30, room.gap) : room.gap;
    return unitSize(Math.max(units, 1), role === "output" && units > 1 ? height - 24 : height, most, gap);
  });
  const first = room.left + sizes[0] / 2;
  const last = room.width - room.right - sizes[sizes.length - 1] / 2;
  return columns.map(({ role, units }, i) => ({
    x: Math.round(columns.length === 1 ? first : first + ((last - first) * i) / (columns.length - 1)),
    size: sizes[i],
    ys: unitMiddles(units, sizes[i], room.top, role === "output" && units > 1 ? height - 24 : height).map(Math.round),
  }));
}

/** How far the curves of one side fan out: offsets for `n` curves over the edge of a unit.
 * @param {number} n @param {number} size */
export function fan(n, size) {
  const spread = Math.min(size * 0.56, 6.5 * (n - 1));
  return Array.from({ length: n }, (_, i) => (n === 1 ? 0 : (i / (n - 1) - 0.5) * spread));
}

/** The ends of every weight between two columns, by target and source: `[x0, y0, x1, y1]` each, row by row as the
 * weights stand (targets × sources).
 * @param {Place} from @param {Place} to @returns {Float32Array} */
export function linkEnds(from, to) {
  const [n, m] = [to.ys.length, from.ys.length];
  const ends = new Float32Array(n * m * 4);
  const [leave, arrive] = [fan(n, from.size), fan(m, to.size)];
  for (let target = 0; target < n; target++) {
    for (let source = 0; source < m; source++) {
      ends.set(
        [from.x + from.size / 2, from.ys[source] + leave[target], to.x - to.size / 2, to.ys[target] + arrive[source]],
        4 * (target * m + source),
      );
    }
  }
  return ends;
}
