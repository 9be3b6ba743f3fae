/** Where to look first: the place that answers most, in the last convolution of a net. */

/** @param {import("./strips.js").Strip[]} strips @param {import("../core/types.js").Frame} frame
 * @returns {import("./state.js").Place | null} */
export function loudest(strips, frame) {
  const strip = strips.findLast(({ kind }) => kind === "conv2d");
  const maps = strip && frame.arrays.get(`features.${strip.path}`);
  const ends = strip && frame.probes.features?.ranges?.[strip.path];
  if (!strip || !ends || maps?.shape.length !== 3) return null;
  const channel = ends.reduce(
    (/** @type {number} */ best, /** @type {number[]} */ [, high], /** @type {number} */ k) =>
      high > ends[best][1] ? k : best,
    0,
  );
  const [, height, width] = maps.shape;
  const own = maps.subarray(channel * height * width, (channel + 1) * height * width);
  // Of equals the one nearest to the middle: at the border windows are half zeros.
  const far = (/** @type {number} */ i) => Math.hypot(Math.floor(i / width) - height / 2, (i % width) - width / 2);
  let best = 0;
  own.forEach((value, i) => {
    if (value > own[best] || (value === own[best] && far(i) < far(best))) best = i;
  });
  return { layer: strip.maker, channel, y: Math.floor(best / width), x: best % width, source: 0 };
}
