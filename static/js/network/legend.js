/**
 * What the network's colours and widths mean, in words and with a sample of each.
 */

import { make } from "../core/dom.js";
import { t } from "../core/texts.js";
import { DISTINCT } from "../geometry/curves.js";
import { lineSample, sample } from "../marks/sample.js";

/** @param {string} term of the glossary @param {...(Node | string)} parts */
const entry = (term, ...parts) => make("span", { class: "legend-entry", "data-term": term }, ...parts);

/** @returns {Record<"element" | "off" | "silent" | "hint" | "shortcut" | "many", HTMLElement>} */
export function makeLegend() {
  const off = entry("dropout", make("span", { class: "hatched" }), make("span", { class: "off-words" }));
  const silent = entry("silence", make("span", { class: "hatched" }), t("net.silent.says"));
  const hint = make("span", { class: "legend-hint" }, t("net.pin"));
  const wedge = sample(34, [["polygon", { points: "1,6.4 33,3.5 33,10.5 1,7.6", class: "fill-soft" }]]);
  const bias = sample(20, [
    ["line", { x1: 5, x2: 19, y1: 7, y2: 7, "stroke-width": 2.4, class: "stroke-soft" }],
    ["circle", { cx: 5, cy: 7, r: 3.2, class: "fill-soft" }],
  ]);
  const shortcut = entry("shortcut", lineSample("ink", 1.2, "5 3"), t("net.shortcut"));
  const many = entry("weight", t("net.many", { n: DISTINCT }));
  const element = make(
    "div",
    { class: "legend network-legend" },
    entry("weight", t("net.weight")),
    entry("weight", lineSample("neg", 3.4), "−"),
    entry("weight", lineSample("pos", 3.4), "+"),
    entry("weight", t("net.small"), wedge, t("net.large")),
    entry("bias", bias, make("span", { title: t("net.bias.says") }, t("net.bias"))),
    shortcut,
    many,
    make("span", { class: "legend-side" }, silent, off, hint),
  );
  return { element, off, silent, hint, shortcut, many };
}
