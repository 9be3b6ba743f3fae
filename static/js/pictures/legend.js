/**
 * What the river's colours stand for, over which range its maps are drawn, and where on its scale the number stands
 * that is read.
 */

import { make, say } from "../core/dom.js";
import { fixed } from "../core/format.js";
import { t } from "../core/texts.js";
import { decimalsFor } from "./numbers.js";

/** @typedef {import("../core/colour.js").Palette} Palette */

const RANGES = /** @type {const} */ (["unit", "layer", "net"]);

/** A bar of colours with a mark on it. @param {string} cls */
function makeBar(cls) {
  const tick = make("i", { class: "legend-tick", hidden: true });
  const element = make("span", { class: `legend-bar ${cls}` }, tick);
  return {
    element,
    /** @param {number | null} share where the mark stands between the ends; null: nowhere */
    tick: (share) => {
      tick.hidden = share === null;
      if (share !== null) tick.style.left = `${100 * Math.min(1, Math.max(0, share))}%`;
    },
  };
}

/** @param {import("@preact/signals-core").Signal<import("./state.js").Range>} range */
export function makeLegend(range) {
  const [low, high] = [make("span", {}), make("span", {})];
  const bars = { kernel: makeBar("signed"), ink: makeBar("ink"), sign: makeBar("signed") };
  const kernels = make("span", { hidden: true }, t("maps.kernels"), low, bars.kernel.element, high);
  const dark = make("b", { class: "legend-end" });
  const [below, above] = [make("b", { class: "legend-end" }), make("b", { class: "legend-end" })];
  const signs = make(
    "span",
    { hidden: true },
    t("maps.signed"),
    below,
    bars.sign.element,
    above,
    make("span", {}, t("maps.above")),
  );
  const choose = make(
    "select",
    {
      "aria-label": t("maps.darkest"),
      onchange: () => (range.value = /** @type {any} */ (choose.value)),
    },
    ...RANGES.map((value) => make("option", { value }, t(`range.${value}`))),
  );
  const element = make(
    "div",
    { class: "river-legend" },
    kernels,
    make("span", {}, t("maps.ink"), bars.ink.element, dark, choose),
    signs,
    make("span", {}, make("i", { class: "legend-line pos" }), t("maps.adds")),
    make("span", {}, make("i", { class: "legend-line neg" }), t("maps.takes")),
  );
  const ends = (/** @type {number} */ v) => fixed(v, Math.min(4, decimalsFor(Math.abs(v))));
  return {
    element,
    /** @param {number | null} reach the largest weight of the kernels; null where none is drawn */
    kernels: (reach) => {
      kernels.hidden = reach === null;
      if (reach === null) return;
      say(low, `−${fixed(reach, 2)}`);
      say(high, `+${fixed(reach, 2)}`);
    },
    /** @param {boolean} some whether a map has negative numbers */
    signs: (some) => (signs.hidden = !some),
    /** Where a number stands on the scale that it is drawn on. @param {"kernel" | "ink" | "sign" | null} bar
     * @param {number} [value] @param {{low: number, high: number}} [scale] */
    point: (bar, value = 0, scale = { low: 0, high: 1 }) => {
      for (const name of /** @type {const} */ (["kernel", "ink", "sign"]))
        bars[name].tick(name === bar ? (value - scale.low) / (scale.high - scale.low || 1) : null);
      say(dark, bar === "ink" ? ends(scale.high) : "");
      say(below, bar === "sign" ? ends(scale.low) : "");
      say(above, bar === "sign" ? `+${ends(scale.high)}` : "");
    },
    /** @param {Palette} p */
    paint: (p) => {
      for (const bar of [bars.kernel, bars.sign])
        bar.element.style.background = `linear-gradient(90deg, ${p.low}, ${p.mid}, ${p.high})`;
      bars.ink.element.style.background = `linear-gradient(90deg, ${p.paper}, ${p.ink})`;
    },
  };
}
