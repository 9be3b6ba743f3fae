/**
 * How numbers are spread: histograms, medians, piles of dots, and what they say in a sentence.
 */

/** The middle of some numbers; undefined of none. @param {ArrayLike<number>} values */
export function median(values) {
  if (!values.length) return undefined;
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Sizes without zeros. @param {ArrayLike<number>} values @returns {number[]} */
export const sizes = (values) => Array.from(values, Math.abs).filter((x) => x > 0);

/** Rounds a histogram off, twice by 1 : 2 : 1; its sum stays. @param {ArrayLike<number>} counts @returns {number[]} */
export function softened(counts) {
  let now = Array.from(counts);
  for (let pass = 0; pass < 2; pass++) {
    now = now.map((c, i) => (2 * c + (now[i - 1] ?? c) + (now[i + 1] ?? c)) / 4);
  }
  return now;
}

/** Counts per bin; what lies outside goes to the ends. @param {ArrayLike<number>} values @param {number} low
 * @param {number} high @param {number} bins @returns {number[]} */
export function histogram(values, low, high, bins) {
  const counts = Array(bins).fill(0);
  const span = high - low || 1;
  for (let i = 0; i < values.length; i++) {
    const at = Math.floor(((values[i] - low) / span) * bins);
    counts[Math.min(bins - 1, Math.max(0, at))]++;
  }
  return counts;
}

/** Dots piled up about a line: where each value stands, and how high in its pile (0, 1, −1, 2, −2 …).
 * @param {ArrayLike<number>} values @param {(value: number) => number} x @param {number} wide of one pile, in pixels
 * @returns {{x: number, row: number}[]} */
export function piled(values, x, wide) {
  /** @type {Map<number, number>} */
  const piles = new Map();
  return Array.from(values, (value) => {
    const pile = Math.round(x(value) / wide);
    const n = piles.get(pile) ?? 0;
    piles.set(pile, n + 1);
    return { x: pile * wide, row: n % 2 ? (n + 1) / 2 : -n / 2 };
  });
}

/** The next of 1, 2, 5, 10, 20 … @param {number} x */
export function roundUp(x) {
  if (!(x > 0)) return 1;
  const ten = 10 ** Math.floor(Math.log10(x));
  return ten * ([1, 2, 5, 10].find((step) => step * ten >= x * 0.9999) ?? 10);
}

/** How many times, in words: "1.2×", "30×", "over 1,000×". @param {number} ratio ≥ 1 */
export const times = (ratio) =>
  ratio >= 1000 ? "over 1,000×" : ratio >= 10 ? `${Math.round(ratio)}×` : `${ratio.toFixed(1)}×`;

/** What the gradients of the first and the last layer say together.
 * @param {{title: string, middle: number | undefined, none: number}[]} rows from the input on; `none` is the share
 *   of weights without any gradient */
export function gradientSentence(rows) {
  const idle = rows.reduce((most, row) => (row.none > most.none ? row : most), rows[0]);
  if (idle && idle.none >= 0.2) {
    const share = `${Math.round(100 * idle.none)} %`;
    return `**${share}** of the weights of ${idle.title} got no gradient in this batch: their units rest.`;
  }
  const [first, last] = [rows[0], rows[rows.length - 1]];
  if (!first?.middle || !last?.middle) return "";
  if (rows.length === 1) return "One layer: the error reaches every weight at first hand.";
  const name = first.title[0].toUpperCase() + first.title.slice(1);
  const ratio = first.middle / last.middle;
  if (ratio < 0.1)
    return `${name} gets gradients **${times(1 / ratio)} smaller** than ${last.title}: the signal fades.`;
  if (ratio > 10) return `${name} gets gradients **${times(ratio)} larger** than ${last.title}: the signal swells.`;
  const more = ratio >= 1 ? `${times(ratio)} larger` : `${times(1 / ratio)} smaller`;
  if (ratio > 0.95 && ratio < 1.05) return `${name} and ${last.title} get gradients of one size: the signal arrives.`;
  return `${name} gets gradients **${more}** than ${last.title}: the signal arrives.`;
}

/** Where an activation is flat, or at rest: which answers count, and in what words.
 * @type {Record<string, {flat: (a: number) => boolean, range: [number, number], words: string}>} */
export const FLAT = {
  tanh: { flat: (a) => Math.abs(a) > 0.95, range: [-1, 1], words: "beyond ±0.95, where tanh is nearly flat" },
  sigmoid: {
    flat: (a) => a < 0.025 || a > 0.975,
    range: [0, 1],
    words: "near 0 or 1, where the sigmoid is nearly flat",
  },
  relu: { flat: (a) => a <= 0, range: [0, 0], words: "0, where ReLU hands nothing on" },
};

/** @param {{title: string, share: number, dead: number, units: number, activation: string}[]} rows */
export function activationSentence(rows) {
  const dead = rows.find((row) => row.dead > 0);
  if (dead) {
    const are = dead.dead === 1 ? "answers" : "answer";
    return `**${dead.dead} of ${dead.units}** units of ${dead.title} ${are} 0 everywhere: nothing reaches them any more.`;
  }
  const most = rows.reduce((a, b) => (b.share > a.share ? b : a), rows[0]);
  if (!most) return "";
  const words = FLAT[most.activation].words;
  if (most.share < 0.05) return `Hardly an answer is ${words}: every unit still learns everywhere.`;
  const where = rows.length > 1 ? `: most in **${most.title}**` : "";
  return `The full bars are answers ${words}${where}.`;
}

/** What a matrix of confusion says. @param {number[][]} counts a row for what it is @param {string[]} names */
export function confusionSentence(counts, names) {
  let [worst, is, said, wrong, all] = [0, 0, 0, 0, 0];
  counts.forEach((row, i) =>
    row.forEach((n, j) => {
      all += n;
      if (i === j) return;
      wrong += n;
      if (n > worst) [worst, is, said] = [n, i, j];
    }),
  );
  if (!all) return "";
  if (!wrong) return `All **${all}** are on the diagonal: nothing is taken for anything else.`;
  const often = worst === 1 ? "once" : worst === 2 ? "twice" : `${worst} times`;
  return `Most often wrong: **${names[is]} taken for ${names[said]}**, ${often}. The diagonal is right.`;
}

/** What the length of the gradient says: of late, and at the start.
 * @param {number | undefined} now @param {number | undefined} early @param {number | null} clip the limit set to it
 * @param {(x: number) => string} words */
export function lengthSentence(now, early, clip, words) {
  if (now === undefined || early === undefined || !(now > 0) || !(early > 0)) return "";
  const long = `The gradient is about **${words(now)}** long`;
  if (clip !== null && now > clip) return `${long}: above the limit, so most steps are shortened.`;
  const ratio = now / early;
  if (ratio > 2) return `${long}, **${times(ratio)}** as long as at the start: the ground gets steeper.`;
  if (ratio < 0.5) return `${long}, **${times(1 / ratio)}** shorter than at the start: the ground gets flat.`;
  return `${long}, much as at the start: there is still a slope to go down.`;
}

/** What an uncertain plane says. @param {number} share of the plane where the net is unsure @param {number} least
 * the least sure test point's probability @param {number} classes */
export function unsureSentence(share, least, classes) {
  const open = share < 0.005 ? "less than 1 %" : `${Math.round(100 * share)} %`;
  const blind = least < 1 / classes + 0.05 ? ": a toss-up" : "";
  return `On **${open}** of the plane it is less than 90 % sure. The least sure test point: **${Math.round(100 * least)} %**${blind}.`;
}
