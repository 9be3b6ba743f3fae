/**
 * Points that crowd are drawn smaller, so that every one of them stays visible and none is left out.
 */

/** A factor for each point's radius: 1 where there is room, down to `least` where the second nearest neighbour is close.
 * @param {Float32Array} xy N × 2, in pixels @param {number} radius @param {number} [least] @returns {Float32Array} */
export function crowdFactors(xy, radius, least = 0.7) {
  const n = xy.length / 2;
  const room = 1.8 * radius;
  /** @type {Map<number, number[]>} */
  const cells = new Map();
  const cell = (/** @type {number} */ v) => Math.floor(v / room);
  const key = (/** @type {number} */ cx, /** @type {number} */ cy) => cx * 4096 + cy;
  for (let i = 0; i < n; i++) {
    const k = key(cell(xy[2 * i]), cell(xy[2 * i + 1]));
    const list = cells.get(k);
    if (list) list.push(i);
    else cells.set(k, [i]);
  }
  return Float32Array.from({ length: n }, (_, i) => {
    const [x, y] = [xy[2 * i], xy[2 * i + 1]];
    let [first, second] = [room, room];
    for (let cx = cell(x) - 1; cx <= cell(x) + 1; cx++) {
      for (let cy = cell(y) - 1; cy <= cell(y) + 1; cy++) {
        for (const j of cells.get(key(cx, cy)) ?? []) {
          if (j === i) continue;
          const away = Math.hypot(xy[2 * j] - x, xy[2 * j + 1] - y);
          if (away < first) [first, second] = [away, first];
          else if (away < second) second = away;
        }
      }
    }
    return Math.max(least, Math.min(1, second / room));
  });
}
