/**
 * Axes: round numbers for a range, linear or logarithmic.
 */

import { numberMarks } from "../core/format.js";

/** Round numbers within a range, about `count` of them. @param {number} low @param {number} high @param {number} count */
export function ticks(low, high, count = 4) {
  if (!(high > low)) return [low];
  const raw = (high - low) / count;
  const ten = 10 ** Math.floor(Math.log10(raw));
  const step = ten * (raw / ten >= 7 ? 10 : raw / ten >= 3.5 ? 5 : raw / ten >= 1.5 ? 2 : 1);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Multiples of the step, not a running sum: 0.3 stays 0.3.
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** 1, 3, 10, 30 … within a range; powers of ten where it spans many. @param {number} low @param {number} high */
export function logTicks(low, high) {
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const every = Math.max(1, Math.ceil((to - from) / 5));
  const digits = to - from <= 1 ? [1, 2, 5] : to - from <= 3 ? [1, 3] : [1];
  const found = [];
  for (let e = from; e <= to; e += every) {
    for (const digit of digits) {
      const value = Number(`${digit}e${e}`);
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) found.push(value);
    }
  }
  return found.length > 1 ? found : ticks(low, high, 3);
}

/** A tick's words: 0.03, 1,000, 10⁻⁶. @param {number} value */
export function tickWords(value) {
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e5)) {
    const [digit, exponent] = value.toExponential(0).split("e");
    const raised = [...exponent.replace("+", "")].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)])).join("");
    return `${digit === "1" ? "" : `${digit} × `}10${raised}`;
  }
  const { group, decimal } = numberMarks();
  const [before, after] = String(value).replace("-", "−").split(".");
  const whole = before.replace(/\B(?=(\d{3})+$)/g, group);
  return after === undefined ? whole : `${whole}${decimal}${after}`;
}

/** A function from values to pixels. @param {number} low @param {number} high @param {number} from @param {number} to
 * @param {boolean} [log] @returns {(value: number) => number} */
export function scale(low, high, from, to, log = false) {
  const turn = log ? Math.log : (/** @type {number} */ x) => x;
  const [a, b] = [turn(low), turn(high)];
  const wide = b - a || 1;
  return (value) => from + ((turn(value) - a) / wide) * (to - from);
}

/** Whole powers of ten within a range of logarithms, at most `count` of them, evenly apart.
 * @param {number} low @param {number} high @param {number} count @returns {number[]} */
export function powerTicks(low, high, count) {
  // (A zero without a sign.)
  const [first, last] = [Math.ceil(low) + 0, Math.floor(high)];
  const step = Math.max(1, Math.ceil((last - first + 1) / count));
  const made = [];
  for (let at = first; at <= last; at += step) made.push(at);
  return made;
}
