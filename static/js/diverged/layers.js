/** Third picture: the gradient of every layer over the last steps. */

import { whole } from "../core/format.js";
import { t } from "../core/texts.js";
import { powerTicks, scale, tickWords } from "../geometry/ticks.js";
import { card, chart, polyline, rungs } from "./chart.js";

/** @typedef {import("../core/types.js").Frame} Frame */

const EDGE = { left: 46, right: 68, top: 10, bottom: 22 };
const DASHES = [[], [6, 3], [2, 3], [8, 3, 2, 3]];

/** @param {Frame} frame of the probe `valley` @param {string} array that stopped being finite
 * @param {(layer: string) => string} called a layer as the network's picture calls it */
export function layersCard(frame, array, called) {
  const steps = [.../** @type {Iterable<number>} */ (frame.arrays.get("valley.steps") ?? [])];
  const norms = frame.arrays.get("valley.gradients");
  /** @type {string[]} */
  const names = frame.probes.valley?.info?.layers ?? [];
  const rows = names.map((name, i) => ({
    name,
    points: steps
      .map((step, k) => /** @type {[number, number]} */ ([step, Number(norms?.[i * steps.length + k])]))
      .filter(([, value]) => value > 0 && Number.isFinite(value)),
  }));
  const all = rows.flatMap(({ points }) => points.map(([, value]) => Math.log10(value)));
  const [low, high] = [Math.min(...all) - 0.3, Math.max(...all) + 0.3];
  const first = steps[Math.min(1, steps.length - 1)];
  const last = steps[steps.length - 1];
  const picture = chart(t("diverged.layers.label", { from: first, to: last }), (context, width, height, p) => {
    if (!all.length) return;
    const x = scale(first, Math.max(first + 1, last), EDGE.left, width - EDGE.right);
    const y = scale(low, high, height - EDGE.bottom, EDGE.top);
    rungs(context, p, powerTicks(low, high, 4), y, (e) => tickWords(10 ** e), EDGE.left, width - EDGE.right);
    context.fillStyle = p.soft;
    context.textAlign = "left";
    context.fillText(t("diverged.axis.from", { step: first }), EDGE.left, height - 8);
    context.textAlign = "right";
    context.fillText(whole(last), width - EDGE.right, height - 8);
    let free = -Infinity;
    const ends = rows.filter(({ points }) => points.length);
    ends.sort((a, b) => y(Math.log10(a.points.at(-1)?.[1] ?? 1)) - y(Math.log10(b.points.at(-1)?.[1] ?? 1)));
    for (const { name, points } of ends) {
      const broke = array.startsWith(`${name}.`);
      context.strokeStyle = broke ? p.warn : p.ink;
      context.lineWidth = broke ? 2.2 : 1.6;
      context.setLineDash(broke ? [] : DASHES[names.indexOf(name) % DASHES.length]);
      polyline(
        context,
        points.map(([step, value]) => [x(step), y(Math.log10(value))]),
      );
      context.setLineDash([]);
      const at = Math.max(free + 13, Math.max(10, y(Math.log10(points[points.length - 1][1]))));
      free = at;
      context.fillStyle = broke ? p.warn : p.ink;
      context.textAlign = "left";
      if (at < height - 4) context.fillText(called(name), width - EDGE.right + 6, at);
    }
  });
  const ends = rows.flatMap(({ points }) => (points.length > 1 ? [points[0][1], points[points.length - 1][1]] : []));
  const starts = ends.filter((_, i) => i % 2 === 0);
  const stops = ends.filter((_, i) => i % 2 === 1);
  const grew = Math.max(...stops) > 10 * Math.max(...starts);
  const alone = names.length < 2;
  // A layer whose units all saturated or died gets no gradient at the end: to it nothing spread.
  const quiet = names.some((_, i) => norms?.[(i + 1) * steps.length - 1] === 0);
  const told = alone ? "diverged.layers.alone" : quiet ? "diverged.layers.some" : "diverged.layers";
  const words = grew
    ? t(`${told}.grew`, {
        from: tickWords(rounded(Math.max(...starts))),
        to: tickWords(rounded(Math.max(...stops))),
        n: Math.max(1, last - first),
      })
    : t("diverged.layers.sudden", { array: numbersOf(array, called) });
  return card(3, t(told), t("diverged.layers.about"), picture, words);
}

/** An array as one says it: whose weights or biases. @param {string} array
 * @param {(layer: string) => string} called a layer as the network's picture calls it */
export function numbersOf(array, called) {
  const [, layer, kind] = /^(.+)\.(weight|bias)$/.exec(array) ?? [];
  const title = layer ? called(layer) : array;
  if (title === layer || !kind) return array;
  return t(kind === "bias" ? "diverged.biases" : "diverged.weights", { layer: title });
}

/** @param {number} value */
const rounded = (value) => Number(value.toPrecision(1));
