/** Samples of the marks on cards, for their keys. */

import { make } from "../core/dom.js";
import { sample } from "../marks/sample.js";
import { asksOf, CARDS, markOf, readsOf } from "./list.js";

/** @param {string} kind @param {Record<string, string | number>} [more] @returns {[string, Record<string, string | number>]} */
const line = (kind, more = {}) => ["line", { x1: 1, x2: 23, y1: 7, y2: 7, "stroke-width": 2, class: kind, ...more }];
/** @param {string} kind @returns {[string, Record<string, string | number>]} */
const box = (kind) => ["rect", { x: 5, y: 1, width: 14, height: 12, rx: 2, class: kind }];

/** @type {Record<string, [string, Record<string, string | number>][]>} */
const MARKS = {
  line: [line("stroke-ink")],
  pale: [line("stroke-ink", { opacity: 0.35 })],
  dash: [line("stroke-test", { "stroke-dasharray": "6 3.5" })],
  dashed: [line("stroke-soft", { "stroke-dasharray": "4 3", "stroke-width": 1 })],
  violet: [line("key-violet")],
  wall: [line("key-wall", { "stroke-dasharray": "6 3.5" })],
  dotted: [["line", { x1: 12, x2: 12, y1: 0, y2: 14, "stroke-dasharray": "2 3", class: "stroke-soft" }]],
  tick: [["line", { x1: 12, x2: 12, y1: 1, y2: 13, "stroke-width": 3, class: "stroke-ink" }]],
  hill: [["path", { d: "M1 13Q7 13 10 5Q12 1 14 5Q17 13 23 13Z", class: "key-pale" }]],
  band: [box("key-ok")],
  solid: [box("key-pale")],
  ink: [box("key-ink")],
  bad: [box("key-bad")],
  hatch: [
    box("key-off"),
    ["path", { d: "M6 10L14 2M9 13L19 3M15 13L19 9", "stroke-width": 1.2, class: "stroke-soft" }],
  ],
  dot: [["circle", { cx: 12, cy: 7, r: 5, class: "key-ink" }]],
  low: [["circle", { cx: 12, cy: 7, r: 4, class: "key-low" }]],
  high: [["circle", { cx: 12, cy: 7, r: 4, class: "key-high" }]],
  ring: [["circle", { cx: 12, cy: 7, r: 5, "stroke-width": 2, fill: "none", class: "key-violet" }]],
};

/** How to read a card: its question, its marks, its axes. @param {string} name */
export const howToRead = (name) =>
  make(
    "div",
    { class: "card-reads" },
    make("p", { class: "card-asks" }, asksOf(name)),
    make(
      "ul",
      { class: "card-key" },
      ...CARDS[name].map((kind) => make("li", {}, sample(24, MARKS[kind]), make("span", {}, markOf(name, kind)))),
    ),
    make("p", {}, readsOf(name)),
  );

export const KINDS = Object.keys(MARKS);
