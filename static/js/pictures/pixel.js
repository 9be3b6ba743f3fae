/** The closest level: window × kernel = products, for one source after the other, and what every source adds. */

import { palette } from "../core/colour.js";
import { make, mark, say } from "../core/dom.js";
import { fixed } from "../core/format.js";
import { t } from "../core/texts.js";
import { belowOf, signed, sourceName } from "./close.js";
import { makeGrid } from "./grid.js";
import { channelOf } from "./paint.js";

/** @typedef {import("./close.js").Looked} Looked */
/** @typedef {import("../core/types.js").Tensor} Tensor */

const MOST_SOURCES = 32;
/** As many have room beside the products; more stand below, in columns. */
const BESIDE = 11;

/** @param {(source: number) => void} choose what is done where a source is chosen */
export function makePixel(choose) {
  const grids = { window: makeGrid(), kernel: makeGrid(), products: makeGrid() };
  const names = { window: make("figcaption", {}), kernel: make("figcaption", {}), products: make("figcaption", {}) };
  const sources = make("div", { class: "inside-sources" });
  const sign = (/** @type {string} */ words) => make("span", { class: "inside-sign" }, words);
  const signs = [sign("×"), sign("=")];
  const window = make("figure", {}, grids.window.element, names.window);
  const element = make(
    "div",
    { class: "inside-pixel" },
    window,
    signs[0],
    make("figure", {}, grids.kernel.element, names.kernel),
    signs[1],
    make("figure", {}, grids.products.element, names.products),
    sources,
  );

  /** Shows a source; returns how many there are to choose from, and which is shown.
   * @param {Looked} looked @param {number} wished @returns {{count: number, source: number}} */
  function show(looked, wished) {
    const { frame, told, strips, s } = looked;
    const [window, kernel, products, each] = ["window", "kernel", "products", "sources"].map((name) =>
      frame.arrays.get(`window.${name}`),
    );
    if (!window || !kernel || !products || !each) return { count: 0, source: 0 };
    const [count, height, width] = window.shape;
    const source = Math.min(wished, count - 1);
    const p = palette();
    const { info } = told;
    const sum = info.ways?.length === 2;
    const flat = !sum && height * width === 1 && count > 1;
    // A dense layer over a vector: all its inputs at once, a row each.
    const side = Math.ceil(Math.sqrt(count));
    const [rows, columns] = flat ? [Math.ceil(count / side), side] : [height, width];
    const part = (/** @type {Tensor} */ stack) => (flat ? stack : channelOf(stack, source));
    const both = belowOf(looked).path === "input" || Array.from(part(window)).some((v) => v < 0);
    grids.window.put(part(window), rows, columns, p, both);
    grids.kernel.put(part(kernel), rows, columns, p, true);
    grids.products.put(part(products), rows, columns, p, true);
    const from =
      sum || belowOf(looked).path !== "input" || count > 1 ? sourceName(looked, source) : t("inside.picture");
    const whole = strips[s].shape.length === 1;
    say(
      names.window,
      flat
        ? t("inside.below", { n: count })
        : whole
          ? t("inside.all", { from })
          : sum
            ? from
            : t("inside.window", { from }),
    );
    say(names.kernel, t(kernelWords(info, sum)));
    say(names.products, t("inside.products", { sum: signed(flat ? info.sum : each[source]) }));
    const single = flat || count === 1;
    showSources(looked, each, source, single);
    return { count: single ? 0 : count, source };
  }

  /** What all sources add, as bars: a row chooses. @param {Looked} looked @param {Tensor} each @param {number} source
   * @param {boolean} none */
  function showSources(looked, each, source, none) {
    sources.hidden = none;
    element.classList.toggle("many", !none && each.length > BESIDE);
    if (none) return;
    const { info } = looked.told;
    const most = Math.max(...Array.from(each, Math.abs)) || 1;
    const list = Array.from(each.slice(0, MOST_SOURCES));
    if (sources.childElementCount !== list.length + 2) {
      const rows = list.map((_, i) =>
        make(
          "button",
          { type: "button", onclick: () => choose(i) },
          make("span", {}),
          make("span", { class: "inside-bar" }, make("i", {})),
          make("b", {}),
        ),
      );
      const bias = make("p", { class: "inside-bias" }, make("span", {}, t("inside.bias")), make("b", {}));
      sources.replaceChildren(make("p", {}), ...rows, bias);
    }
    const [head, ...rows] = sources.children;
    const bias = /** @type {Element} */ (rows.pop()).children[1];
    say(bias, signed(info.bias));
    mark(bias, "title", fixed(info.bias, 4));
    say(
      head,
      t(each.length > MOST_SOURCES ? "inside.sources.first" : "inside.sources", {
        n: each.length,
        first: MOST_SOURCES,
      }),
    );
    rows.forEach((row, i) => {
      const [name, bar, value] = row.children;
      say(name, sourceName(looked, i));
      say(value, signed(list[i]));
      mark(value, "title", fixed(list[i], 4));
      const fill = /** @type {HTMLElement} */ (bar.firstElementChild);
      const share = (50 * Math.abs(list[i])) / most;
      fill.style.width = `${share}%`;
      fill.style.left = list[i] < 0 ? `${50 - share}%` : "50%";
      fill.className = list[i] < 0 ? "takes" : "adds";
      row.classList.toggle("chosen", i === source);
      mark(row, "aria-pressed", i === source);
    });
  }

  return { element, show, window: grids.window.element };
}

/** @param {any} info @param {boolean} sum */
function kernelWords({ takes, ways }, sum) {
  if (sum || ways) return "inside.once";
  if (takes === "same") return "inside.same";
  return takes === "largest" ? "inside.largest" : takes === "mean" ? "inside.mean" : "inside.kernel";
}
