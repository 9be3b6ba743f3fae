/** Which picture goes down the river: one after the other, of the test or of the training pictures, or a chance one. */

import { effect } from "@preact/signals-core";

import { make, mark, say } from "../core/dom.js";
import { percent } from "../core/format.js";
import { t } from "../core/texts.js";
import { sentence } from "../marks/sentence.js";
import { pictures } from "../pictures/state.js";

/** @typedef {import("../core/store.js").Store} Store */

/** @param {HTMLElement} element @param {Store} store */
export function mount(element, store) {
  const { shown, on } = pictures(store);
  const said = make("p", { class: "chooser-said" });
  const counts = () => {
    const { metrics } = store.session.peek();
    return Math.max(1, shown.peek().split === "test" ? (metrics.test_count ?? 100) : (metrics.train_count ?? 100));
  };
  const go = (/** @type {number} */ by) => () => {
    const { split, index } = shown.peek();
    shown.value = { split, index: (index + by + counts()) % counts(), drawing: null };
  };
  const chance = () => {
    const { split } = shown.peek();
    shown.value = { split, index: Math.floor(Math.random() * counts()), drawing: null };
  };
  const says = make("span", { class: "chooser-says" });
  const flip = make("button", {
    type: "button",
    class: "outlined small",
    onclick: () => {
      const { split } = shown.peek();
      shown.value = { split: split === "test" ? "train" : "test", index: 0, drawing: null };
    },
  });
  element.replaceChildren(
    said,
    make(
      "button",
      { type: "button", class: "outlined small", "aria-label": t("chooser.before"), onclick: go(-1) },
      "‹",
    ),
    says,
    make("button", { type: "button", class: "outlined small", "aria-label": t("chooser.next"), onclick: go(1) }, "›"),
    make("button", { type: "button", class: "outlined small", onclick: chance }, t("chooser.any")),
    flip,
  );
  // What it is about, in one line: on a phone the classes themselves are far to the right.
  effect(() => {
    const info = on.value ? store.frame.value?.probes.features?.info : null;
    if (info) sentence(said, answerOf(info));
  });
  // Of another set of pictures the first is shown.
  let kind = store.data.peek();
  effect(() => {
    if (store.data.value === kind) return;
    kind = store.data.value;
    shown.value = { split: "test", index: 0, drawing: null };
  });
  effect(() => {
    const { split, index, drawing } = shown.value;
    say(says, drawing ? t("chooser.yours") : t(split === "test" ? "chooser.test" : "chooser.train", { n: index + 1 }));
    say(flip, t(split === "test" ? "chooser.to.train" : "chooser.to.test"));
    mark(flip, "title", t(split === "test" ? "chooser.trained" : "chooser.never"));
  });
}

/** What the net says of the picture, and whether that is so. @param {any} info of the probe `features` */
function answerOf({ outputs, probabilities, target, class_names: names }) {
  const best = outputs.indexOf(Math.max(...outputs));
  const called = (/** @type {number} */ k) => names?.[k] ?? String(k);
  const p = probabilities?.[best];
  const sure = typeof p === "number" ? t("chooser.sure", { share: percent(p, 1) }) : "";
  const ends =
    target === null
      ? t("chooser.end")
      : target === best
        ? t("chooser.right")
        : t("chooser.wrong", { is: called(target) });
  return t("chooser.said", { what: called(best), sure }) + ends;
}
