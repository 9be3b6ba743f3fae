/**
 * The texts of the page in the language of its reader. One file per language, `static/texts/LANGUAGE.json`: a text by
 * its key, with `{values}`; where a number decides the wording, one text per plural form, chosen by the value `n`.
 * The server writes the chosen language's texts into the page, so that nothing is ever shown in another one first.
 */

import { knob, useNumbers, whole } from "./format.js";

/** @typedef {keyof typeof import("../../texts/en.json")} Key */
/** @typedef {string | ({other: string} & Partial<Record<Intl.LDMLPluralRule, string>>)} Text */
/** @typedef {Record<string, string | number>} Values */

/** @type {Record<string, Text>} */
let texts = {};
let code = "en";
let plural = new Intl.PluralRules(code);
let list = new Intl.ListFormat(code);

/** Takes a language and its texts. A page does so by itself; tests, which have no page, do so first.
 * @param {string} language as in `<html lang>` @param {Record<string, Text>} catalogue */
export function useTexts(language, catalogue) {
  code = language;
  texts = catalogue;
  plural = new Intl.PluralRules(code);
  list = new Intl.ListFormat(code);
  useNumbers(code);
}

/** The language of the page: "en". */
export const language = () => code;

/** The text of a key, with values in the place of their names: `t("tries.fewer", { n: 4 })`. A whole number gets its
 * separators, any other as many decimals as it has; give words (`core/format.js`) where decimals are to be fixed.
 * @param {Key} key @param {Values} [values] */
export const t = (key, values) => fill(texts[key] ?? key, values);

/** The text of `GROUP.NAME` where there is one, for names that come from the engine: `named("kind", "relu")`.
 * @param {string} group @param {string} name @param {Values} [values] @returns {string | null} */
export function named(group, name, values) {
  const found = texts[`${group}.${name}`];
  return found === undefined ? null : fill(found, values);
}

/** All texts of a group, as pairs of name and text. @param {string} part @returns {[string, string][]} */
export const group = (part) =>
  Object.keys(texts)
    .filter((key) => key.startsWith(`${part}.`))
    .map((key) => [key.slice(part.length + 1), fill(texts[key])]);

/** A list in a sentence: "a, b, and c". @param {string[]} words */
export const listed = (words) => list.format(words);

/** @param {Text} text @param {Values} [values] */
function fill(text, values = {}) {
  const chosen = typeof text === "string" ? text : (text[plural.select(Number(values.n))] ?? text.other);
  return chosen.replace(/\{(\w+)\}/g, (_, name) => shown(values[name]));
}

/** @param {string | number} value */
const shown = (value) =>
  typeof value === "number" ? (Number.isInteger(value) ? whole(value) : knob(value)) : String(value);

if (typeof document !== "undefined") {
  const given = document.getElementById("texts")?.textContent;
  if (given) useTexts(document.documentElement.lang, JSON.parse(given));
}
