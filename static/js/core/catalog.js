/** What the catalogue says, in the words of the page. Every menu and slider is derived from it. */

/** @typedef {import("./types.js").Field} Field */
/** @typedef {import("./store.js").Store} Store */

/** Names a pupil understands, where the kind's own name is a term or a formula. */
const WORDS = /** @type {Record<string, string>} */ ({
  circle: "Circle in a ring",
  xor: "Four corners (XOR)",
  gaussians: "Two clouds",
  spiral: "Spiral",
  moons: "Two moons",
  spirals: "Three arms",
  blobs: "Three clouds",
  rings: "Rings",
  checkerboard: "Checkerboard",
  iris: "Iris flowers",
  penguins: "Penguins",
  wine: "Wines",
  reg_plane: "A slope",
  reg_gauss: "Hills and hollows",
  sgd: "gradient descent",
  momentum: "momentum",
  nesterov: "Nesterov",
  rmsprop: "RMSprop",
  adam: "Adam",
  adamw: "AdamW",
  adagrad: "Adagrad",
  adadelta: "Adadelta",
  squared_error: "squared error",
  logistic: "logistic",
  hinge: "hinge",
  softmax_cross_entropy: "cross-entropy",
  l1: "l1",
  l2: "l2",
  step_decay: "in steps",
  constant: "constant",
  cosine: "cosine",
  warmup: "warm-up",
  cyclical: "up and down",
  perceptron: "perceptron rule",
  leaky_relu: "leaky ReLU",
  relu: "ReLU",
  prelu: "PReLU",
  gelu: "GELU",
  elu: "ELU",
  silu: "SiLU",
  test_share: "train share",
  learning_rate: "learning rate",
  count: "points",
  clip: "clip gradients at",
  beta: "β, momentum",
  beta1: "β₁",
  beta2: "β₂",
  eps: "ε",
  rho: "ρ",
  by: "each drop times",
  every: "steps between drops",
  descent: "gradients",
});

/** @param {string} kind a kind's or a field's name */
export const word = (kind) => WORDS[kind] ?? kind.replaceAll("_", " ");

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
