/**
 * A curve over steps on an axis of powers of ten, for numbers that leave every other scale.
 */

import { surface } from "../core/canvas.js";
import { palette } from "../core/colour.js";
import { make } from "../core/dom.js";
import { knob, power, whole } from "../core/format.js";
import { t } from "../core/texts.js";
import { powerTicks } from "../geometry/ticks.js";

const EDGE = { left: 48, right: 12, top: 8, bottom: 22 };

/** @param {{steps: number[], values: number[]}} curve @param {"warn" | "ink"} colour of its last part
 * @param {number | null} from the step where that part begins; null where its last rise is */
export function powers({ steps, values }, colour, from) {
  const canvas = make("canvas", { class: "powers-picture", role: "img" });
  const kept = values.map((value, i) => [steps[i], value]).filter(([, value]) => value > 0 && Number.isFinite(value));
  if (kept.length) {
    const [first, last] = [kept[0], kept[kept.length - 1]];
    canvas.setAttribute(
      "aria-label",
      t("powers.label", { first: words(first[1]), from: first[0], last: words(last[1]), to: last[0] }),
    );
  }
  const drawing = surface(canvas, (context, width, height) => {
    if (!kept.length) return;
    const p = palette();
    const logs = kept.map(([, value]) => Math.log10(value));
    const [low, high] = [Math.min(...logs) - 0.2, Math.max(...logs, Math.min(...logs) + 1) + 0.2];
    const [start, end] = [kept[0][0], Math.max(kept[0][0] + 1, kept[kept.length - 1][0])];
    const x = (/** @type {number} */ step) =>
      EDGE.left + ((step - start) / (end - start)) * (width - EDGE.left - EDGE.right);
    const y = (/** @type {number} */ log) =>
      height - EDGE.bottom - ((log - low) / (high - low)) * (height - EDGE.bottom - EDGE.top);
    context.font = `11.5px ${getComputedStyle(canvas).fontFamily}`;
    context.textBaseline = "middle";
    context.textAlign = "right";
    for (const tick of powerTicks(low, high, 4)) {
      context.fillStyle = p.line;
      context.fillRect(EDGE.left, y(tick), width - EDGE.left - EDGE.right, 1);
      context.fillStyle = p.soft;
      context.fillText(words(10 ** tick), EDGE.left - 8, y(tick));
    }
    context.fillStyle = p.soft;
    context.textAlign = "left";
    context.fillText(t("step.at", { step: start }), EDGE.left, height - 8);
    context.textAlign = "right";
    context.fillText(whole(end), width - EDGE.right, height - 8);
    context.lineWidth = 2;
    context.lineJoin = "round";
    const turn = from ?? lastRise(kept);
    for (const [part, ink] of /** @type {[number[][], string][]} */ ([
      [kept.filter(([step]) => step <= turn), p.ink],
      [kept.filter(([step], i) => step >= turn || (kept[i + 1]?.[0] ?? -1) > turn), p[from === null ? "warn" : colour]],
    ])) {
      context.strokeStyle = ink;
      context.beginPath();
      for (const [step, value] of part) context.lineTo(x(step), y(Math.log10(value)));
      context.stroke();
    }
    context.fillStyle = p.warn;
    context.beginPath();
    context.arc(x(end), y(logs[logs.length - 1]), 4, 0, 2 * Math.PI);
    context.fill();
  });
  void drawing;
  return canvas;
}

/** The step where a curve rose for the last time. @param {number[][]} kept */
function lastRise(kept) {
  for (let i = kept.length - 1; i > 0; i--) if (kept[i][1] > kept[i - 1][1] * 1.000001) return kept[i - 1][0];
  return Infinity;
}

/** @param {number} value */
const words = (value) =>
  value >= 1e4 || value < 1e-4 ? power(value).replace(/^1 × /, "") : knob(Number(value.toPrecision(2)));
