/**
 * The one picture of the answer where there is a single output: probabilities, else what the output says.
 */

/** @typedef {import("../core/types.js").Frame} Frame */
/** @typedef {import("../core/types.js").Tensor} Tensor */
/** @typedef {import("../geometry/columns.js").Column} Column */

/** Says nothing below 0: such an output's middle is a half. @param {Column | undefined} output */
export const halves = (output) =>
  output?.activationName != null && ["step", "sigmoid"].includes(output.activation ?? "");

/** Bytes about the middle: 127.5 is where the answer turns. @param {Frame | null} frame @param {Column[]} columns
 * @returns {Tensor | null} */
export function answerMap(frame, columns) {
  const sure = frame?.arrays.get("boundary.probabilities");
  if (sure) return sure;
  const said = frame?.arrays.get("boundary.outputs");
  if (!said || !halves(columns[columns.length - 1])) return said ?? null;
  // Outputs travel as −1 … 1, and these use the upper half only.
  const wide = Uint8Array.from(said, (q) => Math.max(0, 2 * q - 255));
  return Object.assign(wide, { shape: said.shape });
}
