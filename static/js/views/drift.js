/**
 * Running statistics of a batch norm over time: the mean of every channel at each step that is kept.
 */

import { computed, effect, signal } from "@preact/signals-core";

import { why } from "../cards/facts.js";
import { fill, titleOf } from "../cards/layers.js";
import { deckOf } from "../cards/state.js";
import { palette } from "../core/colour.js";
import { make } from "../core/dom.js";
import { knob, many, whole } from "../core/format.js";
import { ticks } from "../geometry/ticks.js";
import { line } from "../marks/strokes.js";
import { refresh } from "../pictures/refresh.js";
import { says } from "../sentences/drift.js";
import { drawn, makeCard } from "./card.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {{steps: number[], means: number[][], deviations: number[][]}} Found */

const [LEFT, RIGHT, TOP, FOOT] = [40, 12, 8, 22];

/** @param {HTMLElement} element @param {Store} store @returns {() => void} */
export function mount(element, store) {
  const card = makeCard(element, "Running statistics", "what the norm will use, at the steps that are kept");
  const { facts } = deckOf(store);
  const quiet = computed(() => why("drift", facts.value));
  const layer = signal("");
  const menu = make("select", {
    class: "plain-menu",
    "aria-label": "norm",
    onchange: () => (layer.value = menu.value),
  });
  card.head.append(menu);
  const found = signal(/** @type {Found | null} */ (null));

  const asked = refresh(
    store,
    "drift",
    element,
    () => (layer.value && !quiet.value ? { layer: layer.value } : null),
    ({ arrays }) => {
      const steps = arrays.get("drift.steps");
      const mean = arrays.get(`drift.${layer.peek()}.running_mean`);
      const variance = arrays.get(`drift.${layer.peek()}.running_var`);
      if (!steps || !mean || !variance) return;
      const channels = mean.shape[1];
      const cut = (/** @type {ArrayLike<number>} */ all) =>
        Array.from(steps, (_, i) => Array.from(all).slice(i * channels, (i + 1) * channels));
      const deviations = cut(Float64Array.from(variance, Math.sqrt));
      found.value = { steps: Array.from(steps), means: cut(mean), deviations };
    },
  );

  const picture = drawn(card.canvas, (context, width, height) => {
    const now = found.peek();
    if (!now || quiet.peek()) return;
    const p = palette();
    const { steps, means, deviations } = now;
    const flat = means.flat().filter(Number.isFinite);
    const [low, high] = [Math.min(...flat, -0.1), Math.max(...flat, 0.1)];
    const last = Math.max(1, steps[steps.length - 1]);
    const x = (/** @type {number} */ step) => LEFT + (step / last) * (width - LEFT - RIGHT);
    const room = 0.12 * (high - low);
    const y = (/** @type {number} */ v) => TOP + ((high + room - v) / (high - low + 2 * room)) * (height - TOP - FOOT);
    context.textAlign = "right";
    for (const value of ticks(low, high, 4)) {
      context.strokeStyle = p.line;
      line(context, LEFT, y(value), width - RIGHT, y(value));
      context.fillStyle = p.soft;
      context.fillText(knob(value), LEFT - 6, y(value));
    }
    context.textAlign = "left";
    context.fillText("step 0", LEFT, height - 9);
    context.textAlign = "right";
    context.fillText(whole(last), width - RIGHT, height - 9);
    context.save();
    context.beginPath();
    context.rect(LEFT, TOP, width - LEFT - RIGHT, height - TOP - FOOT);
    context.clip();
    const rows = steps.map((_, i) => i).filter((i) => Number.isFinite(means[i][0]));
    const ends = deviations[deviations.length - 1];
    const order = ends.map((_, c) => c).sort((a, b) => ends[a] - ends[b]);
    context.fillStyle = p.faint;
    for (const c of new Set([order[0], order[order.length - 1]])) {
      context.globalAlpha = 0.16;
      context.beginPath();
      for (const i of rows) context.lineTo(x(steps[i]), y(means[i][c] + deviations[i][c]));
      for (const i of [...rows].reverse()) context.lineTo(x(steps[i]), y(means[i][c] - deviations[i][c]));
      context.fill();
    }
    context.globalAlpha = ends.length > 12 ? 0.5 : 0.9;
    context.strokeStyle = p.ink;
    context.lineWidth = 1.4;
    ends.forEach((_, c) => {
      context.beginPath();
      for (const i of rows) context.lineTo(x(steps[i]), y(means[i][c]));
      context.stroke();
    });
    context.restore();
  });

  const ends = [
    effect(() => {
      const norms = facts.value.norms.map((path) => /** @type {[string, string]} */ ([path, titleOf(store, path)]));
      const chosen = fill(menu, norms, layer.value);
      if (chosen !== layer.peek()) found.value = null;
      layer.value = chosen;
    }),
    effect(() => {
      void store.theme.value;
      const now = found.value;
      card.rest(quiet.value || (now ? "" : "Waiting for the steps that are kept …"));
      card.about(now && !quiet.value ? many(now.means[0].length, "channel") : "");
      if (now && !quiet.value) card.says(says(now));
      picture.redraw();
    }),
  ];
  return () => {
    for (const end of [...ends, asked]) end();
    picture.stop();
  };
}
