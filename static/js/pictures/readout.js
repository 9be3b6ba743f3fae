/**
 * The number under the pointer, in words: where it stands, what it is, with its sign. It has a place of its own below
 * the river, which is there before anything is pointed at.
 */

import { make, mark, say } from "../core/dom.js";
import { fixed, power, whole } from "../core/format.js";
import { t } from "../core/texts.js";
import { sentence } from "../marks/sentence.js";
import { decimalsFor } from "./numbers.js";
import { nameOf } from "./stops.js";

/** @typedef {import("./strips.js").Strip} Strip */
/** @typedef {import("./state.js").Spot} Spot */
/** @typedef {import("./numbers.js").Read} Read */

const COLOURS = /** @type {const} */ (["red", "green", "blue"]);

/** @param {number} x @param {number} reach of the numbers around it */
export function figure(x, reach) {
  if (x === 0) return "0";
  if (reach < 1e-6) return `${x > 0 ? "+" : ""}${power(x)}`;
  const text = fixed(x, decimalsFor(reach));
  return x > 0 ? `+${text}` : text;
}

/** Where a number stands. @param {Strip} strip @param {Spot} spot @param {string[] | undefined} names of the classes
 * @param {boolean} last whether the strip is the net's answer */
export function whereIs(strip, { layer, channel, y, x, kernel }, names, last) {
  const place = { row: y + 1, column: x + 1 };
  const name = nameOf(strip);
  if (kernel) return t("readout.kernel", { layer: name.split(" · ")[0], map: channel + 1, ...place });
  if (layer === "input") return t("readout.input", place);
  if (strip.shape.length === 3) return t("readout.map", { layer: name, map: channel + 1, ...place });
  return last
    ? t("readout.class", { name: names?.[channel] ?? String(channel) })
    : t("readout.unit", { layer: name, n: channel + 1 });
}

/** What stands there. @param {Read} read @param {boolean} gradient */
export function valueOf({ values, raw, off, reach }, gradient) {
  const said = (/** @type {number[]} */ list, /** @type {(v: number) => string} */ words) =>
    list.length === 3
      ? list.map((v, i) => t("readout.colour", { colour: t(`readout.${COLOURS[i]}`), value: words(v) })).join(" · ")
      : list.map(words).join(" · ");
  const near = off > 0 ? "≈ " : "";
  const number = near + said(values, (v) => figure(v, reach));
  if (gradient) return { number, more: "" };
  return raw.length ? { number: said(raw, whole), more: t("readout.gets", { value: number }) } : { number, more: "" };
}

export function makeReadout() {
  const where = make("span", { class: "readout-where" });
  const number = make("b", { class: "readout-number" });
  const more = make("span", { class: "readout-more" });
  const about = make("span", { class: "readout-says" });
  const element = make("p", { class: "river-readout" }, where, number, more, about);
  return {
    element,
    /** @param {string} place @param {{number: string, more: string}} value @param {boolean} rests nothing is pointed at */
    tell: (place, value, rests) => {
      say(where, place);
      say(number, value.number);
      say(more, value.more);
      mark(element, "data-rests", rests);
    },
    /** Nothing is read: what one could do. */
    invite: () => {
      say(where, t("readout.invite"));
      say(number, "");
      say(more, "");
      mark(element, "data-rests", true);
    },
    /** What all the numbers are, where that is not plain. @param {string} words */
    says: (words) => sentence(about, words),
    words: () => `${where.textContent}: ${number.textContent} ${more.textContent}`.trim(),
  };
}
