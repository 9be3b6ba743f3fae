/**
 * Running statistics of a batch norm over time: the mean of every channel at each step that is kept.
 */

import { computed, effect, signal } from "@preact/signals-core";

import { why } from "../cards/facts.js";
import { fill, titleOf } from "../cards/layers.js";
import { deckOf } from "../cards/state.js";
import { palette } from "../core/colour.js";
import { make } from "../core/dom.js";
import { knob, whole } from "../core/format.js";
import { t } from "../core/texts.js";
import { scale, ticks } from "../geometry/ticks.js";
import { line, stroke } from "../marks/strokes.js";
import { refresh } from "../pictures/refresh.js";
import { says } from "../sentences/drift.js";
import { drawn, makeCard } from "./card.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {{steps: number[], means: number[][], deviations: number[][]}} Found */

const [LEFT, RIGHT, TOP, FOOT, GAP] = [38, 4, 18, 22, 16];

/** @param {HTMLElement} element @param {Store} store @returns {() => void} */
export function mount(element, store) {
  const card = makeCard(element, t("card.drift"), t("cards.drift.asks"));
  const { facts } = deckOf(store);
  const quiet = computed(() => why("drift", facts.value));
  const layer = signal("");
  const menu = make("select", {
    class: "plain-menu",
    "aria-label": t("cards.norm"),
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
    const wide = (width - GAP) / 2;
    panel(context, t("cards.runningmean"), now.steps, now.means, 0, wide, height, 0);
    panel(context, t("cards.runningdeviation"), now.steps, now.deviations, wide + GAP, wide, height, 1);
  });

  /** A line for every channel. @param {CanvasRenderingContext2D} context @param {string} title @param {number[]} steps
   * @param {number[][]} rows @param {number} left @param {number} wide @param {number} height
   * @param {number} start where every channel begins */
  function panel(context, title, steps, rows, left, wide, height, start) {
    const p = palette();
    const flat = rows.flat().filter(Number.isFinite);
    const [low, high] = [Math.min(...flat, start - 0.05), Math.max(...flat, start + 0.05)];
    const last = Math.max(1, steps[steps.length - 1]);
    const x = scale(0, last, left + LEFT, left + wide - RIGHT);
    const y = scale(low, high, height - FOOT - 6, TOP + 4);
    context.fillStyle = p.ink;
    context.textAlign = "left";
    context.fillText(title, left, 6);
    context.textAlign = "right";
    for (const value of ticks(low, high, 3)) {
      context.strokeStyle = p.line;
      line(context, left + LEFT, y(value), left + wide - RIGHT, y(value));
      context.fillStyle = p.soft;
      context.fillText(knob(value), left + LEFT - 6, y(value));
    }
    context.fillText(whole(last), left + wide - RIGHT, height - 9);
    context.textAlign = "left";
    context.fillText("0", left + LEFT, height - 9);
    context.globalAlpha = rows[0].length > 12 ? 0.45 : 0.85;
    rows[0].forEach((_, c) => {
      const values = rows.map((row) => row[c]);
      const known = steps.map((_, i) => i).filter((i) => Number.isFinite(values[i]));
      const part = { steps: known.map((i) => steps[i]), values: known.map((i) => values[i]) };
      stroke(context, part, x, y, { colour: p.ink, width: 1.4 });
    });
    context.globalAlpha = 1;
  }

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
      card.rest(quiet.value || (now ? "" : t("cards.wait.kept")));
      card.about(now && !quiet.value ? t("cards.about.channels", { n: now.means[0].length }) : "");
      if (now && !quiet.value) card.says(says(now));
      picture.redraw();
    }),
  ];
  return () => {
    for (const end of [...ends, asked]) end();
    picture.stop();
  };
}
