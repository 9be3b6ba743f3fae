/** One example: what happens to it, number by number? */

import { fixed, loss as lossWords, percent } from "../core/format.js";
import { named, t } from "../core/texts.js";
import { fires, opposite, quiet } from "./said.js";

/** @typedef {{kind: string, answer: number, came?: number, bias?: number, sum?: number, mean?: number, variance?: number,
 *   eps?: number, gamma?: number, beta?: number, terms?: [number, number][]}} UnitNumbers `terms`: weight and source, of a
 *   dense layer */

const SHOWN = 3;
const number = (/** @type {number | undefined} */ x) => fixed(x, 3);
/** A number behind a sign of its own. @param {number | undefined} x */
const signed = (x) => (Number(x) < 0 ? `(${number(x)})` : number(x));

/** A layer's formula, with the numbers of one unit. @param {UnitNumbers} unit */
export function formula({ kind, answer, came, bias, sum, mean, variance, eps, gamma, beta, terms = [] }) {
  const is = ` = **${number(answer)}**`;
  const from = signed(came);
  switch (kind) {
    case "dense": {
      const by = [...terms].sort((a, b) => Math.abs(b[0] * b[1]) - Math.abs(a[0] * a[1]));
      // A last one is written out rather than told of.
      const shown = by.slice(0, by.length === SHOWN + 1 ? by.length : SHOWN);
      const rest = Number(sum) - shown.reduce((all, [w, x]) => all + w * x, 0);
      const words = shown.map(([w, x]) => `${signed(w)} × ${signed(x)}`);
      const left = by.length - shown.length;
      const others = left ? [t("cards.sum.more", { rest: signed(rest), n: left })] : [];
      return `${[...words, ...others, t("cards.sum.bias", { x: signed(bias) })].join(" + ")}${is}`;
    }
    case "tanh":
    case "sigmoid":
    case "gelu":
    case "elu":
    case "silu":
    case "softplus":
      return `${kind}(${number(came)})${is}`;
    case "relu":
      return `max(0, ${number(came)})${is}`;
    case "step":
      return `${t("cards.sum.step", { x: number(came) })}${is}`;
    case "leaky_relu":
    case "prelu":
      return `${Number(came) < 0 ? t("cards.sum.slope", { x: from }) : t("cards.sum.stays", { x: number(came) })}${is}`;
    case "batch_norm":
      return `${number(gamma)} × (${number(came)} − ${signed(mean)}) ÷ √(${number(variance)} + ${String(eps)}) + ${signed(beta)}${is}`;
    case "dropout":
    case "dropout2d":
      return `${t("cards.sum.nodrop", { x: number(came) })}${is}`;
    case "flatten":
      return `${t("cards.sum.row")}${is}`;
    default: {
      const word = named("kind", kind) ?? kind.replaceAll("_", " ");
      return `${came === undefined ? word : t("cards.sum.of", { kind: word, x: number(came) })}${is}`;
    }
  }
}

/** The example's loss as a formula with its numbers. @param {string} kind of loss @param {{loss: number, target: number,
 *   aims: number[], outputs: number[], probabilities: number[] | null}} told `aims`: what the outputs should be */
export function lossFormula(kind, { loss, target, aims, outputs, probabilities }) {
  const is = ` = **${lossWords(loss)}**`;
  const p = probabilities?.[target];
  if (p !== undefined) {
    const words = p > 0.9995 || p < 0.0005 ? p.toPrecision(3) : number(p);
    return `−ln ${words}${is}${t("cards.sum.ofwhat")}`;
  }
  if (kind === "hinge") return `max(0, 1 − ${signed(aims[0])} × ${signed(outputs[0])})${is}`;
  if (kind !== "squared_error") return `${kind.replaceAll("_", " ")}${is}`;
  const squares = outputs.slice(0, SHOWN).map((y, i) => `(${number(y)} − ${signed(aims[i])})²`);
  if (outputs.length === 1) return `${squares[0]}${is}`;
  const all = `${squares.join(", ")}${outputs.length > SHOWN ? " …" : ""}`;
  return `${t("cards.sum.mean", { squares: all })}${is}`;
}

/** @param {{probabilities: number[] | null, target: number | null, loss: number | null, names: string[]}} told
 * @returns {import("./said.js").Said} */
export function says({ probabilities, target, loss, names }) {
  if (target === null || loss === null) return quiet();
  const cost = lossWords(loss);
  if (!probabilities) return quiet(t("cards.says.itsloss", { loss: cost }));
  const said = probabilities.indexOf(Math.max(...probabilities));
  const told = { target: names[target], sure: percent(probabilities[said], 0), loss: cost };
  return said === target
    ? opposite(t("cards.says.itsright", told))
    : fires(t("cards.says.itswrong", { ...told, said: names[said] }));
}
