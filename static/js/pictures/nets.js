/**
 * Nets of pictures for the menu: small ones of the famous kinds, each with what is worth seeing in it.
 */

import { t } from "../core/texts.js";

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
    title: t("preset.digits8"),
    says: t("preset.digits8.says"),
    experiment: starter("digits8"),
  },
  {
    id: "digits28",
    title: t("preset.digits28"),
    says: t("preset.digits28.says"),
    experiment: starter("digits28"),
  },
  {
    id: "convnetjs",
    title: t("preset.convnetjs"),
    says: t("preset.convnetjs.says"),
    experiment: made({ kind: "digits28" }, [conv(8, 5), relu, pool(2), conv(16, 5), relu, pool(3), flat, head], 0.003, {
      batch: 20,
    }),
  },
  {
    id: "lenet",
    title: t("preset.lenet"),
    says: t("preset.lenet.says"),
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
    title: t("preset.tinyvgg"),
    says: t("preset.tinyvgg.says"),
    experiment: made(
      { kind: "emoji32" },
      [conv(10), relu, conv(10), relu, pool(), conv(10), relu, conv(10), relu, pool(), flat, head],
      0.003,
    ),
  },
  {
    id: "alexnet",
    title: t("preset.alexnet"),
    says: t("preset.alexnet.says"),
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
    title: t("preset.inception"),
    says: t("preset.inception.says"),
    experiment: made(
      { kind: "fashion28" },
      [conv(8, 5), relu, pool(), inception(8), pool(), inception(8), { kind: "global_mean_pool" }, head],
      0.004,
    ),
  },
  {
    id: "resnet",
    title: t("preset.resnet"),
    says: t("preset.resnet.says"),
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
    title: t("preset.plain"),
    says: t("preset.plain.says", { count: 2 * PAIRS + 1 }),
    experiment: made({ kind: "digits8" }, deep([conv(8), relu, conv(8)]), DEEP_RATE),
  },
  {
    id: "residual",
    title: t("preset.residual"),
    says: t("preset.residual.says", { count: 2 * PAIRS + 1 }),
    experiment: made({ kind: "digits8" }, deep([{ kind: "residual", body: pair(), shortcut: [] }]), DEEP_RATE),
  },
  {
    id: "shapes",
    title: t("preset.shapes"),
    says: t("preset.shapes.says"),
    experiment: made(
      { kind: "shapes" },
      [conv(8, 5), relu, pool(), conv(12, 5), relu, { kind: "global_mean_pool" }, head],
      0.01,
    ),
  },
  {
    id: "textures",
    title: t("preset.textures"),
    says: t("preset.textures.says"),
    experiment: made(
      { kind: "textures32" },
      [conv(8, 5), relu, pool(), conv(12), relu, { kind: "global_mean_pool" }, head],
      0.005,
    ),
  },
];
