/** The product that decides, and other rates to go on with. */

import { make } from "../core/dom.js";
import { knob, whole } from "../core/format.js";
import { t } from "../core/texts.js";
import { sentence } from "../marks/sentence.js";

/** @typedef {import("../core/curvature.js").Curvature} Curvature */

const RATES = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
/** Tiles beside the rate that failed. */
const SMALLER = 6;

/** Rates worth a try, rising, the one that failed last. @param {number} rate @param {number | null} chosen */
export function ratesBeside(rate, chosen) {
  const smaller = RATES.filter((one) => one < rate).slice(-SMALLER);
  return [...new Set([...smaller, ...(chosen ? [chosen] : []), rate])].sort((a, b) => a - b);
}

/** What the product does: plain descent along a parabola multiplies the distance from its floor by 1 − rate × steepness.
 * @param {string} times */
function thrown(times) {
  const text = make("p", { class: "product-means" });
  sentence(text, t("diverged.product.means", { times }));
  return text;
}

/** @param {{rate: number, chosen: number | null, before: number | null, back: number, found: Curvature | null,
 * go: (rate: number) => void}} given */
export function productCard({ rate, chosen, before, back, found, go }) {
  const factor = found?.factor ?? null;
  const sharpness = found && found.sharpness > 0 ? found.sharpness : null;
  const two = (/** @type {number} */ x) => knob(Number(x.toPrecision(2)));
  const tiles = ratesBeside(rate, chosen).map((one) => {
    const product = sharpness === null ? null : one * sharpness;
    const over = one === rate || (product !== null && factor !== null && product > factor);
    const words = product !== null ? two(product) : one === before ? t("diverged.tile.before") : "";
    const tile = make(
      "button",
      {
        type: "button",
        class: `rate-tile${over ? " over" : one === chosen ? " chosen" : ""}`,
        "data-term": "learning_rate",
      },
      make("b", {}, knob(one)),
      make("span", {}, words),
    );
    tile.disabled = one === rate;
    tile.title = t(over ? "diverged.tile.over" : "diverged.tile.go", { step: whole(back), rate: knob(one) });
    tile.addEventListener("click", () => go(one));
    return tile;
  });
  const part = (/** @type {string} */ figure, /** @type {string} */ words, warn = false) =>
    make("div", { class: warn ? "warn" : "" }, make("b", {}, figure), make("span", {}, words));
  const sign = (/** @type {string} */ mark) => make("i", { "aria-hidden": "true" }, mark);
  const product = sharpness === null ? null : rate * sharpness;
  const equation =
    product === null
      ? make("p", { class: "product-none" }, t("diverged.product.none"))
      : make(
          "div",
          { class: "product" },
          part(knob(rate), t("diverged.product.rate")),
          sign("×"),
          part(two(Number(sharpness)), t(found?.preconditioned ? "diverged.product.scaled" : "diverged.product.steep")),
          sign("="),
          factor === null
            ? part(two(product), t("diverged.product.unknown"))
            : part(
                two(product),
                t(product > factor ? "diverged.product.over" : "diverged.product.under", { factor: two(factor) }),
                product > factor,
              ),
        );
  return make(
    "section",
    { class: "diverged-card diverged-product" },
    make("h3", {}, t("diverged.product")),
    equation,
    ...(product !== null && factor === 2 && product > 2 && !found?.preconditioned ? [thrown(two(product - 1))] : []),
    make("p", { class: "diverged-text" }, t("diverged.tiles", { step: whole(back) })),
    make("div", { class: "rate-tiles" }, ...tiles),
    make(
      "p",
      { class: "diverged-foot" },
      factor === null || sharpness === null
        ? t("diverged.tiles.plain")
        : t("diverged.tiles.means", { factor: two(factor) }),
    ),
  );
}
