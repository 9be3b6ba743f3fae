/**
 * Numbers as words on the page: fixed decimals, a real minus sign, thousands apart, as the page's language writes them.
 * Figures stand in tabular type, so a number that changes never moves its neighbours.
 */

const MINUS = "−";
const NONE = "–";

/** What stands between thousands, and before decimals. */
let group = ",";
let decimal = ".";

/** Writes numbers as a language does. @param {string} language */
export function useNumbers(language) {
  const parts = new Intl.NumberFormat(language).formatToParts(1234567.5);
  group = parts.find(({ type }) => type === "group")?.value ?? "";
  decimal = parts.find(({ type }) => type === "decimal")?.value ?? ".";
}

/** The marks of the language: `{ group: ",", decimal: "." }`. */
export const numberMarks = () => ({ group, decimal });

/** A number that JavaScript has written, as the language writes it. @param {string} text */
const written = (text) => text.replace("-", MINUS).replace(".", decimal);

/** @param {number | null | undefined} x @returns {x is number} */
const known = (x) => typeof x === "number" && Number.isFinite(x);

/** A whole number: 1,240 (German: 1.240). @param {number | null | undefined} x */
export const whole = (x) =>
  known(x)
    ? written(String(Math.round(x))).replace(/\B(?=(\d{3})+$)/g, group)
    : x == null || Number.isNaN(x)
      ? NONE
      : infinite(x);

/** @param {number} x */
const infinite = (x) => (x < 0 ? `${MINUS}∞` : "∞");

/** Fixed decimals: −1.924. @param {number | null | undefined} x @param {number} [digits] */
export function fixed(x, digits = 3) {
  if (!known(x)) return x == null || Number.isNaN(x) ? NONE : infinite(x);
  if (Math.abs(x) >= 1e5) return power(x);
  const text = x.toFixed(digits);
  return written(Number(text) === 0 ? text.replace("-", "") : text);
}

/** A loss: three decimals while they say something, else a power of ten. @param {number | null | undefined} x */
export function loss(x) {
  if (known(x) && x > 0 && x < 0.0005) return power(x);
  return known(x) && Math.abs(x) >= 100 ? (Math.abs(x) < 1e5 ? whole(x) : power(x)) : fixed(x, 3);
}

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A power of ten: 4 × 10⁸. @param {number} x @param {number} [decimals] */
export function power(x, decimals = 0) {
  const [digits, exponent] = x.toExponential(decimals).split("e");
  const raised = [...exponent.replace("+", "")].map((c) => (c === "-" ? "⁻" : RAISED[Number(c)])).join("");
  return `${written(digits)} × 10${raised}`;
}

/** A small signed number to a few significant digits: −0.0038. @param {number | null | undefined} x */
export function small(x) {
  if (!known(x)) return x == null || Number.isNaN(x) ? NONE : infinite(x);
  if (x === 0) return "0";
  const size = Math.abs(x);
  if (size < 1e-4 || size >= 1e5) return power(x);
  return written(x.toFixed(size >= 1 ? 3 : Math.min(6, 1 - Math.floor(Math.log10(size)))));
}

/** A knob's value, as short as it is exact: 0.03, 0.00001. @param {number | null | undefined} x */
export function knob(x) {
  if (!known(x)) return NONE;
  if (x !== 0 && (Math.abs(x) < 1e-6 || Math.abs(x) >= 1e7)) return power(x);
  const text = String(x);
  return written(text.includes("e") ? x.toFixed(7).replace(/0+$/, "") : text);
}

/** A share as percent with one decimal: 97.0 %. @param {number | null | undefined} x @param {number} [digits] */
export const percent = (x, digits = 1) => (known(x) ? `${fixed(100 * x, digits)} %` : NONE);

/** Steps a second: 1,250 or 0.5. @param {number | null | undefined} x */
export const pace = (x) => (known(x) && x < 10 && x % 1 ? fixed(x, 1) : whole(x));

/** A plural: `many(1, "step")` → "1 step". @param {number} n @param {string} word */
export const many = (n, word) => `${whole(n)} ${word}${n === 1 ? "" : "s"}`;
