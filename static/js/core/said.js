/**
 * What the engine and the server say, in the language of the page. They speak English, and say it once: in a docstring,
 * where a refusal is raised. `static/texts/engine/LANGUAGE.json` has it by these very words, `{1}` where a value stands,
 * so that a sentence which was changed there is never shown with its old meaning here, but in English.
 */

import { numberMarks, power, whole } from "./format.js";
import { named } from "./texts.js";

/** @typedef {"sentences" | "edits" | "words" | "classes"} Part */
/** @typedef {Record<Part, Record<string, string>>} Book */

/** @type {Book} */
const ENGLISH = { sentences: {}, edits: {}, words: {}, classes: {} };
let book = ENGLISH;
/** @type {Map<Part, {pattern: RegExp, text: string}[]>} */
const patterns = new Map();

/** Takes what a language says for the English. Without it everything stays English. @param {Book | null} given */
export function useSaid(given) {
  book = given ?? ENGLISH;
  patterns.clear();
}

/** A sentence of the engine's or the server's: a refusal, a description. @param {string} text */
export const said = (text) => find("sentences", text) ?? text;

/** The words of an edit. @param {string} words */
export const saidEdit = (words) => (book === ENGLISH ? words : valueOf("edits", words));

/** What tells of data, with the names of their classes. @template {object} T @param {T & {class_names?: string[]}} told @returns {T} */
export const saidNames = (told) =>
  told.class_names ? { ...told, class_names: told.class_names.map((name) => book.classes[name] ?? name) } : told;

/** The catalogue with its descriptions as `said`. @template {import("./types.js").Catalog} C @param {C} catalog @returns {C} */
export function saidCatalog(catalog) {
  if (book === ENGLISH || !catalog.families) return catalog;
  const kind = (
    /** @type {import("./types.js").CatalogKind} */ { description, noise_says: noise, fields, ...rest },
  ) => ({
    ...rest,
    description: said(description.split("\n")[0]),
    ...(noise && { noise_says: said(noise) }),
    fields: fields.map((field) => ({ ...field, says: said(field.says) })),
  });
  const families = Object.entries(catalog.families).map(([family, kinds]) => [
    family,
    Object.fromEntries(Object.entries(kinds).map(([name, one]) => [name, kind(one)])),
  ]);
  return { ...catalog, families: Object.fromEntries(families) };
}

/** @param {Part} part @param {string} text @returns {string | null} */
function find(part, text) {
  if (book === ENGLISH || !text) return null;
  const exact = book[part][text];
  if (exact !== undefined) return exact;
  for (const { pattern, text: other } of patternsOf(part)) {
    const values = pattern.exec(text);
    if (values) return other.replace(/\{(\d+)\}/g, (_, n) => valueOf(part, values[Number(n)]));
  }
  return null;
}

/** Those with places for values, the most definite first: of two that fit it is the one. @param {Part} part */
function patternsOf(part) {
  let made = patterns.get(part);
  if (!made) {
    const definite = (/** @type {string} */ key) => key.replace(/\{\d+\}/g, "").length;
    made = Object.entries(book[part])
      .filter(([key]) => /\{\d+\}/.test(key))
      .sort(([a], [b]) => definite(b) - definite(a))
      .map(([key, text]) => ({ pattern: patternOf(key), text }));
    patterns.set(part, made);
  }
  return made;
}

/** @param {string} key */
const patternOf = (key) =>
  new RegExp(
    `^${key
      .split(/\{\d+\}/)
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
      .join("([^]+?)")}$`,
  );

/** A value inside a sentence: a sentence itself, a word, a number, a list of these, or a name, which stays. In an edit
 * that is also a name and a value side by side.
 * @param {Part} part @param {string} value @returns {string} */
function valueOf(part, value) {
  const one = find(part, value) ?? wordOf(value);
  if (one !== null) return one;
  const quoted = /^“([^”]*)”$/.exec(value);
  if (quoted) return `„${quoted[1]}“`;
  const between = [", ", ...(part === "edits" ? [" "] : [])].find((mark) => value.includes(mark));
  if (!between) return value;
  return value
    .split(between)
    .map((item) => valueOf(part, item))
    .join(between);
}

/** @param {string} value @returns {string | null} */
const wordOf = (value) => book.words[value] ?? named("word", value.replaceAll(" ", "_")) ?? figure(value);

/** A number with the digits that it has, as the page's language writes it. @param {string} text @returns {string | null} */
function figure(text) {
  if (!/^[-−]?\d+(\.\d+)?(e[-+]?\d+)?$/.test(text)) return null;
  const x = Number(text.replace("−", "-"));
  if (text.includes("e")) return power(x, /\.(\d+)/.exec(text)?.[1].length ?? 0);
  return Number.isSafeInteger(x) && !text.includes(".")
    ? whole(x)
    : text.replace("-", "−").replace(".", numberMarks().decimal);
}

if (typeof document !== "undefined") {
  const given = document.getElementById("said")?.textContent;
  if (given) useSaid(JSON.parse(given));
}
