/**
 * A few things to try, under the causes of a first visit: each is one press, leaves its mark on the strip, and can be
 * taken back. What was tried carries a tick.
 */

import { effect } from "@preact/signals-core";

import { restartWith, takeData } from "../core/change.js";
import { byId, make, say } from "../core/dom.js";
import { recipeWords } from "../core/recipes.js";
import { edit, set } from "../core/session.js";
import { t } from "../core/texts.js";
import { columnsOf } from "../geometry/columns.js";
import { changeActivation, removeUnit } from "../network/edits.js";

/** @typedef {import("../core/store.js").Store} Store */

const RATE = "/training/learner/optimizer/learning_rate";
const NOISY = 0.3;
const FAST = 0.3;

/** @param {Store} store */
export function mountTries(store) {
  const hidden = () =>
    columnsOf(store.experiment.value, store.layers.value, []).filter(({ role, block }) => role === "hidden" && !block);
  const rate = () => store.experiment.value.training.learner.optimizer?.learning_rate;

  /** @type {{id: string, words: () => string | null, run: () => any}[]} */
  const tries = [
    {
      id: "fewer",
      words: () => {
        const n = hidden()[0]?.units ?? 1;
        return n > 1 ? t("tries.fewer", { n: n - 1 }) : null;
      },
      run: () => edit(store, removeUnit(hidden()[0])),
    },
    {
      id: "straight",
      words: () => (hidden().some(({ activation }) => activation) ? t("tries.straight") : null),
      run: () =>
        edit(store, ...hidden().flatMap((column) => (column.activation ? changeActivation(column, "linear") : []))),
    },
    {
      id: "faster",
      words: () => ((rate() ?? FAST) < FAST ? t("tries.faster", { rate: FAST }) : null),
      run: () => set(store, RATE, FAST),
    },
    {
      id: "noisy",
      words: () => ((store.experiment.value.data.noise ?? NOISY) < NOISY ? t("tries.noisy") : null),
      run: () => set(store, "/data/noise", NOISY),
    },
    {
      id: "spiral",
      words: () => (store.data.value === "spiral" ? null : t("tries.spiral")),
      run: () =>
        restartWith(
          store,
          (experiment) => takeData(store, experiment, "spiral"),
          t("tries.spiral.done"),
          recipeWords("spiral"),
        ),
    },
  ];

  const place = byId("tries");
  for (const { id, words, run } of tries) {
    const text = make("span");
    const button = make("button", { id: `try-${id}`, type: "button", class: "try" }, text);
    button.addEventListener("click", () => {
      button.classList.add("tried");
      void run();
    });
    place.append(make("li", {}, button));
    effect(() => {
      const now = words();
      // A question that is answered keeps its words: the list never jumps.
      if (now) say(text, now);
      button.disabled = now === null;
    });
  }
}
