/**
 * A chain of layers → the columns of the network's picture.
 * A column is what stands between two rows of weights: a dense layer with the activation, norm and dropout behind it,
 * or a residual block, or the inputs.
 */

import { word } from "../core/catalog.js";
import { isActivation, roleOf } from "../core/kinds.js";
import { t } from "../core/texts.js";

/** @typedef {import("../core/types.js").Experiment} Experiment */
/** @typedef {import("../core/types.js").LayerInfo} LayerInfo */
/** @typedef {import("../core/types.js").Kind} Kind */

/** @typedef {object} Column
 * @property {"input" | "hidden" | "output"} role
 * @property {string} key the layer whose maps stand for the column (`neurons.KEY`); "input" for the inputs
 * @property {string} title
 * @property {number} units
 * @property {string[]} names one a unit: the inputs' names; empty for other columns
 * @property {string[]} features the inputs' names as the experiment writes them
 * @property {string | null} dense the layer whose units these are
 * @property {number} from index of the column's first layer in the chain
 * @property {number} to index behind its last
 * @property {string | null} activation the kind, "block" inside a residual block counted
 * @property {string | null} activationName
 * @property {number} activationAt index in the chain, −1 without one
 * @property {{name: string, p: number, at: number} | null} dropout
 * @property {string[]} norms kinds of norms in the column
 * @property {boolean} block a residual block
 * @property {boolean} shortcut its shortcut leads every unit straight on
 * @property {string | null} weight name of the weights that lead here
 * @property {string | null} bias name of its biases
 */

/** An activation as it is written in a menu; "linear" where there is none. @param {string | null | undefined} kind */
export const activationWord = (kind) => (kind ? word(kind) : t("activation.linear"));

const FEATURES = /** @type {Record<string, string>} */ ({
  x1: "x₁",
  x2: "x₂",
  "x1^2": "x₁²",
  "x2^2": "x₂²",
  "x1*x2": "x₁x₂",
  "sin(x1)": "sin x₁",
  "sin(x2)": "sin x₂",
});

/** A feature's name as it is written by hand. @param {string} name */
export const featureWords = (name) => FEATURES[name] ?? word(name);

/** A class in words: its own name, or a letter. @param {{class_names?: string[]} | null | undefined} info
 * @param {number} k */
export function className(info, k) {
  const name = classLetter(info, k);
  return name.length === 1 ? t("class.named", { name }) : name;
}

/** The same where it stands among classes: a letter has no “class” before it.
 * @param {{class_names?: string[]} | null | undefined} info @param {number} k */
export function classLetter(info, k) {
  const name = info?.class_names?.[k];
  return name && Number.isNaN(Number(name)) ? name : "ABCDEFGHIJ"[k % 10];
}

/** The columns of an experiment, from the inputs to the output.
 * @param {Experiment} experiment
 * @param {LayerInfo[]} layers every layer with its shape, blocks included
 * @param {string[]} inputs the data's own columns, for an experiment that names no features
 * @returns {Column[]} */
export function columnsOf(experiment, layers, inputs) {
  const chain = experiment.model.layers;
  const shape = new Map(layers.map((layer) => [layer.name, layer.shape]));
  const features = experiment.model.input.features ?? inputs;
  const columns = [
    column({ role: "input", key: "input", units: features.length, names: features.map(featureWords), features }),
  ];
  chain.forEach((layer, i) => {
    const name = layer.name ?? "";
    if (layer.kind === "dense" || layer.kind === "residual") columns.push(begin(layer, i, shape));
    const last = columns[columns.length - 1];
    last.to = i + 1;
    if (isActivation(layer.kind)) {
      last.activation = layer.kind;
      last.activationName = name;
      last.activationAt = i;
    } else if (layer.kind === "dropout") last.dropout = { name, p: layer.p, at: i };
    else if (roleOf(layer.kind) === "norm") last.norms.push(layer.kind);
    if (layer.kind !== "dropout" && last.role !== "input") last.key = name;
  });
  const output = columns[columns.length - 1];
  if (output.role !== "input") output.role = "output";
  let hidden = 0;
  for (const each of columns) {
    each.title = each.role === "hidden" ? t("column.hidden", { n: ++hidden }) : t(`column.${each.role}`);
  }
  output.activation ??= squash(experiment, output.units);
  return columns;
}

/** @param {Partial<Column>} given @returns {Column} */
const column = (given) => ({
  role: "hidden",
  key: "",
  title: "",
  units: 0,
  names: [],
  features: [],
  dense: null,
  from: 0,
  to: 0,
  activation: null,
  activationName: null,
  activationAt: -1,
  dropout: null,
  norms: [],
  block: false,
  shortcut: false,
  weight: null,
  bias: null,
  ...given,
});

/** @param {Kind} layer @param {number} i @param {Map<string, number[]>} shape */
function begin(layer, i, shape) {
  const name = layer.name ?? "";
  const body = /** @type {Kind[]} */ (layer.body ?? []);
  const dense = body.filter((inner) => inner.kind === "dense");
  const units = shape.get(name)?.[0] ?? layer.units ?? 0;
  if (layer.kind === "dense") {
    return column({ key: name, units, dense: name, from: i, weight: `${name}.weight`, bias: `${name}.bias` });
  }
  // Weights lead from unit to unit only where the block holds one dense layer; else its inside stays closed.
  const path = dense.length === 1 ? `${name}.${dense[0].name}` : null;
  return column({
    key: name,
    units,
    from: i,
    block: true,
    shortcut: /** @type {Kind[]} */ (layer.shortcut ?? []).every((inner) => inner.kind === "identity"),
    activation: body.findLast((inner) => isActivation(inner.kind))?.kind ?? null,
    weight: path && `${path}.weight`,
    bias: path && `${path}.bias`,
  });
}

/** What the loss makes of the raw outputs. @param {Experiment} experiment @param {number} units */
function squash(experiment, units) {
  const loss = experiment.training.loss?.kind;
  if (loss === "logistic") return "sigmoid";
  return loss === "softmax_cross_entropy" && units > 1 ? "softmax" : null;
}

/** A unit's name: "hidden 1 unit 3", "input x₁". @param {Column} column @param {number} unit counted from 0 */
export const unitName = (column, unit) =>
  column.role === "input"
    ? t("unit.input", { name: column.names[unit] })
    : column.role === "output" && column.units === 1
      ? t("column.output")
      : t("unit.name", { column: column.title, unit: unit + 1 });

/** The same, short, as on a badge: "hidden 2 · 3". @param {Column} column @param {number} unit */
export const unitLabel = (column, unit) =>
  column.role === "input"
    ? column.names[unit]
    : column.units === 1 && column.role === "output"
      ? t("column.output")
      : `${column.title} · ${unit + 1}`;

/** Which two units a weight joins, in short words; for a bias `from` is null.
 * @param {Column[]} columns @param {import("../core/types.js").Weight} weight
 * @returns {{from: string | null, to: string, column: number, target: number, source: number} | null} */
export function weightEnds(columns, { array, index }) {
  const at = columns.findIndex((column) => column.weight === array || column.bias === array);
  if (at < 1 || index[0] >= columns[at].units) return null;
  const to = unitLabel(columns[at], index[0]);
  if (columns[at].bias === array) return { from: null, to, column: at, target: index[0], source: -1 };
  if (!(index[1] < columns[at - 1].units)) return null;
  return { from: unitLabel(columns[at - 1], index[1]), to, column: at, target: index[0], source: index[1] };
}

/** The column and unit of a chosen unit, or null where it is gone.
 * @param {Column[]} columns @param {import("../core/types.js").Unit | null} unit @returns {number} −1 if gone */
export const unitColumn = (columns, unit) =>
  unit === null ? -1 : columns.findIndex((column) => column.key === unit.layer && unit.unit < column.units);
