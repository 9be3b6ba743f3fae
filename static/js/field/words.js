/**
 * The answer at one point in words, and its place on the legend's ramp.
 */

import { answerOf } from "../core/cursor.js";
import { fixed, percent } from "../core/format.js";
import { t } from "../core/texts.js";
import { className, unitLabel } from "../geometry/columns.js";
import { halves } from "./answer.js";

/** @typedef {import("../core/types.js").Frame} Frame */
/** @typedef {import("../geometry/columns.js").Column} Column */

/** @typedef {{columns: Column[], info: {classes: number, class_names?: string[]} | null}} About */

/** @param {Column[]} columns */
const head = (columns) => columns[columns.length - 1].key;

/** "93.0 % sure: blue", or the value of the unit that is looked at.
 * @param {Frame} frame an answer to `example` @param {About} about
 * @param {{layer: string, unit: number, column: number} | null} unit @returns {string} */
export function answerWords(frame, { columns, info }, unit) {
  if (unit) {
    const value = frame.arrays.get(`example.${unit.layer}`)?.[unit.unit];
    return value === undefined
      ? ""
      : t("answer.unit", { unit: unitLabel(columns[unit.column], unit.unit), value: fixed(value, 3) });
  }
  const { probabilities, output } = answerOf(frame, head(columns));
  if (!probabilities) return output === null ? "" : t("answer.value", { value: fixed(output, 3) });
  const best = probabilities.indexOf(Math.max(...probabilities));
  const name = (info?.classes ?? 2) > 2 ? className(info, best) : t(best ? "class.high" : "class.low");
  return t("answer.sure", { sure: percent(probabilities[best]), name });
}

/** 0 … 1 along the ramp; null where there is no ramp. @param {Frame} frame @param {About} about */
export function rampPlace(frame, { columns, info }) {
  const { probabilities, output } = answerOf(frame, head(columns));
  if ((info?.classes ?? 2) > 2) return null;
  if (probabilities) return probabilities[probabilities.length - 1];
  if (output !== null && halves(columns[columns.length - 1])) return Math.min(1, Math.max(0, output));
  return output === null ? null : Math.min(1, Math.max(0, (output + 1) / 2));
}
