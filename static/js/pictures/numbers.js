/**
 * The numbers behind the river's pictures: what stands at one place. In a frame maps are bytes, each over its own range,
 * so that a number read from one is near by half of a 255th of that range; `exact.js` has them whole.
 */

/** @typedef {import("../core/types.js").Frame} Frame */
/** @typedef {import("../core/types.js").Tensor} Tensor */
/** @typedef {import("./strips.js").Strip} Strip */
/** @typedef {import("./state.js").Spot} Spot */

/** @typedef {object} Read what stands at a place
 * @property {number[]} values one; of a colour picture or a kernel on one, three
 * @property {number[]} raw of the picture: as it was, 0 … 255; else none
 * @property {number} off how far from the values the true ones may be
 * @property {number} reach the largest of the numbers around, which says how many decimals tell something */

/** @param {Frame} frame @param {Strip[]} strips @param {Spot} spot @param {string} [part] ".grad": the gradients
 * @param {string} [first] the first convolution, whose kernels are drawn
 * @returns {Read | null} null where the frame does not have it */
export function numberAt(frame, strips, spot, part = "", first = "") {
  if (spot.kernel) return kernelAt(frame, spot, first);
  const name = `${spot.layer}${part}`;
  const maps = frame.arrays.get(`features.${name}`);
  const strip = strips.find(({ path }) => path === spot.layer);
  if (!maps || !strip) return null;
  if (maps.shape.length === 1) {
    const reach = Math.max(...Array.from(maps, Math.abs));
    return spot.channel < maps.length ? { values: [maps[spot.channel]], raw: [], off: 0, reach } : null;
  }
  const [count, height, width] = maps.shape;
  const own = spot.layer === "input" ? Array.from({ length: count }, (_, k) => k) : [spot.channel];
  if (spot.y >= height || spot.x >= width || own.some((k) => k >= count)) return null;
  const place = (/** @type {number} */ k) => (k * height + spot.y) * width + spot.x;
  const ends = own.map((k) => frame.probes.features?.ranges?.[name]?.[k]);
  const exact = maps instanceof Float32Array || maps instanceof Float64Array;
  const values = own.map((k, i) => {
    const [lo, hi] = ends[i] ?? [0, 1];
    return exact ? maps[place(k)] : lo + (maps[place(k)] * (hi - lo)) / 255;
  });
  const wide = ends.map((end) => (end ? end[1] - end[0] : 0));
  const reach = exact
    ? Math.max(...own.flatMap((k) => Array.from(planeOf(maps, k), Math.abs)))
    : Math.max(...ends.flat().map((v) => Math.abs(v ?? 0)));
  const raw = part || spot.layer !== "input" ? undefined : frame.arrays.get("features.raw");
  return {
    values,
    raw: raw ? own.map((k) => raw[place(k)]) : [],
    off: exact ? 0 : Math.max(...wide) / 510,
    reach,
  };
}

/** @param {Tensor} maps @param {number} k */
function planeOf(maps, k) {
  const [, height, width] = maps.shape;
  return maps.subarray(k * height * width, (k + 1) * height * width);
}

/** A weight of a kernel of the first convolution; of one on a colour picture its three.
 * @param {Frame} frame @param {Spot} spot @param {string} first @returns {Read | null} */
function kernelAt(frame, { channel, y, x }, first) {
  const weight = frame.arrays.get(`filters.${first}.weight`);
  if (!weight || weight.shape.length !== 4) return null;
  const [count, inputs, height, width] = weight.shape;
  if (channel >= count || y >= height || x >= width) return null;
  const values = Array.from({ length: inputs }, (_, c) => weight[((channel * inputs + c) * height + y) * width + x]);
  return { values, raw: [], off: 0, reach: frame.probes.filters?.info?.[first]?.reach ?? 1 };
}

/** How many decimals tell something of numbers as large as this. @param {number} reach */
export const decimalsFor = (reach) =>
  reach > 0 && Number.isFinite(reach) ? Math.min(8, Math.max(0, 2 - Math.floor(Math.log10(reach)))) : 2;
