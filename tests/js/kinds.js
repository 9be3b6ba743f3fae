/** The layers these tests build with, as the catalogue would tell them. */

import { useKinds } from "../../static/js/core/kinds.js";

const ROLES = {
  activation: ["identity", "step", "sigmoid", "tanh", "relu", "gelu"],
  norm: ["batch_norm", "layer_norm"],
  passes: ["dropout", "dropout2d", "flatten"],
};
const layers = Object.entries(ROLES).flatMap(([role, kinds]) => kinds.map((kind) => [kind, { role }]));
useKinds(Object.fromEntries(layers.map(([kind, told], place) => [kind, { ...told, place }])));
