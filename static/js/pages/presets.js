/** Experiments of the menu: each is worth a minute, and says in a line what to look for. */

/** @typedef {{id: string, title: string, says: string, experiment: any}} Preset */

/** @param {...(number | string)} plan units, or a kind of layer */
const layers = (...plan) => [
  ...plan.map((item) => (typeof item === "number" ? { kind: "dense", units: item } : { kind: item })),
  { kind: "dense", units: null },
];

/** @param {any} data @param {any[]} net @param {number} rate @param {any} [more] */
const made = (data, net, rate, { loss = "logistic", features = ["x1", "x2"], batch = 32, ...rest } = {}) => ({
  format: 1,
  seed: rest.seed ?? 7,
  data,
  model: { input: features ? { kind: "plane", features } : { kind: "plane" }, layers: net },
  training: {
    loss: { kind: loss },
    learner: {
      kind: "descent",
      batch,
      optimizer: { kind: rest.optimizer ?? "adam", learning_rate: rate },
      ...rest.learner,
    },
  },
});

const WAVES = ["x1", "x2", "sin(x1)", "sin(x2)"];
const withDropout = [
  { kind: "dense", units: 8 },
  { kind: "tanh" },
  { kind: "dense", units: 6 },
  { kind: "tanh" },
  { kind: "dropout", p: 0.2 },
  { kind: "dense", units: 4 },
  { kind: "tanh" },
  { kind: "dense", units: null },
];

/** The first is the page's own, as the server chose it. @param {any} own @returns {Preset[]} */
export const presets = (own) => [
  { id: "circle", title: "Circle in a ring", says: "A line cannot do it; a few bent units can.", experiment: own },
  {
    id: "xor",
    title: "Four corners",
    says: "XOR: the set that stopped the field in 1969.",
    experiment: made({ kind: "xor" }, layers(4, "tanh"), 0.03),
  },
  {
    id: "gaussians",
    title: "Two clouds, no hidden layer",
    says: "One unit, one straight border: logistic regression.",
    experiment: made({ kind: "gaussians", noise: 0.2 }, layers(), 0.03),
  },
  {
    id: "moons",
    title: "Two moons",
    says: "How many units does a bend need?",
    experiment: made({ kind: "moons", noise: 0.1 }, layers(6, "tanh"), 0.03),
  },
  {
    id: "spiral",
    title: "Dropout on the spiral",
    says: "A hard set, four features, and units that rest by turns.",
    experiment: made({ kind: "spiral", noise: 0.1 }, withDropout, 0.01, { features: WAVES, batch: 16 }),
  },
  {
    id: "spirals",
    title: "Three arms, three classes",
    says: "Three colours, three output units, one softmax.",
    experiment: made({ kind: "spirals" }, layers(8, "tanh", 6, "tanh"), 0.01, {
      features: WAVES,
      loss: "softmax_cross_entropy",
    }),
  },
  {
    id: "blobs",
    title: "Three clouds",
    says: "Three classes and three straight borders.",
    experiment: made({ kind: "blobs" }, layers(4, "tanh"), 0.03, { loss: "softmax_cross_entropy" }),
  },
  {
    id: "iris",
    title: "Iris flowers",
    says: "Measured by R. A. Fisher in 1936: four columns, three species.",
    experiment: made({ kind: "iris" }, layers(6, "tanh"), 0.03, {
      features: null,
      loss: "softmax_cross_entropy",
      batch: 16,
    }),
  },
  {
    id: "reg_gauss",
    title: "Hills and hollows",
    says: "No classes: the answer is a height.",
    experiment: made({ kind: "reg_gauss", count: 600 }, layers(8, "tanh", 4, "tanh"), 0.01, { loss: "squared_error" }),
  },
  {
    id: "sigmoids",
    title: "A chain of sigmoids",
    says: "Six layers deep, the signal fades on its way back.",
    experiment: made({ kind: "circle" }, layers(...Array(6).fill([4, "sigmoid"]).flat()), 0.1, { optimizer: "sgd" }),
  },
];
