/**
 * Where everything in the river stands: pure geometry. Rows are aligned, so that the way from a map to its pooled map
 * is a straight line; a strip is never so narrow that its head is cut.
 */

/** @typedef {import("./strips.js").Strip} Strip */

/** @typedef {{x: number, y: number, size: number, width: number, height: number}} Box of one map */

/** @typedef {object} Placed
 * @property {number} left @property {number} width
 * @property {number} top @property {number} height of the room for maps, below the head
 * @property {number} head where the head stands @property {number} room how wide it may be
 * @property {Box[]} maps empty for a vector drawn as a list
 * @property {Box[]} kernels one before every map, where they are drawn */

/** @typedef {{width: number, height: number, big?: boolean}} Room */

const TOP = 66;
const TOP_OF_MANY = 52; // where branches lie beside each other
const BOTTOM = 8;
export const PAST = 24; // below a block, for the way past it
const GAP = 12;
const LIST = 168; // what the classes take: a name, a bar, a number
const KERNEL = 32;
const BESIDE = 8; // between two maps, and between a kernel and its map

const LEAST_GAP = 44;
const MOST_GAP = 110;
/** How far maps give way before the sheet gets wider than the room. */
const SHARES = [1, 0.93, 0.86, 0.8];
/** A projector's are larger; what it cannot show at once it shows no smaller than the page does. */
const LARGER = 1.4;
/** How wide a letter of a head is at most, in bold and as code. */
const LETTER = 7.3;
/** As many letters its smallest and largest number take, in smaller type. */
const ENDS = 14;

/** @typedef {{tile: number, columns: number, width: number, lines: number, lead: number}} Wish */

/** How wide a head is at least: its short title, and its shapes on two lines. @param {Strip} strip @param {boolean} big */
export function headRoom(strip, big = false) {
  const lines = [strip.brief, ...strip.says.split(/ (?=→)/)].map(({ length }) => length);
  return (big ? 1.22 : 1) * (LETTER * Math.max(...lines, ENDS) + (strip.opens || strip.opened ? 26 : 0));
}

/** Places every map. Where the room is too narrow maps are smaller, and then the sheet is wider, and swiped.
 * @param {Strip[]} strips @param {Room} room @returns {{strips: Placed[], width: number}} */
export function place(strips, room) {
  const columns = 1 + Math.max(...strips.map(({ column }) => column));
  const gaps = columns - 1;
  /** @param {Wish[]} wishes @returns {{width: number, pitch: number}[]} */
  const columnsOf = (wishes) =>
    Array.from({ length: columns }, (_, c) => {
      const own = strips.flatMap((strip, i) => (strip.column === c ? [i] : []));
      const width = Math.max(0, ...own.map((i) => wishes[i].width));
      const head = Math.max(0, ...own.map((i) => headRoom(strips[i], room.big) + 10));
      return { width, pitch: c === gaps ? Math.max(width, head) : Math.max(width + LEAST_GAP, head) };
    });
  const sum = (/** @type {{pitch: number}[]} */ list) => list.reduce((all, { pitch }) => all + pitch, 0);
  const shares = room.big ? [LARGER, 1.25, 1.12, ...SHARES] : SHARES;
  const ways = (room.big ? [4, 5, 6] : [4]).map((most) => {
    const areas = strips.map((strip) => areaOf(strip, room.height, most));
    const tried = shares.map((share) =>
      strips.map((_, i) => wish(strips, i, areas[i].height, areas[i].rows, share, room.big)),
    );
    const fits = tried.find((one) => sum(columnsOf(one)) <= room.width);
    return { areas, wishes: fits ?? tried[0], least: fits ? leastOf(fits) : 0 };
  });
  // Of the ways that fit, the one whose smallest maps are the largest.
  const { areas, wishes } = ways.reduce((best, one) => (one.least > best.least + 1 ? one : best));
  const widths = columnsOf(wishes);
  const spare = gaps ? (room.width - sum(widths)) / gaps : 0;
  const more = Math.max(0, Math.min(MOST_GAP - LEAST_GAP, spare));
  const used = sum(widths) + more * gaps;
  let x = Math.max(0, (room.width - used) / 2);
  const lefts = widths.map(({ pitch }) => {
    const left = x;
    x += pitch + more;
    return left;
  });
  const placed = strips.map((strip, i) => {
    const left = lefts[strip.column];
    const until = strips
      .filter((other) => other.column > strip.column && crosses(other, strip))
      .map((other) => lefts[other.column]);
    return stand(strip, wishes[i], areas[i], left, Math.min(...until, Math.max(room.width, used)) - left - 6);
  });
  centre(strips, placed);
  return { strips: placed, width: Math.max(room.width, used) };
}

/** Of an opened block the shorter chains stand in the middle of its length, not at its beginning with nothing behind.
 * @param {Strip[]} strips @param {Placed[]} placed */
function centre(strips, placed) {
  for (const { opened, froms, past } of strips) {
    if (!opened) continue;
    const inner = strips.flatMap(({ path }, i) => (path.startsWith(`${opened}.`) ? [i] : []));
    const right = (/** @type {number[]} */ list) => Math.max(...list.map((i) => placed[i].left + placed[i].width));
    froms.forEach((f, i) => {
      if (past[i]) return;
      const [from, to] = strips[f].lane;
      const chain = inner.filter((s) => strips[s].lane[0] > from - 1e-6 && strips[s].lane[1] < to + 1e-6);
      const by = (right(inner) - right(chain)) / 2;
      for (const s of chain) shift(placed[s], by);
    });
  }
}

/** @param {Placed} strip @param {number} by */
function shift(strip, by) {
  strip.left += by;
  strip.room -= by;
  for (const box of [...strip.maps, ...strip.kernels]) box.x += by;
}

/** @param {Wish[]} wishes how large the smallest map is */
const leastOf = (wishes) => Math.min(...wishes.map(({ tile }) => tile || Infinity));

/** @param {Strip} a @param {Strip} b */
const crosses = (a, b) => a.lane[0] < b.lane[1] - 1e-6 && b.lane[0] < a.lane[1] - 1e-6;

/** The room of a strip from top to bottom. @param {Strip} strip @param {number} height @param {number} most rows */
function areaOf({ lane: [from, to], under }, height, most) {
  const many = to - from < 0.4;
  const whole = to - from > 0.99;
  const head = from * height;
  const top = head + (many ? TOP_OF_MANY : TOP);
  const bottom = to * height - BOTTOM - PAST * under;
  const rows = Math.max(1, Math.min(most, Math.floor((bottom - top) / (whole ? 56 : 42))));
  return { head, top, height: bottom - top, rows };
}

/** @param {Strip} strip @param {Wish} wish @param {{head: number, top: number, height: number, rows: number}} area
 * @param {number} left @param {number} room @returns {Placed} */
function stand({ shape, count }, { tile, columns, width, lines, lead }, { head, top, height, rows }, left, room) {
  /** @type {Placed} */
  const made = { left, width, top, height, head, room, maps: [], kernels: [] };
  const scale = shape.length === 3 ? tile / Math.max(shape[1], shape[2]) : 0;
  const step = lines < rows ? height / lines : height / rows;
  for (let k = 0; k < count && tile; k++) {
    const [row, column] = [Math.floor(k / columns), k % columns];
    const [w, h] = [shape[2] * scale, shape[1] * scale];
    const y = top + step * (row + 0.5) - h / 2;
    const x = left + column * (tile + lead + BESIDE) + lead + (tile - w) / 2;
    made.maps.push({ x, y, size: tile, width: w, height: h });
    if (!lead) continue;
    const side = lead - BESIDE;
    made.kernels.push({ x: x - lead, y: y + (h - side) / 2, size: side, width: side, height: side });
  }
  return made;
}

/** What a strip would take. @param {Strip[]} strips @param {number} i @param {number} height @param {number} rows
 * @param {number} share of the usual size @param {boolean} [big] a projector's: small maps are larger
 * @returns {Wish} */
function wish(strips, i, height, rows, share, big = false) {
  const { shape, count, path, kind } = strips[i];
  if (shape.length === 1)
    return { tile: 0, columns: 0, width: i === strips.length - 1 ? LIST : 30, lines: count, lead: 0 };
  const [, h, w] = shape;
  if (path === "input") {
    const tile = share * Math.min(168, height * 0.5);
    return { tile, columns: 1, width: tile * Math.min(1, w / h), lines: 1, lead: 0 };
  }
  const columns = Math.ceil(count / Math.min(rows, count));
  const lines = Math.ceil(count / columns);
  const usual = Math.min(columns > 4 ? 48 : columns > 2 ? 68 : 84, Math.max(big ? 76 : 56, 6 * Math.max(h, w)));
  const tile = Math.max(8, Math.min(height / rows - GAP, share * usual));
  // The first kernels look at the picture itself: they can be seen as pictures, and stand before their maps.
  const lead = i === 1 && kind === "conv2d" && tile >= 28 ? Math.min(KERNEL, tile * 0.4) + BESIDE : 0;
  return { tile, columns, width: columns * (tile + lead + BESIDE) - BESIDE, lines, lead };
}

/** Where unit k of a vector stands. @param {Placed} strip @param {number} k @param {number} count */
export function unitAt({ left, top, height }, k, count) {
  const step = Math.min(42, height / count);
  const first = top + (height - step * count) / 2;
  return { x: left, y: first + step * (k + 0.5), step };
}

/** What is under a point: a pixel of a map, a weight of a kernel before one, or a unit of a list.
 * @param {Strip[]} strips @param {Placed[]} placed @param {number} x @param {number} y
 * @param {[number, number]} [kernel] rows and columns of the kernels that are drawn
 * @returns {{strip: number, channel: number, y: number, x: number, kernel: boolean} | null} */
export function under(strips, placed, x, y, kernel) {
  for (let s = 0; s < placed.length; s++) {
    const { maps, kernels } = placed[s];
    const [, height, width] = strips[s].shape;
    for (let k = 0; k < maps.length; k++) {
      const at = cellAt(maps[k], height, width, x, y);
      if (at) return { strip: s, channel: k, ...at, kernel: false };
      const weight = kernels[k] && kernel && cellAt(kernels[k], kernel[0], kernel[1], x, y);
      if (weight) return { strip: s, channel: k, ...weight, kernel: true };
    }
    if (strips[s].shape.length === 1) {
      const { count } = strips[s];
      const { x: left, y: first, step } = unitAt(placed[s], 0, count);
      const k = Math.floor((y - first) / step + 0.5);
      if (x >= left && x < left + placed[s].width && k >= 0 && k < count)
        return { strip: s, channel: k, y: 0, x: 0, kernel: false };
    }
  }
  return null;
}

/** Which cell of a box a point is in. @param {Box} box @param {number} rows @param {number} columns
 * @param {number} x @param {number} y */
const cellAt = (box, rows, columns, x, y) =>
  x < box.x || y < box.y || x >= box.x + box.width || y >= box.y + box.height
    ? null
    : { y: Math.floor(((y - box.y) / box.height) * rows), x: Math.floor(((x - box.x) / box.width) * columns) };

/** The rectangle of some cells of a map: rows top … bottom, columns left … right, cut at its border.
 * @param {Box} box @param {number[]} shape @param {[number, number, number, number]} cells */
export function cellsOf(box, shape, [top, bottom, left, right]) {
  const [sy, sx] = [box.height / shape[1], box.width / shape[2]];
  const [t, b] = [Math.max(0, top), Math.min(shape[1] - 1, bottom)];
  const [l, r] = [Math.max(0, left), Math.min(shape[2] - 1, right)];
  return { x: box.x + l * sx, y: box.y + t * sy, width: (r - l + 1) * sx, height: (b - t + 1) * sy };
}
