/** Layers as cards name them: of a net of points “hidden 1”, of pictures by their paths. */

import { columnsOf } from "../geometry/columns.js";
import { pictures } from "../pictures/state.js";
import { weightedOf } from "../pictures/weighted.js";

/** @typedef {import("../core/store.js").Store} Store */

/** @param {Store} store */
export const columns = (store) =>
  columnsOf(store.experiment.value, store.layers.value, store.points.value?.info.columns ?? ["x1", "x2"]);

/** The layers with weights, from the input on: a title, and the path. Read inside an effect.
 * @param {Store} store @returns {{title: string, path: string}[]} */
export const weighted = (store) =>
  (pictures(store).on.value ? weightedOf(store.experiment.value.model.layers) : columns(store)).flatMap(
    ({ title, weight }) => (weight ? [{ title, path: weight.slice(0, -".weight".length) }] : []),
  );

/** The title of a layer that works on a column: “hidden 2” for its dropout or norm; else its own path.
 * @param {Store} store @param {string} path */
export function titleOf(store, path) {
  if (pictures(store).on.value) return path;
  const at = store.experiment.value.model.layers.findIndex(({ name }) => name === path);
  const column = columns(store).find(({ from, to, role }) => at >= from && at < to && role !== "input");
  const twins = column && store.experiment.value.model.layers.slice(column.from, column.to);
  const kind = store.experiment.value.model.layers[at]?.kind;
  return column && twins?.filter((one) => one.kind === kind).length === 1 ? column.title : path;
}

/** Fills a menu of layers and keeps what is chosen there, if it still is. @param {HTMLSelectElement} menu
 * @param {[string, string][]} options value and words @param {string} chosen @returns {string} what is chosen now */
export function fill(menu, options, chosen) {
  const known = options.some(([value]) => value === chosen) ? chosen : (options[0]?.[0] ?? "");
  const key = JSON.stringify(options);
  if (menu.dataset.key !== key) {
    menu.dataset.key = key;
    menu.replaceChildren(...options.map(([value, words]) => new Option(words, value)));
  }
  menu.value = known;
  menu.hidden = options.length < 2;
  return known;
}
