/**
 * Nets of pictures for the menu: small ones of the famous kinds, each with what is worth seeing in it.
 */

/** @typedef {{id: string, title: string, says: string, experiment: any}} Preset */

/** @param {number} channels @param {number | number[]} [kernel] @param {Record<string, any>} [more] */
const conv = (channels, kernel = 3, more = {}) => ({ kind: "conv2d", channels, kernel, padding: "same", ...more });
const relu = { kind: "relu" };
const tanh = { kind: "tanh" };
const norm = { kind: "batch_norm" };
const flat = { kind: "flatten" };
const head = { kind: "dense", units: null };
const pool = (window = 2) => ({ kind: "max_pool2d", window });
const dense = (/** @type {number} */ units) => ({ kind: "dense", units });

/** A basic block: two convolutions and the way past them, by a 1 × 1 convolution where the size changes.
 * @param {number} channels @param {number} stride */
const block = (channels, stride = 1) => ({
  kind: "residual",
  body: [conv(channels, 3, { stride, padding: 1, bias: false }), norm, relu, conv(channels, 3, { bias: false }), norm],
  shortcut: stride === 1 ? [] : [conv(channels, 1, { stride, padding: 0, bias: false }), norm],
});

/** GoogLeNet's block: windows of several sizes on the same picture. @param {number} each channels of a branch */
const inception = (each) => ({
  kind: "parallel",
  branches: [
    [conv(each, 1), relu],
    [conv(each, 1), relu, conv(each, 3), relu],
    [conv(each >> 1, 1), relu, conv(each >> 1, 5), relu],
    [{ kind: "max_pool2d", window: 3, stride: 1, padding: 1 }, conv(each >> 1, 1), relu],
  ],
});

/** Twenty-three convolutions: the first, and eleven pairs. */
const PAIRS = 11;
const DEEP_RATE = 0.004;
/** A pair begins as nothing but its way past: its last kernels start at zero (Goyal et al. 2017). */
const pair = () => [conv(8), relu, conv(8, 3, { initializer: { kind: "zeros" } })];

/** @param {any[]} stage one pair */
const deep = (stage) => [
  conv(8),
  relu,
  ...Array.from({ length: PAIRS }, () => [...stage, relu]).flat(),
  { kind: "global_mean_pool" },
  head,
];

/** @param {any} data @param {any[]} layers @param {number} rate @param {Record<string, any>} [more] */
const made = (data, layers, rate, { optimizer = "adam", batch = 32, seed = 3 } = {}) => ({
  format: 1,
  seed,
  data,
  model: { input: { kind: "image" }, layers },
  training: {
    loss: { kind: "softmax_cross_entropy" },
    learner: { kind: "descent", batch, optimizer: { kind: optimizer, learning_rate: rate } },
  },
});

/** The net that a set of pictures starts with. @param {string} kind */
export function starter(kind) {
  const small = kind === "digits8";
  const layers = [conv(8, small ? 3 : 5), relu, pool(), conv(16, small ? 3 : 5), relu, pool(), flat, head];
  // A pixel to either side, anew in every epoch: 8,000 digits are few, and are learned by heart otherwise.
  if (kind === "digits28") return made({ kind, shift: 1 }, layers, 0.002, { batch: 64 });
  return made({ kind }, layers, 0.003);
}

/** @type {Preset[]} */
export const NETS = [
  {
    id: "digits8",
    title: "Small digits",
    says: "8 × 8 handwritten digits: two convolutions, learned in seconds.",
    experiment: starter("digits8"),
  },
  {
    id: "digits28",
    title: "Handwritten digits",
    says: "MNIST: two convolutions and a softmax. Draw your own.",
    experiment: starter("digits28"),
  },
  {
    id: "convnetjs",
    title: "ConvNetJS’s digits",
    says: "The demo net of 2014: 8 and 16 filters of 5 × 5, pools of 2 and 3.",
    experiment: made({ kind: "digits28" }, [conv(8, 5), relu, pool(2), conv(16, 5), relu, pool(3), flat, head], 0.003, {
      batch: 20,
    }),
  },
  {
    id: "lenet",
    title: "LeNet-5’s kind",
    says: "1998: tanh, mean pools, three dense layers. It read cheques.",
    experiment: made(
      { kind: "digits28" },
      [
        conv(6, 5),
        tanh,
        { kind: "mean_pool2d", window: 2 },
        conv(16, 5, { padding: "valid" }),
        tanh,
        { kind: "mean_pool2d", window: 2 },
        flat,
        dense(120),
        tanh,
        dense(84),
        tanh,
        head,
      ],
      0.002,
    ),
  },
  {
    id: "tinyvgg",
    title: "Tiny VGG",
    says: "Pairs of 3 × 3 convolutions; two see as far as one of 5 × 5.",
    experiment: made(
      { kind: "emoji32" },
      [conv(10), relu, conv(10), relu, pool(), conv(10), relu, conv(10), relu, pool(), flat, head],
      0.003,
    ),
  },
  {
    id: "alexnet",
    title: "AlexNet’s kind",
    says: "2012: a large first window with a stride, overlapping pools, dropout.",
    experiment: made(
      { kind: "fashion28" },
      [
        conv(12, 7, { stride: 2, padding: 3 }),
        relu,
        { kind: "max_pool2d", window: 3, stride: 2 },
        conv(24),
        relu,
        flat,
        { kind: "dropout", p: 0.3 },
        dense(64),
        relu,
        head,
      ],
      0.002,
    ),
  },
  {
    id: "inception",
    title: "Inception’s kind",
    says: "2014: 1 × 1, 3 × 3, 5 × 5 and a pool beside each other, joined.",
    experiment: made(
      { kind: "fashion28" },
      [conv(8, 5), relu, pool(), inception(8), pool(), inception(8), { kind: "global_mean_pool" }, head],
      0.004,
    ),
  },
  {
    id: "resnet",
    title: "ResNet’s kind",
    says: "2015: every block adds to what it was given; the gradient has a way past.",
    experiment: made(
      { kind: "digits28" },
      [
        conv(8, 3, { stride: 2, padding: 1, bias: false }),
        norm,
        relu,
        block(8),
        relu,
        block(16, 2),
        relu,
        { kind: "global_mean_pool" },
        head,
      ],
      0.005,
    ),
  },
  {
    id: "plain",
    title: "Deep and plain",
    says: `${2 * PAIRS + 1} convolutions in a chain. It learns badly; see it beside the next.`,
    experiment: made({ kind: "digits8" }, deep([conv(8), relu, conv(8)]), DEEP_RATE),
  },
  {
    id: "residual",
    title: "Deep and residual",
    says: `The same ${2 * PAIRS + 1} convolutions, with a way past every pair.`,
    experiment: made({ kind: "digits8" }, deep([{ kind: "residual", body: pair(), shortcut: [] }]), DEEP_RATE),
  },
  {
    id: "shapes",
    title: "Shapes anywhere",
    says: "Where a shape stands does not matter: one kernel finds it everywhere.",
    experiment: made(
      { kind: "shapes" },
      [conv(8, 5), relu, pool(), conv(12, 5), relu, { kind: "global_mean_pool" }, head],
      0.01,
    ),
  },
  {
    id: "textures",
    title: "Brick, grass, gravel",
    says: "Photographs: small repeated patterns, a case for convolution.",
    experiment: made(
      { kind: "textures32" },
      [conv(8, 5), relu, pool(), conv(12), relu, { kind: "global_mean_pool" }, head],
      0.005,
    ),
  },
];
