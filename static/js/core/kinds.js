/**
 * How each kind of layer stands in a picture of the net, as the catalogue tells it: an activation or a norm belongs to
 * the column of the layer below, what passes on shows nothing of its own, every other begins a column. So a new kind
 * of layer is drawn by being registered.
 */

/** @typedef {"maker" | "activation" | "norm" | "passes"} Role */

/** @type {Map<string, Role>} */
let roles = new Map();

/** Takes the layers of the catalogue; the store does so once, a test that has no store first.
 * @param {Record<string, {role?: Role, place?: number}> | undefined} layers */
export function useKinds(layers = {}) {
  const sorted = Object.entries(layers).sort(([, a], [, b]) => (a.place ?? 0) - (b.place ?? 0));
  roles = new Map(sorted.map(([kind, { role = "maker" }]) => [kind, role]));
}

/** @param {string} kind @returns {Role} */
export const roleOf = (kind) => roles.get(kind) ?? "maker";

/** @param {string} kind */
export const isActivation = (kind) => roleOf(kind) === "activation";

/** Every activation, in the order of the menus. */
export const activations = () => [...roles.keys()].filter(isActivation);
