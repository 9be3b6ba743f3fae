/** What the catalogue says, in the words of the page. Every menu and slider is derived from it. */

import { named } from "./texts.js";

/** @typedef {import("./types.js").Field} Field */
/** @typedef {import("./store.js").Store} Store */

/** A kind or a field in words that a pupil understands, where its own name is a term or a formula.
 * @param {string} name */
export const word = (name) => named("word", name) ?? name.replaceAll("_", " ");

/** The fields of a kind. @param {Store} store @param {string} family @param {string} kind @returns {Field[]} */
export const fields = (store, family, kind) => store.catalog.families[family]?.[kind]?.fields ?? [];

/** @param {Store} store @param {string} family @param {string} kind @param {string} name @returns {Field | null} */
export const field = (store, family, kind, name) =>
  fields(store, family, kind).find((found) => found.name === name) ?? null;

/** All kinds of a family, as a menu's options, from the plain to the harder. @param {Store} store @param {string} family */
export const options = (store, family) =>
  Object.fromEntries(
    Object.entries(store.catalog.families[family] ?? {})
      .sort(([, a], [, b]) => a.place - b.place)
      .map(([kind]) => [kind, word(kind)]),
  );

/** A kind's default value with some fields given. @param {Store} store @param {string} family @param {string} kind
 * @param {Record<string, any>} [given] */
export function fresh(store, family, kind, given = {}) {
  const names = new Set(fields(store, family, kind).map(({ name }) => name));
  return { kind, ...Object.fromEntries(Object.entries(given).filter(([name]) => names.has(name))) };
}

/** The rungs of a field's slider: its ladder, or a handful between its borders.
 * @param {Field | null} found @param {number[]} otherwise */
export function ladderOf(found, otherwise) {
  const ladder = found?.ladder?.length ? found.ladder : otherwise;
  return ladder.filter((x) => (found?.low == null || x >= found.low) && (found?.high == null || x <= found.high));
}

/** Is it a plain number that a slider can show? @param {Field} given */
export const isNumber = ({ default: value, ladder }) => typeof value === "number" || Boolean(ladder?.length);
