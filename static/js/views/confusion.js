/**
 * What is taken for what: a row for what a test point is, a column for what the net says of it.
 */

import { computed, effect } from "@preact/signals-core";

import { make, say } from "../core/dom.js";
import { percent, whole } from "../core/format.js";
import { want } from "../core/store.js";
import { className } from "../geometry/columns.js";
import { confusionSentence } from "../geometry/spread.js";
import { glyphSample } from "../marks/sample.js";
import { makeCard } from "./card.js";

/** @typedef {import("../core/store.js").Store} Store */

/** @param {HTMLElement} element @param {Store} store @returns {() => void} */
export function mount(element, store) {
  const table = make("table", {
    class: "confusion",
    "aria-label": "test points by what they are and what the net says",
  });
  const card = makeCard(element, "Confusion", "which class is taken for which, on the points kept for the test", table);
  const classes = computed(() => store.points.value?.info.classes ?? 2);
  const names = computed(() =>
    classes.value === 2
      ? ["orange", "blue"]
      : Array.from({ length: classes.value }, (_, k) => className(store.points.value?.info, k).replace("class ", "")),
  );
  let built = "";
  /** @type {HTMLElement[][]} */
  let cells = [];
  /** @type {HTMLElement[]} */
  let shares = [];

  function build() {
    const key = names.value.join("|");
    if (key === built) return;
    built = key;
    shares = names.value.map(() => make("td", { class: "confusion-share" }));
    cells = names.value.map(() => names.value.map(() => make("td")));
    // Long names leave no room for the verbs, which the corner then says.
    const long = names.value.some((name) => name.length > 6);
    const sign = (/** @type {number} */ k) => (names.value.length > 2 ? glyphSample(k) : null);
    table.replaceChildren(
      make(
        "tr",
        {},
        make("td", { class: "corner" }, long ? "is ↓ says →" : ""),
        ...names.value.map((name) => make("th", { scope: "col" }, long ? name : `says ${name}`)),
        make("td"),
      ),
      ...names.value.map((name, k) =>
        make("tr", {}, make("th", { scope: "row" }, sign(k), long ? name : `is ${name}`), ...cells[k], shares[k]),
      ),
    );
  }

  const ends = [
    effect(() => want(store, "confusion", classes.value ? { confusion: { split: "test" } } : null)),
    effect(() => {
      const frame = store.frame.value;
      const counts = frame?.arrays.get("confusion.counts");
      const n = classes.value;
      card.behind(n === 0);
      element.classList.toggle("many", n > 2);
      card.rest(n === 0 ? "This net says a number, no class: nothing can be taken for another." : "");
      if (n && !counts) card.rest("Waiting for the counts …");
      if (!n || !counts || counts.length !== n * n) return;
      build();
      const rows = Array.from({ length: n }, (_, i) => Array.from(counts.slice(i * n, (i + 1) * n)));
      const most = Math.max(1, ...counts);
      rows.forEach((row, i) => {
        const all = row.reduce((a, b) => a + b, 0);
        row.forEach((count, j) => {
          const cell = cells[i][j];
          say(cell, whole(count));
          cell.className = i === j ? "right" : count ? "wrong" : "none";
          cell.style.setProperty(
            "--share",
            `${Math.round(100 * (i === j ? 0.35 + (0.65 * count) / most : Math.min(1, (3 * count) / most)))}%`,
          );
        });
        say(shares[i], all ? percent(row[i] / all, 0) : "–");
      });
      const info = frame?.probes.confusion?.info ?? {};
      card.about(
        info.count < info.of
          ? `${whole(info.count)} of ${whole(info.of)} test points`
          : `${whole(info.count)} test points`,
      );
      card.tell(confusionSentence(rows, names.value));
    }),
  ];
  return () => {
    for (const end of ends) end();
    want(store, "confusion", null);
  };
}
