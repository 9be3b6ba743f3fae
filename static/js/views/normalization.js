/**
 * What batch normalization holds: for each channel the mean and the deviation of the last batch, and the running ones
 * that stand in when the net is used. How far the two lie apart is what training and use do not share.
 */

import { effect, signal } from "@preact/signals-core";

import { why } from "../cards/facts.js";
import { fill, titleOf } from "../cards/layers.js";
import { deckOf } from "../cards/state.js";
import { palette } from "../core/colour.js";
import { make } from "../core/dom.js";
import { fixed } from "../core/format.js";
import { want } from "../core/store.js";
import { t } from "../core/texts.js";
import { spreadOf } from "../geometry/norms.js";
import { says } from "../sentences/normalization.js";
import { drawn, makeCard } from "./card.js";

/** @typedef {import("../core/store.js").Store} Store */

const [LEFT, RIGHT, TOP, FOOT] = [34, 12, 12, 22];

/** @param {HTMLElement} element @param {Store} store @returns {() => void} */
export function mount(element, store) {
  const card = makeCard(element, t("card.normalization"), t("cards.normalization.asks"));
  const choice = make("select", {
    class: "plain-menu",
    "aria-label": t("cards.norm"),
    onchange: () => (layer.value = choice.value),
  });
  card.head.prepend(choice);
  const layer = signal("");

  const { facts } = deckOf(store);

  /** One entry a channel: mean and deviation, of the batch and running. */
  function channels() {
    const frame = store.frame.value;
    const read = (/** @type {string} */ name) => frame?.arrays.get(`normalization.${layer.value}.${name}`);
    const [mean, variance] = [read("running_mean"), read("running_var")];
    if (!mean || !variance) return [];
    const [batchMean, batchVariance] = [read("batch_mean"), read("batch_var")];
    return Array.from(mean, (m, i) => ({
      mean: m,
      deviation: Math.sqrt(variance[i]),
      batchMean: batchMean ? batchMean[i] : null,
      batchDeviation: batchVariance ? Math.sqrt(batchVariance[i]) : null,
    }));
  }

  const picture = drawn(card.canvas, (context, width, height) => {
    const p = palette();
    const list = channels();
    if (!list.length) return;
    const { low, high } = spreadOf(list);
    const y = (/** @type {number} */ value) => TOP + ((high - value) / (high - low)) * (height - TOP - FOOT);
    const pitch = (width - LEFT - RIGHT) / list.length;
    context.textAlign = "right";
    for (const value of [low, 0, high]) {
      if (value < low || value > high) continue;
      context.strokeStyle = p.line;
      context.beginPath();
      context.moveTo(LEFT, y(value));
      context.lineTo(width - RIGHT, y(value));
      context.stroke();
      context.fillStyle = p.soft;
      context.fillText(fixed(value, 1), LEFT - 5, y(value));
    }
    list.forEach(({ mean, deviation, batchMean, batchDeviation }, i) => {
      const x = LEFT + pitch * (i + 0.5);
      const wide = Math.min(9, pitch * 0.3);
      context.fillStyle = p.faint;
      context.globalAlpha = 0.35;
      context.fillRect(x - wide, y(mean + deviation), 2 * wide, y(mean - deviation) - y(mean + deviation));
      context.globalAlpha = 1;
      context.strokeStyle = p.ink;
      context.lineWidth = 2;
      context.beginPath();
      context.moveTo(x - wide, y(mean));
      context.lineTo(x + wide, y(mean));
      context.stroke();
      context.lineWidth = 1;
      if (batchMean === null || batchDeviation === null) return;
      context.strokeStyle = p.accent;
      context.beginPath();
      context.moveTo(x, y(batchMean + batchDeviation));
      context.lineTo(x, y(batchMean - batchDeviation));
      context.stroke();
      context.fillStyle = p.accent;
      context.beginPath();
      context.arc(x, y(batchMean), 2.6, 0, 2 * Math.PI);
      context.fill();
    });
    context.fillStyle = p.soft;
    context.textAlign = "left";
    context.fillText(t("cards.normkey", { channels: t("cards.about.channels", { n: list.length }) }), LEFT, height - 8);
  });

  const ends = [
    effect(() => {
      const norms = facts.value.norms.map((path) => /** @type {[string, string]} */ ([path, titleOf(store, path)]));
      layer.value = fill(choice, norms, layer.value);
    }),
    effect(() => want(store, "normalization", layer.value ? { normalization: { layer: layer.value } } : null)),
    effect(() => {
      void store.theme.value;
      const list = channels();
      const quiet = why("normalization", facts.value);
      card.about(choice.hidden && !quiet ? titleOf(store, layer.value) : "");
      card.rest(quiet || (list.length ? "" : t("cards.wait.statistics")));
      if (list.length && !quiet) card.says(says(list));
      picture.redraw();
    }),
  ];
  return () => {
    for (const end of ends) end();
    picture.stop();
    want(store, "normalization", null);
  };
}
