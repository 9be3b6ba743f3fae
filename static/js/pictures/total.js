/** The sentence under a close-up: the sum, the bias, and what follows in the column. */

import { make } from "../core/dom.js";
import { fixed } from "../core/format.js";
import { named, t } from "../core/texts.js";
import { activationWord } from "../geometry/columns.js";
import { signed } from "./close.js";
import { heldBy } from "./hand.js";

/** @param {HTMLElement} element @param {import("./close.js").Looked} looked
 * @param {import("../core/types.js").LayerInfo[]} layers */
export function tellTotal(element, { frame, told, strips, s }, layers) {
  const { info } = told;
  const products = frame.arrays.get("window.products")?.length ?? 0;
  const kindOf = (/** @type {string} */ path) => layers.find(({ name }) => name === path)?.kind ?? path;
  const number = (/** @type {number} */ value) => make("b", { title: fixed(value, 4) }, fixed(value, 2));
  const step = (/** @type {string} */ words) => make("span", {}, ` → ${words} → `);
  const then = info.then.map((/** @type {any} */ each) => {
    const kind = kindOf(each.layer);
    const off = heldBy(frame.probes.features?.info).silenced[each.layer]?.includes(told.query.channel);
    return [
      step(off ? t("net.silent.says") : (named("inside.then", kind) ?? activationWord(kind))),
      number(each.answer),
    ];
  });
  element.replaceChildren(make("span", {}, `${begins(info, products)} `), number(info.answer), ...then.flat());
  const p = frame.probes.features?.info?.probabilities?.[told.query.channel];
  if (s === strips.length - 1 && p !== undefined && p !== null)
    element.append(step("softmax"), make("b", {}, `${fixed(100 * p, 1)} %`));
}

/** @param {any} info @param {number} n how many products */
function begins({ takes, ways, bias }, n) {
  if (takes === "largest") return t("inside.total.largest");
  if (takes === "mean") return t("inside.total.mean");
  if (takes === "same") return t("inside.total.same");
  if (ways) return t("inside.total.ways");
  return t("inside.total.sum", { n, bias: signed(bias) });
}
