/** What the river's colours stand for, and over which range its maps are drawn. */

import { make, say } from "../core/dom.js";
import { fixed } from "../core/format.js";
import { t } from "../core/texts.js";

const RANGES = /** @type {const} */ (["unit", "layer", "net"]);

/** @param {import("@preact/signals-core").Signal<import("./state.js").Range>} range */
export function makeLegend(range) {
  const low = make("span", {});
  const high = make("span", {});
  const kernelBar = make("i", { class: "legend-bar signed" });
  const kernels = make("span", { hidden: true }, t("maps.kernels"), low, kernelBar, high);
  const mapBar = make("i", { class: "legend-bar ink" });
  const signBar = make("i", { class: "legend-bar signed" });
  const signs = make("span", { hidden: true }, t("maps.signed"), signBar, t("maps.above"));
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
    make("span", {}, t("maps.ink"), mapBar, choose),
    signs,
    make("span", {}, make("i", { class: "legend-line pos" }), t("maps.adds")),
    make("span", {}, make("i", { class: "legend-line neg" }), t("maps.takes")),
  );
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
    /** @param {import("../core/colour.js").Palette} p */
    paint: (p) => {
      for (const bar of [kernelBar, signBar])
        bar.style.background = `linear-gradient(90deg, ${p.low}, ${p.mid}, ${p.high})`;
      mapBar.style.background = `linear-gradient(90deg, ${p.paper}, ${p.ink})`;
    },
  };
}
