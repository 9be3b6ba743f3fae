/** Kernels that everybody should have seen once: what they are called, and their numbers row by row. */

const over = (/** @type {number} */ by, /** @type {number[]} */ numbers) => numbers.map((v) => v / by);

/** @typedef {"keep" | "blur" | "gauss" | "sharpen" | "across" | "down" | "laplace" | "emboss"} Known */

/** @type {Record<Known, number[]>} */
export const KERNELS = {
  keep: [0, 0, 0, 0, 1, 0, 0, 0, 0],
  blur: over(9, [1, 1, 1, 1, 1, 1, 1, 1, 1]),
  gauss: over(256, [1, 4, 6, 4, 1, 4, 16, 24, 16, 4, 6, 24, 36, 24, 6, 4, 16, 24, 16, 4, 1, 4, 6, 4, 1]),
  sharpen: [0, -1, 0, -1, 5, -1, 0, -1, 0],
  across: [-1, 0, 1, -2, 0, 2, -1, 0, 1],
  down: [-1, -2, -1, 0, 0, 0, 1, 2, 1],
  laplace: [0, 1, 0, 1, -4, 1, 0, 1, 0],
  emboss: [-2, -1, 0, -1, 1, 1, 0, 1, 2],
};

export const sideOf = (/** @type {number[]} */ kernel) => Math.round(Math.sqrt(kernel.length));

/** A kernel of another size: zeros around it, or its middle. Sides are odd. @param {number[]} kernel @param {number} side */
export function resized(kernel, side) {
  const own = sideOf(kernel);
  const shift = (own - side) / 2;
  return Array.from({ length: side * side }, (_, i) => {
    const [y, x] = [Math.floor(i / side) + shift, (i % side) + shift];
    return y < 0 || x < 0 || y >= own || x >= own ? 0 : kernel[y * own + x];
  });
}

/** Whether turning a kernel by 180° leaves it as it is: then convolution and cross-correlation are one.
 * @param {number[]} kernel */
export const isEven = (kernel) => kernel.every((v, i) => Math.abs(v - kernel[kernel.length - 1 - i]) < 1e-9);

/** What is said of a kernel by its sum: it keeps brightness, makes flat areas 0, or neither. @param {number[]} kernel
 * @returns {"keeps" | "flat" | "scales"} */
export function effectOf(kernel) {
  const sum = kernel.reduce((a, b) => a + b, 0);
  return Math.abs(sum - 1) < 1e-6 ? "keeps" : Math.abs(sum) < 1e-6 ? "flat" : "scales";
}
