/**
 * What the units of each hidden layer answer, over the plane or, of pictures, in the last batch: how many answers are
 * saturated, or at rest.
 */

import { computed, effect } from "@preact/signals-core";

import { why } from "../cards/facts.js";
import { deckOf } from "../cards/state.js";
import { palette } from "../core/colour.js";
import { fixed, percent } from "../core/format.js";
import { planeQuery } from "../core/plane.js";
import { want } from "../core/store.js";
import { t } from "../core/texts.js";
import { columnsOf } from "../geometry/columns.js";
import { FLAT, histogram } from "../geometry/spread.js";
import { pictures } from "../pictures/state.js";
import { says } from "../sentences/activations.js";
import { drawn, makeCard } from "./card.js";

/** @typedef {import("../core/store.js").Store} Store */

const BINS = 25;
/** More side by side are too narrow to be read. */
const MOST = 6;

/** @param {HTMLElement} element @param {Store} store @returns {() => void} */
export function mount(element, store) {
  const card = makeCard(element, t("card.activations"), t("cards.activations.asks"));
  const hidden = computed(() =>
    columnsOf(store.experiment.value, store.layers.value, store.points.value?.info.columns ?? ["x1", "x2"]).filter(
      ({ role, activation }) => role === "hidden" && activation !== null && activation in FLAT,
    ),
  );

  const { on } = pictures(store);
  const { facts } = deckOf(store);
  const quiet = computed(() => why("activations", facts.value));

  /** Of pictures the engine counts, on what the last step left behind. */
  function counted() {
    const frame = store.frame.value;
    return Object.entries(frame?.probes.activations?.info ?? {}).flatMap(([title, told]) => {
      const counts = frame?.arrays.get(`activations.${title}.counts`);
      const rule = FLAT[told.kind];
      if (!counts || !rule || told.share === null) return [];
      const { units, share, dead, low: from, high: to } = told;
      const flat = (/** @type {number} */ a) => rule.flat(a);
      return [{ title, units, activation: told.kind, from, to, counts: Array.from(counts), share, dead, flat }];
    });
  }

  /** One histogram a layer; of the plane pictures travel as bytes between `low` and `high`. */
  function rows() {
    if (on.value) return counted();
    const frame = store.frame.value;
    return hidden.value.flatMap(({ title, key, units, activation }) => {
      const maps = frame?.arrays.get(`neurons.${key}`);
      const range = frame?.probes.neurons?.ranges?.[key];
      const rule = FLAT[activation ?? ""];
      if (!maps || !range || maps.shape[0] !== units) return [];
      const [low, high] = range;
      const each = maps.length / units;
      const values = Float32Array.from(maps, (q) => low + (q * (high - low)) / 255);
      // Zero lies between two bytes: half a byte's step about it is zero.
      const near = (1.01 * (high - low)) / 510;
      const flat = (/** @type {number} */ a) => rule.flat(activation === "relu" && a <= near ? 0 : a);
      let [still, dead] = [0, 0];
      for (let u = 0; u < units; u++) {
        let here = 0;
        for (let i = u * each; i < (u + 1) * each; i++) if (flat(values[i])) here++;
        still += here;
        if (activation === "relu" && here === each) dead++;
      }
      const [from, to] = activation === "relu" ? [0, Math.max(high, 0.1)] : rule.range;
      const counts = histogram(values, from, to, BINS);
      return [
        { title, units, activation: activation ?? "", from, to, counts, share: still / values.length, dead, flat },
      ];
    });
  }

  const picture = drawn(card.canvas, (context, width, height, font) => {
    const p = palette();
    const list = rows().slice(0, MOST);
    if (!list.length) return;
    const gap = 14;
    const wide = (width - gap * (list.length - 1)) / list.length;
    const [top, base] = [24, height - 20];
    list.forEach(({ title, share, from, to, counts, flat }, i) => {
      const left = i * (wide + gap);
      const most = Math.max(1, ...counts);
      const bar = wide / BINS;
      counts.forEach((count, k) => {
        const at = from + ((k + 0.5) * (to - from)) / BINS;
        context.fillStyle = flat(k === 0 ? from : at) ? p.ink : p.faint;
        context.globalAlpha = flat(k === 0 ? from : at) ? 1 : 0.5;
        const high = (count / most) * (base - top);
        context.fillRect(left + k * bar, base - high, Math.max(1, bar - 1), high);
      });
      context.globalAlpha = 1;
      context.fillStyle = p.line;
      context.fillRect(left, base, wide, 1);
      context.fillStyle = p.ink;
      context.textAlign = "left";
      context.fillText(wide > 84 ? title : title.replace("hidden ", ""), left, 7);
      context.font = `650 11.5px ${font}`;
      context.textAlign = "right";
      context.fillText(percent(share, 0), left + wide, 7);
      context.font = `11.5px ${font}`;
      context.fillStyle = p.soft;
      const ends = from < 0 ? [from, 0, to] : [from, to];
      ends.forEach((value, k) => {
        context.textAlign = k === 0 ? "left" : k === ends.length - 1 ? "right" : "center";
        const words = value > 0 && from < 0 ? `+${fixed(value, 0)}` : fixed(value, value % 1 ? 1 : 0);
        context.fillText(words, left + (k / (ends.length - 1)) * wide, height - 8);
      });
    });
  });

  const ends = [
    effect(() => {
      const plane = hidden.value.length ? { neurons: planeQuery(store) } : null;
      want(store, "activations", quiet.value ? null : on.value ? { activations: {} } : plane);
    }),
    effect(() => {
      void store.theme.value;
      const list = rows();
      const rests = list.length > 0 && list.every(({ activation }) => activation === "relu");
      card.about(rests ? t("cards.about.rests0") : t("cards.about.saturated"));
      card.rest(quiet.value || (list.length ? "" : t("cards.begin.activations")));
      if (list.length && !quiet.value) card.says(says(list, on.value ? "batch" : "plane"));
      picture.redraw();
    }),
  ];
  return () => {
    for (const end of ends) end();
    picture.stop();
    want(store, "activations", null);
  };
}
