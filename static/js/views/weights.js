/**
 * Every weight as a dot, layer by layer: how large they have become. A click on a dot pins its weight.
 */

import { computed, effect } from "@preact/signals-core";

import { magnified } from "../core/canvas.js";
import { palette } from "../core/colour.js";
import { knob } from "../core/format.js";
import { select, want } from "../core/store.js";
import { t } from "../core/texts.js";
import { columnsOf, weightEnds } from "../geometry/columns.js";
import { median, piled, roundUp } from "../geometry/spread.js";
import { pictures } from "../pictures/state.js";
import { weightedOf } from "../pictures/weighted.js";
import { says } from "../sentences/weights.js";
import { drawn, makeCard } from "./card.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/types.js").Tensor} Tensor */

const [LEFT, RIGHT, FOOT] = [62, 12, 20];

/** @param {HTMLElement} element @param {Store} store @returns {() => void} */
export function mount(element, store) {
  const card = makeCard(element, t("card.weights"), t("cards.weights.asks"));
  const columns = computed(() =>
    columnsOf(store.experiment.value, store.layers.value, store.points.value?.info.columns ?? ["x1", "x2"]),
  );
  const { on } = pictures(store);
  /** Of pictures the convolutions too; their weights lead from map to map, not from unit to unit. */
  const rows = computed(() => (on.value ? weightedOf(store.experiment.value.model.layers) : columns.value));
  const known = computed(() => {
    const arrays = store.frame.value?.arrays;
    return rows.value.flatMap(({ title, weight }) => {
      const values = weight ? arrays?.get(`parameters.${weight}`) : null;
      return weight && values ? [{ title, array: weight, values }] : [];
    });
  });
  const largest = computed(() => {
    /** @type {{size: number, array: string, at: number, values: Tensor | null}} */
    let found = { size: 0, array: "", at: 0, values: null };
    for (const { array, values } of known.value) {
      values.forEach((value, at) => {
        if (Math.abs(value) > found.size) found = { size: Math.abs(value), array, at, values };
      });
    }
    return found;
  });

  /** Where each dot stands; drawing and clicking read the same. @param {number} width @param {number} height */
  function dots(width, height) {
    const most = roundUp(largest.value.size);
    const middle = (LEFT + width - RIGHT) / 2;
    const x = (/** @type {number} */ value) => middle + (value / most) * ((width - RIGHT - LEFT) / 2);
    const pitch = (height - FOOT) / known.value.length;
    const rows = known.value.map(({ title, array, values }, i) => {
      const r = Math.min(3.2, Math.max(1.1, 26 / Math.sqrt(values.length + 8)));
      const places = piled(values, x, 2 * r);
      const tallest = Math.max(1, ...places.map(({ row }) => Math.abs(row)));
      const rise = Math.min(2 * r, (pitch / 2 - r) / tallest);
      const y = (i + 0.5) * pitch;
      return { title, array, values, r, y, spots: places.map((place) => [place.x, y + place.row * rise]) };
    });
    return { most, x, rows, pitch };
  }

  const picture = drawn(card.canvas, (context, width, height) => {
    if (!known.value.length) return;
    const p = palette();
    const { most, x, rows, pitch } = dots(width, height);
    const pinned = store.selection.peek().weight;
    for (const value of [-most, 0, most]) {
      context.fillStyle = p.line;
      context.fillRect(x(value), 0, 1, height - FOOT + 3);
      context.fillStyle = p.soft;
      context.textAlign = value < 0 ? "left" : value > 0 ? "right" : "center";
      context.fillText(value > 0 ? `+${knob(value)}` : knob(value), x(value), height - 8);
    }
    const every = Math.ceil(14 / pitch);
    rows.forEach(({ title, array, values, r, y, spots }, i) => {
      spots.forEach(([at, high], k) => {
        context.fillStyle = values[k] < 0 ? p.neg : p.pos;
        context.globalAlpha = 0.8;
        context.beginPath();
        context.arc(at, high, r, 0, 2 * Math.PI);
        context.fill();
      });
      context.globalAlpha = 1;
      if (pinned?.array === array && pinned.index.length === 2) {
        const [at, high] = spots[pinned.index[0] * values.shape[1] + pinned.index[1]] ?? [-99, -99];
        context.strokeStyle = p.accent;
        context.lineWidth = 2;
        context.beginPath();
        context.arc(at, high, r + 3, 0, 2 * Math.PI);
        context.stroke();
        context.lineWidth = 1;
      }
      if (i % every) return;
      context.fillStyle = p.ink;
      context.textAlign = "left";
      context.fillText(title, 0, y);
    });
  });

  card.canvas.addEventListener("click", (event) => {
    const box = card.canvas.getBoundingClientRect();
    const larger = magnified(card.canvas);
    const [px, py] = [(event.clientX - box.left) / larger, (event.clientY - box.top) / larger];
    let [best, least] = [/** @type {import("../core/types.js").Weight | null} */ (null), 12];
    for (const { array, values, spots } of known.value.length
      ? dots(box.width / larger, box.height / larger).rows
      : []) {
      spots.forEach(([x, y], k) => {
        const away = Math.hypot(x - px, y - py);
        if (away >= least) return;
        const sources = values.shape[1];
        [best, least] = [{ array, index: [Math.floor(k / sources), k % sources] }, away];
      });
    }
    if (best) select(store, { weight: best });
  });

  const ends = [
    effect(() => want(store, "weights", { parameters: {} })),
    effect(() => {
      void [store.theme.value, store.selection.value];
      const all = known.value.flatMap(({ values }) => Array.from(values, Math.abs));
      card.about(all.length ? t("cards.about.weights", { n: all.length }) : "");
      const { size, array, at, values } = largest.value;
      if (values) {
        const sources = values.shape[1];
        const ends = on.value
          ? null
          : weightEnds(columns.value, { array, index: [Math.floor(at / sources), at % sources] });
        card.says(says({ middle: median(all), largest: size, ends }));
      }
      picture.redraw();
    }),
  ];
  return () => {
    for (const end of ends) end();
    picture.stop();
    want(store, "weights", null);
  };
}
