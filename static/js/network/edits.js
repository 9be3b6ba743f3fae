/**
 * Changes of a net's structure as edits: what the heads' buttons and menus send.
 */

/** @typedef {import("../core/types.js").Experiment} Experiment */
/** @typedef {import("../core/types.js").Kind} Kind */
/** @typedef {import("../geometry/columns.js").Column} Column */

/** @param {Column} column */
export const addUnit = (column) => ({ kind: "unit_add", layer: column.dense });

/** The last unit goes. @param {Column} column */
export const removeUnit = (column) => ({ kind: "unit_remove", layer: column.dense, unit: column.units - 1 });

/** @param {number} index in the chain @param {Kind} layer */
export const insert = (index, layer) => ({ kind: "layer_insert", index, layer });

/** @param {string} layer */
export const remove = (layer) => ({ kind: "layer_remove", layer });

/** Another activation in the old one's place; "linear" leaves none. @param {Column} column @param {string} kind */
export function changeActivation(column, kind) {
  const edits = [];
  if (column.activationName) edits.push(remove(column.activationName));
  const at = column.activationAt >= 0 ? column.activationAt : column.from + 1;
  if (kind !== "linear") edits.push(insert(at, { kind }));
  return edits;
}

/** What can be put behind a column, by the name of its text. */
export const INSERTS = /** @type {const} */ (["hidden", "residual", "dropout", "batch_norm", "layer_norm"]);

/** The layers of one insertion behind a column. A new hidden layer is like the one before it.
 * @param {Column[]} columns @param {number} c @param {string} what one of INSERTS */
export function insertBehind(columns, c, what) {
  const column = columns[c];
  const hidden = columns.filter(({ role }) => role === "hidden");
  const like = hidden.find((other) => other === column) ?? hidden[hidden.length - 1] ?? hidden[0];
  const activation = { kind: like?.activation ?? "tanh" };
  if (what === "hidden") {
    const units = like?.units ?? 4;
    return [insert(column.to, { kind: "dense", units }), insert(column.to + 1, activation)];
  }
  if (what === "residual") {
    const body = [{ kind: "dense", units: column.units }, activation];
    return [insert(column.to, { kind: "residual", body })];
  }
  if (what === "dropout") return [insert(column.to, { kind: "dropout", p: 0.2 })];
  // A norm stands before the activation where there is one, as in the lecture.
  return [insert(column.activationAt >= 0 ? column.activationAt : column.to, { kind: what })];
}

/** Every layer of a column goes, its dropout and norm too. @param {Experiment} experiment @param {Column} column */
export const removeColumn = (experiment, column) =>
  experiment.model.layers.slice(column.from, column.to).map((layer) => remove(String(layer.name)));
