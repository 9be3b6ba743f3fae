/** The level between: what each source adds to every place of one map, their sum, and what becomes of it. */

import { picture } from "../core/canvas.js";
import { palette } from "../core/colour.js";
import { make, say } from "../core/dom.js";
import { t } from "../core/texts.js";
import { belowOf, signed, sourceName, tile } from "./close.js";
import { channelOf, putSigned, scaleOf, tableOf, tables } from "./paint.js";

/** @typedef {import("./close.js").Looked} Looked */
/** @typedef {import("../core/types.js").Tensor} Tensor */

const SMALL = 56;
const LARGE = 96;

/** Whether a strip has this level. @param {import("./strips.js").Strip} strip */
export const hasWhole = ({ kind, shape }) => kind === "conv2d" || (kind === "residual" && shape.length === 3);

export function makeWhole() {
  const element = make("div", { class: "inside-map" });

  /** @param {Looked} looked */
  function show(looked) {
    const { frame, told, strips, s } = looked;
    const stack = frame.arrays.get("window.intermediate");
    const kernel = frame.arrays.get("window.kernel");
    const went = frame.arrays.get(`features.${strips[s].path}`);
    if (!stack || !kernel || !went) return say(element, "…");
    const colours = tables(palette());
    const [count, height, width] = stack.shape;
    const reach = Math.max(...Array.from(stack, Math.abs)) || 1;
    const weights = Math.max(...Array.from(kernel, Math.abs)) || 1;
    const rows = Array.from({ length: count }, (_, i) => {
      const adds = picture();
      putSigned(adds, channelOf(stack, i), width, height, reach, colours);
      const name = make("figcaption", {}, sourceName(looked, i));
      const before = told.info.ways ? [] : product(looked, i, weights, colours);
      return make("figure", { class: "inside-row" }, ...before, tile(adds.canvas, SMALL), name);
    });
    const total = Array.from({ length: height * width }, (_, i) => {
      let value = told.info.bias;
      for (let k = 0; k < count; k++) value += stack[k * height * width + i];
      return value;
    });
    const sum = picture();
    putSigned(sum, total, width, height, Math.max(...total.map(Math.abs)), colours);
    const then = strips[s].title.split(" · ").slice(1).join(", ") || t("inside.themap");
    const words = told.info.ways ? t("inside.added") : t("inside.summed", { bias: signed(told.info.bias) });
    const result = mapOf(frame, strips[s].path, told.query.channel, went, colours);
    element.replaceChildren(
      make("div", { class: "inside-rows" }, ...rows),
      make(
        "div",
        { class: "inside-result" },
        make("figure", {}, tile(sum.canvas, LARGE), make("figcaption", {}, words)),
        make("span", { class: "inside-sign" }, "→"),
        make("figure", {}, tile(result, LARGE), make("figcaption", {}, then)),
      ),
    );
  }
  return { element, show };
}

/** A source's map and its kernel. @param {Looked} looked @param {number} i @param {number} weights the largest of all
 * @param {import("./paint.js").Tables} colours */
function product(looked, i, weights, colours) {
  const { frame, told } = looked;
  const { path } = belowOf(looked);
  const came = frame.arrays.get(path === "input" ? "features.input" : `features.${path}`);
  const kernel = /** @type {Tensor} */ (frame.arrays.get("window.kernel"));
  if (!came) return [];
  const weight = picture();
  putSigned(weight, channelOf(kernel, i), kernel.shape[2], kernel.shape[1], weights, colours);
  const source = mapOf(frame, path, told.info.first + i, came, colours);
  return [tile(source, SMALL), make("span", {}, "∗"), tile(weight.canvas, 30), make("span", {}, "=")];
}

/** One map over its own range. @param {import("../core/types.js").Frame} frame @param {string} path
 * @param {number} channel @param {Tensor} stack @param {import("./paint.js").Tables} colours */
function mapOf(frame, path, channel, stack, colours) {
  const ranges = frame.probes.features?.ranges ?? {};
  const made = picture();
  const scale = scaleOf(ranges, path, channel, "unit");
  made.put(
    channelOf(stack, channel),
    stack.shape[2],
    stack.shape[1],
    tableOf(colours, scale, ranges[path]?.[channel] ?? [0, 1]),
  );
  return made.canvas;
}
