/** First picture: the valley along the direction in which the loss curves most, and the steps that crossed it. */

import { whole, knob } from "../core/format.js";
import { t } from "../core/texts.js";
import { scale, tickWords, ticks } from "../geometry/ticks.js";
import { axisWidth, card, chart, dot, overLine, polyline, rungs } from "./chart.js";

/** @typedef {import("../core/types.js").Frame} Frame */

const EDGE = { left: 46, right: 12, top: 14, bottom: 22 };

/** How much farther out the widest step landed than the one before it: the step, and so many times.
 * @param {ArrayLike<number>} steps @param {ArrayLike<number>} along */
export function leap(steps, along) {
  let [at, times] = [-1, 0];
  for (let i = 2; i < along.length; i++) {
    const [before, now] = [Math.abs(along[i - 1]), Math.abs(along[i])];
    if (before > 0 && Number.isFinite(now) && now / before > times && along[i] * along[i - 1] < 0) {
      [at, times] = [steps[i], now / before];
    }
  }
  return at < 0 ? null : { step: at, times };
}

/** @param {Frame} frame of the probe `valley` */
export function valleyCard(frame) {
  const read = (/** @type {string} */ name) => [
    .../** @type {Iterable<number>} */ (frame.arrays.get(`valley.${name}`) ?? []),
  ];
  const [offsets, losses, steps, along, at] = ["offsets", "losses", "steps", "along", "loss"].map(read);
  const [low, high] = [offsets[0], offsets[offsets.length - 1]];
  const fits = losses.filter(Number.isFinite);
  const bottom = Math.min(...fits, ...at.filter((x, i) => Number.isFinite(x) && Math.abs(along[i]) <= high));
  const top = Math.max(...fits);
  const outside = steps.findIndex((_, i) => !(Math.abs(along[i]) <= high && at[i] <= top + (top - bottom) * 0.2));
  const inside = outside < 0 ? steps.length : outside;
  const label = t("diverged.valley.label", { from: steps[0], to: steps[Math.max(0, inside - 1)] });
  const picture = chart(label, (context, width, height, p) => {
    const figures = ticks(Math.max(0, bottom), top, 3);
    const left = axisWidth(context, figures, tickWords, EDGE.left);
    const x = scale(low, high, left, width - EDGE.right);
    const y = scale(bottom - (top - bottom) * 0.08, top + (top - bottom) * 0.15, height - EDGE.bottom, EDGE.top);
    rungs(context, p, figures, y, tickWords, left, width - EDGE.right);
    context.fillStyle = p.soft;
    context.textAlign = "center";
    context.fillText(t("diverged.valley.axis"), (left + width - EDGE.right) / 2, height - 8);
    context.strokeStyle = p.ink;
    context.lineWidth = 2;
    polyline(
      context,
      offsets.flatMap((s, i) =>
        Number.isFinite(losses[i]) ? [/** @type {[number, number]} */ ([x(s), y(losses[i])])] : [],
      ),
    );
    context.strokeStyle = p.warn;
    context.lineWidth = 1.5;
    context.globalAlpha = 0.75;
    const way = steps.slice(0, inside).map((_, i) => /** @type {[number, number]} */ ([x(along[i]), y(at[i])]));
    context.save();
    context.beginPath();
    context.rect(left, 0, width - left, height - EDGE.bottom);
    context.clip();
    if (outside > 0 && Number.isFinite(along[outside])) {
      // The next step leaves the picture; its line shows to which side.
      const side = Math.sign(along[outside]) || 1;
      polyline(context, [...way, [x(side * high * 1.2), EDGE.top - 20]]);
    } else polyline(context, way);
    context.restore();
    context.globalAlpha = 1;
    way.forEach(([px, py], i) => dot(context, px, py, p.warn, i === way.length - 1 ? 4.5 : 3));
    /** Steps whose figures stand: the last one's first, then those with room. @type {[number, number][]} */
    const told = [];
    [way.length - 1, ...way.keys()].forEach((i) => {
      const [px, py] = way[i] ?? [NaN, NaN];
      if (!(px > 0) || told.some(([x, y]) => Math.abs(x - px) < 46 && Math.abs(y - py) < 15)) return;
      told.push([px, py]);
      context.textAlign = px < width / 2 ? "right" : "left";
      overLine(context, whole(steps[i]), px + (px < width / 2 ? -8 : 8), py - 8, p.warn, p);
    });
    if (outside > 0) {
      // The words stand at the side to which it went, beside its line: where this is steep enough, right under the
      // edge; where it is flat, below it.
      const there = along[outside] < 0;
      const words = t(there ? "diverged.valley.off.left" : "diverged.valley.off", { step: steps[outside] });
      const [away, edge] = there ? [1, left + 8] : [-1, width - EDGE.right];
      const [from, to] = [way[way.length - 1], [x(high * (there ? -1.2 : 1.2)), EDGE.top - 20]];
      const lineAt = (/** @type {number} */ at) => to[1] + ((from[1] - to[1]) * (at - to[0])) / (from[0] - to[0]);
      const clear = to[0] + ((from[0] - to[0]) * 22) / Math.max(1, from[1] - to[1]) + 8 * away;
      const start = there ? Math.max(edge, clear) : Math.min(edge, clear);
      const long = context.measureText(words).width;
      const fits = there ? start + long <= width - EDGE.right : start - long >= left;
      context.textAlign = there ? "left" : "right";
      overLine(context, words, fits ? start : edge, fits ? 8 : lineAt(edge + away * long) + 18, p.warn, p);
    }
  });
  const far = leap(steps.slice(0, inside + 1), along.slice(0, inside + 1));
  const swings = far && far.times > 1;
  const figures = {
    step: far?.step ?? 0,
    before: (far?.step ?? 1) - 1,
    times: knob(Number((far?.times ?? 0).toPrecision(2))),
  };
  const words = swings
    ? t("diverged.valley.grew", figures)
    : outside > 0
      ? t("diverged.valley.jumped", { step: steps[outside], before: steps[outside] - 1 })
      : t("diverged.valley.left", { step: steps[steps.length - 1] });
  const title = t(swings ? "diverged.valley" : "diverged.valley.once");
  return card(1, title, t("diverged.valley.about"), picture, words);
}
