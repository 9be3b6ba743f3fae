/** Where things stand on the strip: pure functions of steps, losses and pixels. */

const STEPS = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];
const SHORTEST = 60;
/** How far above its start a loss may rise before it leaves the picture. */
const ROOM = 1.6;
/** A curve that left the picture goes on this far above it: dashes on a line of 10¹⁶ pixels are none. */
const OVER = 3;
/** After a divergence the wall takes the rest of the width. */
const WALL = 0.87;

/** The last step the strip shows: a round number with room for the head, so that it moves on and the scale rarely.
 * @param {number} head */
export function reach(head) {
  if (head <= SHORTEST) return SHORTEST;
  const ten = 10 ** Math.floor(Math.log10(head));
  return Math.round(ten * /** @type {number} */ (STEPS.find((s) => s * ten >= head)));
}

/** The last step where the run ended at a wall. @param {number} head */
export const reachWall = (head) => Math.max(1, head) / WALL;

/** The largest loss the strip shows. A loss that explodes leaves at the top instead of flattening all else.
 * @param {number[]} values */
export function top(values) {
  if (!values.length) return 1;
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  const first = Math.max(...values.slice(0, 3));
  return Math.max(1e-6, Math.min(1.05 * most, ROOM * first));
}

/** Height of a loss, 0 = bottom, 1 = top; the root leaves room for small losses.
 * @param {number} loss @param {number} most */
export const height = (loss, most) => Math.min(OVER, Math.sqrt(Math.max(0, loss) / most));

/** One point per pixel column: the mean of what falls into it. @param {number[]} steps @param {number[]} values
 * @param {number} end the last step shown @param {number} width in pixels @returns {{x: number, value: number}[]} */
export function bins(steps, values, end, width) {
  /** @type {{x: number, value: number}[]} */
  const made = [];
  let [column, sum, count] = [-1, 0, 0];
  const close = () => {
    if (count) made.push({ x: column + 0.5, value: sum / count });
  };
  for (let i = 0; i < steps.length; i++) {
    const at = Math.floor((steps[i] / end) * width);
    if (at !== column) {
      close();
      [column, sum, count] = [at, 0, 0];
    }
    sum += values[i];
    count++;
  }
  close();
  return made;
}

/** The value at a step: that of the point which covers it, since a point tells of the steps up to its own; behind the
 * last point its value, and none before the first step. @param {number[]} steps @param {number[]} values
 * @param {number} step @returns {number | null} */
export function valueAt(steps, values, step) {
  if (!steps.length || step < 1) return null;
  const i = steps.findIndex((one) => one >= step);
  return values[i < 0 ? values.length - 1 : i];
}

/** Marks with room for words: those too near their neighbour show a stroke only.
 * @param {{x: number}[]} marks sorted by x @param {number} width @returns {{short: boolean, left: boolean}[]} */
export function room(marks, width) {
  return marks.map(({ x }, i) => {
    const next = marks[i + 1]?.x ?? width + 200;
    const left = x > width - 120;
    const before = marks[i - 1]?.x ?? -200;
    return { left, short: left ? x - before < 120 : next - x < 72 };
  });
}
