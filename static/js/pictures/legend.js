/**
 * What the river's colours stand for, over which range its maps are drawn, and where on its scale the number stands
 * that is read.
 */

import { effect } from "@preact/signals-core";

import { make, mark, say } from "../core/dom.js";
import { fixed, small } from "../core/format.js";
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

/** @param {import("@preact/signals-core").Signal<import("./state.js").Range>} range
 * @param {import("@preact/signals-core").Signal<import("./state.js").What>} what */
export function makeLegend(range, what) {
  const [low, high] = [make("span", {}), make("span", {})];
  const bars = { kernel: makeBar("signed"), ink: makeBar("ink"), sign: makeBar("signed"), pull: makeBar("signed") };
  const kernels = make("span", { hidden: true }, t("maps.kernels"), low, bars.kernel.element, high);
  const dark = make("b", { class: "legend-end" });
  const [below, above] = [make("b", { class: "legend-end low" }), make("b", { class: "legend-end" })];
  const signs = make("span", { hidden: true }, t("maps.signed"), below, bars.sign.element, above);
  const [falls, rises] = [make("b", { class: "legend-end low" }), make("b", { class: "legend-end" })];
  const ink = make("span", {}, t("maps.ink"), bars.ink.element, dark);
  const pulls = make("span", { hidden: true }, t("maps.pull"), falls, bars.pull.element, rises, t("maps.pull.rises"));
  const tabs = /** @type {const} */ (["answers", "gradients"]).map((value) =>
    make(
      "button",
      {
        type: "button",
        class: "seg",
        title: t(`maps.${value}.says`),
        "data-term": value === "answers" ? "activations" : "gradient",
        "aria-pressed": value === what.peek(),
        onclick: () => (what.value = value),
      },
      t(`maps.${value}`),
    ),
  );
  effect(() => tabs.forEach((tab, i) => mark(tab, "aria-pressed", (i === 1) === (what.value === "gradients"))));
  const choose = make(
    "select",
    {
      "aria-label": t("maps.darkest"),
      onchange: () => (range.value = /** @type {any} */ (choose.value)),
    },
    ...RANGES.map((value) => make("option", { value }, t(`range.${value}`))),
  );
  const silent = make("span", { hidden: true }, make("span", { class: "hatched" }), t("net.silent.says"));
  const element = make(
    "div",
    { class: "river-legend" },
    make("span", { class: "segments", role: "group", "aria-label": t("maps.what") }, ...tabs),
    ink,
    pulls,
    choose,
    signs,
    silent,
    kernels,
    make("span", {}, make("i", { class: "legend-line pos" }), t("maps.adds")),
    make("span", {}, make("i", { class: "legend-line neg" }), t("maps.takes")),
  );
  const ends = (/** @type {number} */ v) =>
    Math.abs(v) < 0.01 ? small(v) : fixed(v, Math.min(4, decimalsFor(Math.abs(v))));
  return {
    element,
    /** @param {number | null} reach the largest weight of the kernels; null where none is drawn */
    kernels: (reach) => {
      kernels.hidden = reach === null;
      if (reach === null) return;
      say(low, `−${fixed(reach, 2)}`);
      say(high, `+${fixed(reach, 2)}`);
    },
    /** @param {boolean} some whether a map is held at 0 */
    silent: (some) => (silent.hidden = !some),
    /** What no map is drawn in is not told. @param {boolean} some whether a map has negative numbers
     * @param {boolean} plain whether one has none @param {import("./paint.js").Part} part */
    signs: (some, plain, part) => {
      signs.hidden = !some || part !== "";
      ink.hidden = (some && !plain) || part !== "";
      pulls.hidden = part === "";
    },
    /** Where a number stands on the scale that it is drawn on. @param {"kernel" | "ink" | "sign" | "pull" | null} bar
     * @param {number} [value] @param {{low: number, high: number}} [scale] */
    point: (bar, value = 0, scale = { low: 0, high: 1 }) => {
      for (const name of /** @type {const} */ (["kernel", "ink", "sign", "pull"]))
        bars[name].tick(name === bar ? (value - scale.low) / (scale.high - scale.low || 1) : null);
      say(dark, bar === "ink" ? ends(scale.high) : "");
      say(below, bar === "sign" ? ends(scale.low) : "−");
      say(above, bar === "sign" ? `+${ends(scale.high)}` : "+");
      say(falls, bar === "pull" ? ends(scale.low) : "");
      say(rises, bar === "pull" ? `+${ends(scale.high)}` : "");
    },
    /** @param {Palette} p */
    paint: (p) => {
      for (const bar of [bars.kernel, bars.sign])
        bar.element.style.background = `linear-gradient(90deg, ${p.low}, ${p.mid}, ${p.high})`;
      bars.pull.element.style.background = `linear-gradient(90deg, ${p.pullLow}, ${p.mid}, ${p.pullHigh})`;
      bars.ink.element.style.background = `linear-gradient(90deg, ${p.paper}, ${p.ink})`;
    },
  };
}
