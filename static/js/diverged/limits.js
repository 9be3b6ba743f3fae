/** Second picture: the learning rate on its way, and the rate that the curvature bore. */

import { knob } from "../core/format.js";
import { t } from "../core/texts.js";
import { logTicks, scale, tickWords } from "../geometry/ticks.js";
import { card, chart, dot, polyline, rungs } from "./chart.js";

/** @typedef {import("../core/curvature.js").Curvature} Curvature */

const EDGE = { left: 46, right: 12, top: 10, bottom: 22 };

/** Words on the side of a line where the other one is not. @param {CanvasRenderingContext2D} context
 * @param {string} words @param {[number, number][]} line @param {[number, number][]} other @param {string} colour */
function label(context, words, line, other, colour) {
  const left = EDGE.left + 10;
  const right = left + context.measureText(words).width;
  const over = (/** @type {[number, number][]} */ points) =>
    points.filter(([px], i) => (points[i + 1]?.[0] ?? px) >= left - 8 && (points[i - 1]?.[0] ?? px) <= right + 8);
  const mine = over(line).map(([, py]) => py);
  const [top, bottom] = [Math.min(...mine), Math.max(...mine)];
  const near = over(other).some(([, py]) => py < top && py > top - 22);
  context.fillStyle = colour;
  context.textAlign = "left";
  context.fillText(words, left, near || top < EDGE.top + 18 ? bottom + 11 : top - 10);
}

/** @param {Curvature[]} known in order of steps @param {{steps: number[], values: number[]}} rates
 * @param {number} last @param {Curvature | null} back at the step worth going back to */
export function limitsCard(known, rates, last, back) {
  const limits = known.filter(({ limit }) => limit !== null && Number.isFinite(limit) && limit > 0);
  const said = rates.values.filter((rate) => rate > 0);
  const ends = [...limits.map(({ limit }) => Number(limit)), ...said];
  const [low, high] = [Math.min(...ends) / 2, Math.max(...ends) * 2];
  const rate = said[said.length - 1];
  const picture = chart(t("diverged.limit.label", { rate: knob(rate) }), (context, width, height, p) => {
    if (!said.length) return;
    const x = scale(0, Math.max(1, last), EDGE.left, width - EDGE.right);
    const y = scale(low, high, height - EDGE.bottom, EDGE.top, true);
    const line = limits.map(({ step, limit }) => /** @type {[number, number]} */ ([x(step), y(Number(limit))]));
    if (line.length > 1) {
      context.fillStyle = p.warn;
      context.globalAlpha = 0.09;
      context.beginPath();
      context.moveTo(line[0][0], EDGE.top);
      for (const [px, py] of line) context.lineTo(px, py);
      context.lineTo(line[line.length - 1][0], EDGE.top);
      context.fill();
      context.globalAlpha = 1;
    }
    rungs(context, p, logTicks(low, high), y, tickWords, EDGE.left, width - EDGE.right);
    context.fillStyle = p.soft;
    context.textAlign = "left";
    context.fillText(t("diverged.axis.from", { step: 0 }), EDGE.left, height - 8);
    context.textAlign = "right";
    context.fillText(t("diverged.axis.to", { step: last }), width - EDGE.right, height - 8);
    context.strokeStyle = p.warn;
    context.lineWidth = 1.8;
    context.setLineDash([6, 3.5]);
    polyline(context, line);
    context.setLineDash([]);
    for (const [px, py] of line) dot(context, px, py, p.warn, 2.2);
    context.strokeStyle = p.ink;
    context.lineWidth = 2.2;
    // A rate stands from the step before to the one whose history has it.
    const stairs = rates.steps.flatMap((step, i) => {
      const from = i ? rates.steps[i - 1] : 0;
      const py = y(rates.values[i]);
      return /** @type {[number, number][]} */ ([
        [x(from), py],
        [x(step), py],
      ]);
    });
    polyline(context, stairs);
    const end = stairs[stairs.length - 1];
    dot(context, end[0], end[1], p.warn, 5);
    // Left of where the rate was raised, at its height; where there is no room for it, under or over its line.
    const raised = stairs.find((_, i) => stairs.slice(i).every(([, py]) => py === end[1]))?.[0] ?? end[0];
    const words = t("diverged.limit.rate", { rate: knob(rate) });
    const room = raised - EDGE.left > context.measureText(words).width + 12;
    context.fillStyle = p.ink;
    context.textAlign = "right";
    const beside = end[1] + (end[1] < height / 2 ? 13 : -13);
    context.fillText(words, room ? raised - 7 : end[0] - 8, room ? end[1] : beside);
    if (line.length) label(context, t("diverged.limit.line"), line, stairs, p.warn);
  });
  const words = back?.limit
    ? t(rate > back.limit ? "diverged.limit.over" : "diverged.limit.under", {
        step: back.step,
        sharpness: knob(Number(back.sharpness.toPrecision(2))),
        limit: knob(Number(back.limit.toPrecision(2))),
        rate: knob(rate),
      })
    : t("diverged.limit.unknown");
  return card(2, t("diverged.limit"), t("diverged.limit.about"), picture, words);
}
