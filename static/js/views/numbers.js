/**
 * How good it is: loss, right and wrong for train and test; on a first visit one large number against a coin.
 */

import { effect } from "@preact/signals-core";

import { make, mark, say } from "../core/dom.js";
import { fixed, loss, percent, whole } from "../core/format.js";
import { want } from "../core/store.js";
import { t } from "../core/texts.js";
import { gapSentence } from "../geometry/chart.js";
import { lineSample } from "../marks/sample.js";
import { sentence } from "../marks/sentence.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {{loss: number | null, accuracy: number | null, wrong: number | null, count: number | null}} Score */

const GOAL = 0.95;

/** How much worse the test is, in a sentence for the back row. */
const gap = (/** @type {Score} */ train, /** @type {Score} */ test) => gapSentence(train.loss, test.loss, loss, false);

/** The scores of both parts: counted at this step, else the last ones of the history. @param {Store} store
 * @returns {{train: Score, test: Score}} */
function scores(store) {
  const counted = store.frame.value?.probes.scores?.info ?? {};
  const { metrics } = store.session.value;
  /** @param {"train" | "test"} part @param {number | null} value @param {number | null} right @returns {Score} */
  const part = (part, value, right) => ({ loss: value, accuracy: right, wrong: null, count: null, ...counted[part] });
  return {
    train: part("train", metrics.loss_mean ?? null, metrics.train_accuracy ?? null),
    test: part("test", metrics.test_loss ?? null, metrics.test_accuracy ?? null),
  };
}

/** @param {HTMLElement} element @param {Store} store @returns {() => void} */
export function mount(element, store) {
  const table = makeTable();
  const headline = makeHeadline();
  const large = makeLarge();
  element.replaceChildren(headline.element, table.element, large.element);
  const ends = [
    effect(() => {
      const { train, test } = scores(store);
      const classes = store.points.value?.info.classes ?? 2;
      // Without classes there is nothing to count as right.
      const big = store.big.value;
      const first = store.first.value && classes > 0 && !big;
      headline.element.hidden = !first;
      large.element.hidden = !big;
      table.element.hidden = first || big;
      if (big) large.show(train, test, classes > 0);
      else if (first) headline.show(test, classes);
      else table.show(train, test, classes > 0);
    }),
    effect(() => want(store, "numbers", { scores: {} })),
  ];
  return () => {
    for (const end of ends) end();
    want(store, "numbers", null);
  };
}

function makeTable() {
  const row = (/** @type {"train" | "test"} */ name, /** @type {Node} */ line) => {
    const cells = [make("td"), make("td"), make("td")];
    const [wrong, of] = [make("b"), make("span", { class: "of" })];
    cells[2].append(wrong, of);
    const head = make("th", { scope: "row" }, line, t(`part.${name}`));
    return { element: make("tr", { class: name }, head, ...cells), cells, wrong, of };
  };
  const [train, test] = [row("train", lineSample("ink", 2)), row("test", lineSample("test", 2, "6 3.5"))];
  const heads = /** @type {const} */ (["loss", "right", "wrong"]).map((word) =>
    make("th", { scope: "col", "data-term": word === "loss" ? "loss" : "accuracy" }, t(`score.${word}`)),
  );
  const corner = make("td");
  const element = make(
    "table",
    { class: "scores", "aria-label": t("score.table") },
    make("thead", {}, make("tr", {}, corner, ...heads)),
    make("tbody", {}, train.element, test.element),
  );
  return {
    element,
    /** @param {Score} trained @param {Score} tested @param {boolean} counted */
    show: (trained, tested, counted) => {
      element.classList.toggle("values", !counted);
      // A value is not right or wrong but near or far: the root of the mean square is as long as a usual miss.
      say(heads[1], t(counted ? "score.right" : "score.off"));
      heads[1].title = counted ? "" : t("score.off.says");
      for (const [{ cells, wrong, of }, score] of /** @type {const} */ ([
        [train, trained],
        [test, tested],
      ])) {
        say(cells[0], loss(score.loss));
        say(
          cells[1],
          counted ? percent(score.accuracy) : `± ${fixed(score.loss === null ? null : Math.sqrt(score.loss), 2)}`,
        );
        say(wrong, whole(score.wrong));
        say(of, score.count === null ? "" : ` ${t("score.of", { count: score.count })}`);
      }
    },
  };
}

/** Two figures that are read from the back row, and a sentence. */
function makeLarge() {
  const part = (/** @type {"train" | "test"} */ name) => {
    const [title, figure] = [make("dt"), make("dd")];
    return { name, title, figure, element: make("div", { class: `large-${name}` }, title, figure) };
  };
  const parts = [part("train"), part("test")];
  const text = make("p", { class: "large-text" });
  const element = make("div", { class: "large" }, make("dl", {}, ...parts.map((one) => one.element)), text);
  return {
    element,
    /** @param {Score} train @param {Score} test @param {boolean} counted */
    show: (train, test, counted) => {
      for (const [{ name, title, figure }, score] of /** @type {const} */ ([
        [parts[0], train],
        [parts[1], test],
      ])) {
        say(title, t(counted ? `large.${name}.right` : `large.${name}.loss`));
        say(figure, counted ? percent(score.accuracy) : loss(score.loss));
      }
      sentence(text, gap(train, test));
    },
  };
}

function makeHeadline() {
  const [figure, words] = [make("b", { class: "figure" }), make("span")];
  const counted = make("small", { class: "headline-count" });
  const filled = make("i", { class: "meter-fill" });
  const goal = make("i", { class: "meter-goal", style: `left:${100 * GOAL}%` });
  const meter = make(
    "div",
    {
      class: "meter",
      role: "meter",
      "aria-valuemin": 0,
      "aria-valuemax": 100,
      "aria-label": t("headline.right"),
    },
    filled,
    goal,
  );
  const coin = make("span", { class: "meter-coin" });
  const aim = make("b", { class: "meter-aim" }, t("headline.goal", { goal: percent(GOAL, 0) }));
  const element = make(
    "div",
    { class: "headline", "data-term": "accuracy" },
    make("p", {}, figure, counted, words),
    meter,
    make("div", { class: "meter-marks" }, make("span", {}, "0"), coin, aim),
  );
  return {
    element,
    /** @param {Score} test @param {number} classes */
    show: ({ accuracy: right, wrong, count }, classes) => {
      const blind = 1 / classes;
      say(figure, percent(right, 0));
      say(counted, wrong === null || count === null ? "" : t("headline.count", { right: count - wrong, count }));
      const reached = right !== null && right >= GOAL;
      const guessed = right !== null && right < blind + 0.08;
      const worse = right !== null && right < blind - 0.08;
      const luck = classes === 2 ? "headline.coin" : "headline.guess";
      const below = classes === 2 ? "headline.below.coin" : "headline.below.guess";
      say(words, t(reached ? "headline.reached" : worse ? below : guessed ? luck : "headline.right"));
      say(coin, t(classes === 2 ? "headline.mark.coin" : "headline.mark.guess"));
      coin.style.left = `${100 * blind}%`;
      filled.style.width = `${100 * (right ?? 0)}%`;
      element.classList.toggle("reached", right !== null && right >= GOAL);
      mark(meter, "aria-valuenow", Math.round(100 * (right ?? 0)));
    },
  };
}
