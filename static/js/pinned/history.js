/**
 * The way of one number of the net through all steps that are kept, as a small curve.
 */

import { surface } from "../core/canvas.js";
import { palette } from "../core/colour.js";
import { make, say } from "../core/dom.js";
import { whole } from "../core/format.js";
import { ask } from "../core/session.js";
import { t } from "../core/texts.js";
import { scale } from "../geometry/ticks.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/types.js").Weight} Weight */

/** Shortest time between two questions for the history while it grows, in milliseconds. */
const PAUSE = 700;

/** @param {Store} store @param {() => void} [grown] told when the history is another */
export function makeHistory(store, grown = () => {}) {
  const canvas = make("canvas", { class: "spark", role: "img" });
  const [from, to] = [make("span"), make("span")];
  const element = make("div", { class: "spark-box" }, canvas, make("div", { class: "spark-axis" }, from, to));
  /** @type {Weight | null} */
  let weight = null;
  /** @type {{steps: ArrayLike<number>, values: ArrayLike<number>}} */
  let history = { steps: [], values: [] };
  let [asking, asked] = [false, -Infinity];
  let known = "";

  const picture = surface(canvas, (context, width, height) => {
    const { steps, values } = history;
    const n = Math.min(steps.length, values.length);
    const colours = palette();
    const all = Array.from({ length: n }, (_, i) => values[i]);
    const [low, high] = [Math.min(0, ...all), Math.max(0, ...all)];
    const pad = (high - low || 1) * 0.08;
    const x = scale(n ? steps[0] : 0, n ? steps[n - 1] : 1, 1, width - 5);
    const y = scale(low - pad, high + pad, height - 2, 4);
    context.strokeStyle = colours.line;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(0, y(0));
    context.lineTo(width, y(0));
    context.stroke();
    if (!n) return;
    context.setLineDash([2, 3]);
    context.strokeStyle = colours.faint;
    for (const { at } of store.lines.peek().find(({ line }) => line === store.session.peek().line)?.edits ?? []) {
      if (at <= steps[0] || at >= steps[n - 1]) continue;
      context.beginPath();
      context.moveTo(x(at), 0);
      context.lineTo(x(at), height);
      context.stroke();
    }
    context.setLineDash([]);
    const colour = values[n - 1] < 0 ? colours.neg : colours.pos;
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.lineJoin = "round";
    context.beginPath();
    for (let i = 0; i < n; i++) context.lineTo(x(steps[i]), y(values[i]));
    context.stroke();
    context.fillStyle = colour;
    context.beginPath();
    context.arc(x(steps[n - 1]), y(values[n - 1]), 3.6, 0, 2 * Math.PI);
    context.fill();
  });

  async function follow() {
    const now = weight;
    if (asking || !now) return;
    asking = true;
    asked = performance.now();
    try {
      const frame = await ask(store, "trace", { array: now.array, index: now.index });
      const [steps, values] = ["trace.steps", "trace.values"].map((key) => frame.arrays.get(key));
      if (weight === now && steps && values) {
        history = { steps, values };
        said();
        picture.redraw();
      }
    } catch {
      // The curve stays as it was; the value above is still live.
    }
    asking = false;
    if (weight !== now) void follow();
  }

  function said() {
    const { steps } = history;
    const n = steps.length;
    say(from, n ? t("step.at", { step: steps[0] }) : "");
    say(to, n ? whole(steps[n - 1]) : "");
    grown();
  }

  return {
    element,
    redraw: picture.redraw,
    /** What the last steps changed: by how much, and how many steps they were. */
    last: () => {
      const { steps, values } = history;
      const n = steps.length;
      return n > 1 ? { by: values[n - 1] - values[n - 2], steps: steps[n - 1] - steps[n - 2] } : null;
    },
    /** @param {Weight} chosen @param {string} words */
    show: (chosen, words) => {
      canvas.setAttribute("aria-label", t("pin.history", { what: words }));
      weight = chosen;
      const { step, line, state } = store.session.peek();
      const key = `${chosen.array} ${chosen.index} ${line}`;
      const other = key !== known.split("|")[0];
      if (other) {
        history = { steps: [], values: [] };
        said();
        picture.redraw();
      }
      const now = `${key}|${step}`;
      if (other || (now !== known && (state !== "running" || performance.now() - asked > PAUSE))) {
        known = now;
        void follow();
      }
    },
  };
}
