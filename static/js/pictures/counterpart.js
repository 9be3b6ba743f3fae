/** A net beside its counterpart: the same depth without its ways past, or with them. */

import { NETS } from "./nets.js";

/** Layers without their ways past: every block's body, one after the other; null where there is no block.
 * @param {any[]} layers @returns {any[] | null} */
export function without(layers) {
  if (!layers.some(({ kind }) => kind === "residual")) return null;
  return layers.flatMap((layer) => (layer.kind === "residual" ? bodyOf(layer) : [unnamed(layer)]));
}

/** A body as it stands in a chain. Its last kernels may begin at zero in a block alone: a chain would be silent.
 * @param {any} block @returns {any[]} */
const bodyOf = ({ body }) =>
  body.map((/** @type {any} */ layer) => {
    const { initializer, ...rest } = unnamed(layer);
    return initializer && initializer.kind !== "zeros" ? { ...rest, initializer } : rest;
  });

/** @param {any} layer */
function unnamed(layer) {
  const { name, ...rest } = layer;
  void name;
  return rest;
}

/** What a net is compared with: itself without its ways past, or, of the plain net of the menu, the residual one.
 * @param {any} experiment as it stands @returns {{experiment: any, residual: boolean} | null} `residual`: whether the
 * counterpart is the one with ways past */
export function counterpart(experiment) {
  const layers = without(experiment.model.layers);
  if (layers) return { experiment: withLayers(experiment, layers), residual: false };
  const [plain, residual] = ["plain", "residual"].map((id) => NETS.find((net) => net.id === id)?.experiment);
  const kinds = (/** @type {any} */ net) =>
    JSON.stringify(net.model.layers.map((/** @type {any} */ { kind, channels }) => [kind, channels ?? null]));
  if (kinds(experiment) !== kinds(plain)) return null;
  return { experiment: withLayers(experiment, residual.model.layers), residual: true };
}

/** @param {any} experiment @param {any[]} layers */
const withLayers = (experiment, layers) => ({
  ...structuredClone(experiment),
  edits: [],
  model: { ...experiment.model, layers },
});
