/**
 * One weight or bias: value (to type), gradient, last update, and the curve of all its values.
 */

import { surface } from "../core/canvas.js";
import { palette } from "../core/colour.js";
import { make, say } from "../core/dom.js";
import { small, whole } from "../core/format.js";
import { ask, edit } from "../core/session.js";
import { weightEnds } from "../geometry/columns.js";
import { scale } from "../geometry/ticks.js";
import { makeClose } from "./close.js";
import { makeNumberField } from "./field.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/types.js").Tensor} Tensor */
/** @typedef {import("../core/types.js").Weight} Weight */
/** @typedef {import("../geometry/columns.js").Column} Column */

/** One value of an array of any shape. @param {Tensor | undefined} array @param {number[]} index */
export function valueAt(array, index) {
  if (!array || index.length !== array.shape.length) return undefined;
  const at = index.reduce((sum, i, axis) => sum * array.shape[axis] + i, 0);
  return index.every((i, axis) => i < array.shape[axis]) ? array[at] : undefined;
}

/** Shortest time between two questions for the history while it grows, in milliseconds. */
const PAUSE = 700;

/** @param {Store} store @param {() => Column[]} columns */
export function makeWeightCard(store, columns) {
  /** @type {Weight | null} */
  let weight = null;
  const field = makeNumberField("value", (value) => {
    if (weight) edit(store, { kind: "write", array: weight.array, index: weight.index, value });
  });
  const badge = make("span", { class: "badge", "aria-hidden": "true" }, "1");
  const name = make("b", { class: "pin-name" });
  const close = makeClose(store);
  const [gradient, update] = [make("dd"), make("dd")];
  const canvas = make("canvas", { class: "spark", role: "img" });
  const [from, to] = [make("span"), make("span")];
  const element = make(
    "section",
    { class: "pin-card", "aria-label": "pinned weight", hidden: true },
    make("header", {}, badge, name, close),
    make(
      "div",
      { class: "pin-body" },
      make(
        "div",
        {},
        make("label", { class: "pin-value" }, field.element, make("span", {}, "edit")),
        make(
          "dl",
          {},
          make("dt", { title: "how fast the loss rises with this number" }, "gradient"),
          gradient,
          make("dt", { title: "what the last step added to it" }, "last update"),
          update,
        ),
      ),
      make("div", { class: "spark-box" }, canvas, make("div", { class: "spark-axis" }, from, to)),
    ),
  );

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
    if (weight !== now) follow();
  }

  function said() {
    const { steps, values } = history;
    const n = steps.length;
    say(from, n ? `step ${whole(steps[0])}` : "");
    say(to, n ? whole(steps[n - 1]) : "");
    const fresh = n > 1 && steps[n - 1] === steps[n - 2] + 1 && steps[n - 1] === store.session.peek().step;
    say(update, fresh ? small(values[n - 1] - values[n - 2]) : "–");
  }

  return {
    element,
    redraw: picture.redraw,
    edit: field.focus,
    /** @param {Weight} chosen */
    show: (chosen) => {
      const ends = weightEnds(columns(), chosen);
      if (!ends) return;
      const words = ends.from === null ? `bias of ${ends.to}` : `${ends.from} → ${ends.to}`;
      const arrays = store.frame.peek()?.arrays;
      say(name, words);
      field.show(
        valueAt(arrays?.get(`parameters.${chosen.array}`), chosen.index),
        `value of ${words}; Enter writes it`,
      );
      say(gradient, small(valueAt(arrays?.get(`gradients.${chosen.array}`), chosen.index)));
      canvas.setAttribute("aria-label", `history of ${words}`);
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
        follow();
      }
    },
  };
}
