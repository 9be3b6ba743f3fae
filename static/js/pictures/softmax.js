/**
 * From scores to probabilities, in steps: the greatest score is taken off each, exp makes them positive, their sum
 * divides them. Every class in a row, every step in a sentence, with the numbers of now.
 */

import { make, mark, say } from "../core/dom.js";
import { fixed, percent, small } from "../core/format.js";
import { t } from "../core/texts.js";
import { sentence } from "../marks/sentence.js";
import { signed } from "./close.js";

/** @typedef {import("./close.js").Looked} Looked */

const COLUMNS = /** @type {const} */ (["scores", "less", "exp", "shares"]);

/** What softmax does to scores: each less the greatest, exp of that, their sum, each one's share of it.
 * @param {ArrayLike<number>} scores */
export function stepsOf(scores) {
  const list = Array.from(scores);
  const best = list.indexOf(Math.max(...list));
  const less = list.map((z) => z - list[best]);
  const exp = less.map(Math.exp);
  const sum = exp.reduce((a, b) => a + b, 0);
  return { best, less, exp, sum, shares: exp.map((e) => e / sum) };
}

/** A number between 0 and some: three digits that say something. @param {number} x */
const digits = (x) => (x < 1e-4 ? small(x) : fixed(x, x >= 0.1 ? 3 : 2 - Math.floor(Math.log10(x))));

/** The steps in words, for one class. @param {ArrayLike<number>} scores @param {number} k
 * @param {(k: number) => string} called a class's name @param {number | null} target what it is, where that is known */
export function wordsOf(scores, k, called, target) {
  const { best, less, exp, sum, shares } = stepsOf(scores);
  const [z, most] = [fixed(scores[k], 2), fixed(scores[best], 2)];
  const name = called(k);
  const words = [
    t(k === best ? "softmax.score.best" : "softmax.score", { name, score: z, best: called(best), most }),
    t("softmax.less", { score: z, most, less: fixed(less[k], 2) }),
    t("softmax.exp", { less: fixed(less[k], 2), exp: digits(exp[k]) }),
    t("softmax.sum", { n: shares.length, sum: digits(sum) }),
    t("softmax.share", { exp: digits(exp[k]), sum: digits(sum), share: percent(shares[k], 2) }),
  ];
  if (target !== null)
    words.push(
      t("softmax.loss", {
        name: called(target),
        share: shares[target] < 0.1 ? digits(shares[target]) : fixed(shares[target], 4),
        loss: digits(-Math.log(shares[target])),
      }),
    );
  return words;
}

/** @param {(k: number) => void} choose another class */
export function makeSoftmax(choose) {
  const rows = make("tbody", {});
  const sums = make("td", { class: "softmax-exp" });
  const table = make(
    "table",
    { class: "softmax-table" },
    make(
      "thead",
      {},
      make(
        "tr",
        {},
        make("th", {}, t("softmax.class")),
        ...COLUMNS.map((column) => make("th", { class: `softmax-${column}` }, t(`softmax.head.${column}`))),
      ),
    ),
    rows,
    make(
      "tfoot",
      {},
      make(
        "tr",
        {},
        make("th", {}, t("softmax.all")),
        make("td", { class: "softmax-scores" }),
        make("td", { class: "softmax-less" }),
        sums,
        make("td", { class: "softmax-shares" }, "100 %"),
      ),
    ),
  );
  const steps = make("ol", { class: "softmax-steps" });
  const element = make("div", { class: "inside-softmax" }, make("div", { class: "softmax-frame" }, table), steps);

  /** The step that is lit, counted from 1, and with it the column it made; 0: none. @param {number} step */
  const light = (step) => {
    element.dataset.step = String(step);
    [...steps.children].forEach((one, i) => one.classList.toggle("lit", i + 1 === step));
  };
  const stepAt = (/** @type {Event} */ event) =>
    [...steps.children].indexOf(/** @type {Element} */ (event.target).closest("li") ?? steps) + 1;
  steps.addEventListener("pointerover", (event) => light(stepAt(event)));
  steps.addEventListener("pointerleave", () => light(0));

  /** @param {Looked} looked whose unit is a class of the answer */
  function show({ frame, told }) {
    const { outputs, class_names: names, target } = frame.probes.features?.info ?? {};
    if (!outputs) return;
    const called = (/** @type {number} */ k) => names?.[k] ?? String(k);
    const { best, less, exp, sum, shares } = stepsOf(outputs);
    const k = told.query.channel;
    while (rows.childElementCount > outputs.length) rows.lastElementChild?.remove();
    while (rows.childElementCount < outputs.length) rows.append(rowOf(rows.childElementCount));
    [...rows.children].forEach((row, i) => {
      const [name, score, off, power, share] = row.children;
      say(/** @type {Element} */ (name.firstElementChild), called(i));
      say(score, signed(outputs[i]));
      say(off, fixed(less[i], 2));
      say(power, digits(exp[i]));
      const [bar, number] = share.children;
      /** @type {HTMLElement} */ (bar.firstElementChild).style.width = `${100 * shares[i]}%`;
      say(number, percent(shares[i], 1));
      row.classList.toggle("chosen", i === k);
      row.classList.toggle("best", i === best);
      mark(/** @type {Element} */ (name.firstElementChild), "aria-pressed", i === k);
    });
    say(sums, digits(sum));
    const words = wordsOf(outputs, k, called, target ?? null);
    while (steps.childElementCount > words.length) steps.lastElementChild?.remove();
    while (steps.childElementCount < words.length) steps.append(make("li", {}));
    [...steps.children].forEach((one, i) => sentence(/** @type {HTMLElement} */ (one), words[i]));
  }

  /** @param {number} k */
  const rowOf = (k) =>
    make(
      "tr",
      { onclick: () => choose(k) },
      make("th", {}, make("button", { type: "button" })),
      ...COLUMNS.slice(0, 3).map((column) => make("td", { class: `softmax-${column}` })),
      make(
        "td",
        { class: "softmax-shares" },
        make("span", { class: "river-bar" }, make("i", {})),
        make("span", { class: "softmax-share" }),
      ),
    );
  return {
    element,
    show,
    light,
    /** The next step of all, round and round. */
    next: () => light((Number(element.dataset.step ?? 0) % steps.childElementCount) + 1),
  };
}
