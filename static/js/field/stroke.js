/**
 * What a stroke of the brush gathers: points to add and to erase, sent as few edits, and shown before they are answered.
 */

/** @typedef {{number?: number, spot?: [number, number]}} Name how an edit names a point: its number, or a painted one's spot */
/** @typedef {[number, number, number]} Point x1, x2 and class or value */

const STEPS = 4000; // of the raster on which painted points stand, as the engine has it

/** The place of the raster nearest to a place of the plane, inside of it.
 * @param {[number, number]} plane @param {number[]} extent @returns {[number, number]} */
export function spot(plane, extent) {
  const [x, y] = plane.map((value, i) => {
    const [low, high] = [extent[2 * i], extent[2 * i + 1]];
    const at = Math.round(((Math.min(high, Math.max(low, value)) - low) * STEPS) / (high - low));
    return Number((low + (at * (high - low)) / STEPS).toFixed(6));
  });
  return [x, y];
}

/** How an edit names a point. @param {import("../core/types.js").Points} points @param {number} index @returns {Name} */
export function nameOf({ inputs, numbers, info }, index) {
  const number = numbers ? numbers[index] : index;
  return number >= 0 ? { number } : { spot: spot([inputs[2 * index], inputs[2 * index + 1]], info.extent) };
}

/** @param {Name} name */
export const keyOf = ({ number, spot }) => (spot ? spot.join() : `#${number}`);

/** The point nearest to a place within a reach, −1 if none. @param {Float32Array | undefined} xy pixels
 * @param {[number, number]} at @param {number} reach pixels @param {(index: number) => boolean} gone */
export function nearest(xy, [x, y], reach, gone) {
  let [found, best] = [-1, reach];
  for (let i = 0; xy && 2 * i < xy.length; i++) {
    const far = Math.hypot(xy[2 * i] - x, xy[2 * i + 1] - y);
    if (far <= best && !gone(i)) [found, best] = [i, far];
  }
  return found;
}

/** @param {Point[]} points @param {Name[]} names @returns {any[]} */
export function editsOf(points, names) {
  const numbers = names.flatMap(({ number }) => (number === undefined ? [] : [number]));
  const spots = names.flatMap(({ spot }) => (spot ? [spot] : []));
  const edits = [];
  if (names.length) edits.push({ kind: "points_erase", points: spots, examples: numbers });
  if (points.length) edits.push({ kind: "points_add", points, examples: [] });
  return edits;
}

/** @param {(edits: any[]) => Promise<any>} send @param {number} beat milliseconds between two edits
 * @param {(added: number, erased: number) => void} told once they have acted */
export function stroke(send, beat, told) {
  /** @type {Point[]} */
  let adding = [];
  /** @type {Name[]} */
  let erasing = [];
  /** Drawn ahead until the server's points are here. @type {Point[]} */
  let added = [];
  /** Keys of those that are on their way out. @type {Set<string>} */
  let gone = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const soon = () => {
    timer ??= setTimeout(flush, beat);
  };

  async function flush() {
    clearTimeout(timer);
    timer = undefined;
    const [points, names] = [adding, erasing];
    [adding, erasing] = [[], []];
    const edits = editsOf(points, names);
    if (!edits.length) return;
    const answer = await send(edits);
    if (answer) told(points.length, names.length);
    // What was refused is not there; the notice says why.
    else [added, gone] = [[], new Set()];
  }

  const taken = (/** @type {Point} */ [x1, x2]) => added.some((point) => point[0] === x1 && point[1] === x2);

  return {
    /** @param {Point} point */
    add(point) {
      if (taken(point)) return;
      adding.push(point);
      added.push(point);
      soon();
    },
    /** @param {Name} name */
    erase(name) {
      erasing.push(name);
      gone.add(keyOf(name));
      soon();
    },
    /** One press, one edit list: undone as one. @param {Name} name @param {Point} point */
    move(name, point) {
      if (taken(point)) return;
      void flush();
      erasing.push(name);
      adding.push(point);
      gone.add(keyOf(name));
      added.push(point);
      void flush();
    },
    flush: () => void flush(),
    /** The server's points are here: what is among them need not be drawn ahead.
     * @param {import("../core/types.js").Points} points */
    arrived(points) {
      if (!added.length && !gone.size) return;
      const here = new Set(Array.from(points.test, (_, i) => keyOf(nameOf(points, i))));
      added = added.filter(([x1, x2]) => !here.has(`${x1},${x2}`));
      gone = new Set([...gone].filter((key) => here.has(key)));
    },
    added: () => added,
    /** @param {import("../core/types.js").Points | null} points @param {number} index */
    gone: (points, index) => gone.size > 0 && points !== null && gone.has(keyOf(nameOf(points, index))),
  };
}
