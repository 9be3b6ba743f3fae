/**
 * What the net says of each class at the point under the pointer, as bars.
 */

import { answerOf } from "../core/cursor.js";
import { make, mark, say } from "../core/dom.js";
import { fixed, percent } from "../core/format.js";
import { t } from "../core/texts.js";
import { featureWords } from "../geometry/columns.js";
import { glyphSample, sample } from "../marks/sample.js";

/** @typedef {import("../core/cursor.js").Cursor} Cursor */
/** @typedef {import("../core/types.js").Points} Points */

export function makeUnder() {
  const where = make("span", { class: "under-where" });
  const rows = make("div", { class: "under-rows" });
  const element = make(
    "section",
    { class: "pin-card under", "data-term": "answer", "aria-label": t("under.label"), hidden: true },
    make(
      "header",
      {},
      sample(15, [["circle", { cx: 7, cy: 7, r: 5, class: "dot-accent" }]]),
      make("b", {}, t("under.title")),
      where,
    ),
    rows,
  );
  /** @type {{fill: HTMLElement, value: HTMLElement}[]} */
  let made = [];

  /** @param {number} classes */
  function build(classes) {
    made = Array.from({ length: classes }, () => ({ fill: make("i"), value: make("b") }));
    rows.classList.toggle("pairs", classes > 3);
    rows.style.setProperty("--rows", String(Math.ceil(classes / 2)));
    rows.replaceChildren(
      ...made.map(({ fill, value }, k) => {
        mark(fill, "class", `back-class-${k}`);
        return make("div", {}, glyphSample(k), make("span", { class: "share" }, fill), value);
      }),
    );
  }

  return {
    element,
    /** @param {Cursor} said @param {string} head @param {Points | null} points @param {number[]} columns drawn */
    show: (said, head, points, columns) => {
      const classes = points?.info.classes ?? 3;
      if (made.length !== classes) build(classes);
      const names = columns.map((column) => featureWords(points?.info.columns[column] ?? `x${column + 1}`));
      say(where, said ? said.plane.map((x, i) => `${names[i]} ${fixed(x, 2)}`).join(" · ") : t("under.move"));
      const { probabilities } = said ? answerOf(said.frame, head) : { probabilities: null };
      made.forEach(({ fill, value }, k) => {
        fill.style.width = `${100 * (probabilities?.[k] ?? 0)}%`;
        say(value, percent(probabilities?.[k]));
      });
    },
  };
}
