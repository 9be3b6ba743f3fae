/**
 * The field's legend: the ramp with its ends in words, the kinds of points, the classes' glyphs.
 */

import { word } from "../core/catalog.js";
import { make, say } from "../core/dom.js";
import { fixed } from "../core/format.js";
import { t } from "../core/texts.js";
import { classLetter } from "../geometry/columns.js";
import { glyphSample, sample } from "../marks/sample.js";

/** @typedef {object} Told
 * @property {number} classes @property {boolean} unit @property {number[] | null} range
 * @property {number | null} example @property {boolean} first @property {boolean} wrong
 * @property {string[]} names the classes' own names
 * @property {number[] | null} axes the two columns shown, where the data have more
 * @property {string[]} columns names of all columns */

const dot = (/** @type {string} */ look, /** @type {number} */ r) => ["circle", { cx: 7, cy: 7, r, class: look }];

/** @param {string} words @param {any[]} shapes */
const entry = (words, ...shapes) =>
  make("span", { class: "legend-entry" }, sample(15, shapes), make("span", {}, words));

/** @param {(side: 0 | 1, column: number) => void} chosen another column for one side of the plane */
export function makeFieldLegend(chosen) {
  const [low, high] = [make("span"), make("span")];
  const pointer = make("i", { class: "ramp-mark", hidden: true });
  const ramp = make(
    "div",
    { class: "legend ramp-row", "data-term": "ramp" },
    low,
    make("span", { class: "ramp" }, pointer),
    high,
  );
  const points = make("div", { class: "legend point-row", "data-term": "points" });
  const plane = make("div", { class: "legend plane-row", "data-term": "plane", hidden: true });
  let built = "";

  /** @param {0 | 1} side @param {number[]} axes @param {string[]} columns */
  function axis(side, axes, columns) {
    const label = t(side ? "legend.upward" : "legend.sideways");
    const list = make("select", { class: "plain-menu axis-menu", "aria-label": label });
    columns.forEach((name, i) => list.append(make("option", { value: i, selected: i === axes[side] }, word(name))));
    list.addEventListener("change", () => chosen(side, Number(list.value)));
    return list;
  }

  /** @param {Told} told */
  function rows({ classes, example, first, wrong, names, axes, columns }) {
    /** @type {Node[]} */
    const made = [];
    if (classes > 2) {
      const glyphs = Array.from({ length: classes }, (_, k) =>
        make("span", { class: "legend-entry" }, glyphSample(k), classLetter({ class_names: names }, k)),
      );
      made.push(
        make("span", { class: "legend-group" }, ...glyphs),
        make("span", { class: "legend-side" }, t(first ? "legend.points.first" : "legend.points")),
      );
    } else if (first) {
      made.push(entry(t("legend.learn"), dot("dot-full", 4)), entry(t("legend.kept"), dot("dot-hollow", 4)));
    } else {
      made.push(entry(t("part.train"), dot("dot-full", 4)), entry(t("part.test"), dot("dot-hollow", 4)));
      if (wrong) made.push(entry(t("legend.wrong"), dot("dot-hollow", 3), dot("dot-ring", 6)));
    }
    if (example !== null && classes <= 2) made.push(entry(t("legend.example", { example }), dot("dot-accent", 5)));
    points.replaceChildren(...made);
    plane.hidden = axes === null;
    if (axes) {
      const others = make("span", { class: "legend-side" }, t("plane.others", { n: columns.length - 2 }));
      plane.replaceChildren(t("legend.across"), axis(0, axes, columns), t("legend.up"), axis(1, axes, columns), others);
    }
    points.classList.toggle("tight", first);
  }

  return {
    element: make("div", { class: "field-legend" }, ramp, points),
    plane,
    /** @param {Told} told */
    show: (told) => {
      ramp.hidden = told.classes > 2 && !told.unit;
      const ends =
        told.unit || told.classes === 0
          ? [fixed(told.range?.[0] ?? -1, 2), fixed(told.range?.[1] ?? 1, 2)]
          : [t("legend.low"), t("legend.high")];
      say(low, ends[0]);
      say(high, ends[1]);
      // The range changes with every frame; only what stands in the rows makes them anew.
      const key = JSON.stringify({ ...told, range: null });
      if (key !== built) rows(told);
      built = key;
    },
    /** A mark on the ramp at the value under the pointer. @param {number | null} t 0 … 1 */
    mark: (t) => {
      pointer.hidden = t === null;
      if (t !== null) pointer.style.left = `${100 * t}%`;
    },
  };
}
