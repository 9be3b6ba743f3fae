/**
 * Where the net is unsure: paper where it is certain, ink where it could as well guess; and the least sure test points.
 */

import { computed, effect } from "@preact/signals-core";

import { why } from "../cards/facts.js";
import { deckOf } from "../cards/state.js";
import { picture as makePicture } from "../core/canvas.js";
import { fadeTable, palette, rgb } from "../core/colour.js";
import { percent } from "../core/format.js";
import { axes, planeQuery } from "../core/plane.js";
import { want } from "../core/store.js";
import { t } from "../core/texts.js";
import { className } from "../geometry/columns.js";
import { says } from "../sentences/unsure.js";
import { drawn, makeCard } from "./card.js";

/** @typedef {import("../core/store.js").Store} Store */

const LISTED = 5;
/** From here on an answer counts as sure. */
const SURE = 0.9;

/** @param {HTMLElement} element @param {Store} store @returns {() => void} */
export function mount(element, store) {
  const card = makeCard(element, t("card.unsure"), t("cards.unsure.asks"));
  const map = makePicture();
  const classes = computed(() => store.points.value?.info.classes ?? 2);
  const { facts } = deckOf(store);
  const quiet = computed(() => why("unsure", facts.value));
  const speaks = computed(() => !quiet.value);

  /** How sure the likeliest class is at every cell, 1/classes … 1. */
  function sureness() {
    const arrays = store.frame.value?.arrays;
    const one = arrays?.get("boundary.probabilities");
    if (classes.value === 2)
      return one && { cells: Float32Array.from(one, (q) => Math.max(q, 255 - q) / 255), side: side(one) };
    const many = arrays?.get("boundary.sure");
    return many && { cells: Float32Array.from(many, (q) => q / 255), side: side(many) };
  }

  /** @param {{shape: number[]}} array */
  const side = ({ shape }) => shape[shape.length - 1];

  /** The test points it is least sure of. */
  function least() {
    const arrays = store.frame.value?.arrays;
    const [where, said, sure] = ["where", "said", "sure"].map((name) => arrays?.get(`mistakes.${name}`));
    if (!where || !said || !sure) return [];
    return Array.from(where, (at, i) => ({ at, said: said[i], sure: sure[i] })).slice(0, LISTED);
  }

  const picture = drawn(card.canvas, (context, width, height, font) => {
    const found = sureness();
    if (!found || !speaks.peek()) return;
    const p = palette();
    const n = classes.peek();
    const size = Math.min(height, width * 0.46);
    const table = fadeTable(rgb(p.card), rgb(p.ink));
    const { cells, side } = found;
    map.fill(side, side, (i) => table[Math.round((255 * (1 - cells[i]) * n) / (n - 1))]);
    context.imageSmoothingEnabled = true;
    context.save();
    context.beginPath();
    context.roundRect(0, 0, size, size, 6);
    context.clip();
    context.drawImage(map.canvas, 0, 0, size, size);
    context.restore();
    context.strokeStyle = p.line;
    context.beginPath();
    context.roundRect(0.5, 0.5, size - 1, size - 1, 6);
    context.stroke();
    const points = store.points.peek();
    if (!points) return;
    const [x0, x1, y0, y1] = store.frame.peek()?.probes.boundary?.info?.extent ?? points.info.extent;
    const wide = points.info.columns.length;
    const [a, b] = axes(store);
    const left = size + 18;
    context.fillStyle = p.soft;
    context.textAlign = "left";
    context.fillText(t("cards.leastsure"), left, 7);
    least().forEach(({ at, said, sure }, i) => {
      const [px, py] = [points.inputs[at * wide + a], points.inputs[at * wide + b]];
      badge(context, ((px - x0) / (x1 - x0)) * size, ((y1 - py) / (y1 - y0)) * size, i + 1, p, font);
      const y = 28 + i * Math.min(24, (height - 30) / LISTED);
      context.font = `650 11.5px ${font}`;
      context.fillStyle = p.ink;
      context.fillText(String(i + 1), left, y);
      context.font = `11.5px ${font}`;
      const words = n === 2 ? [t("cards.orange"), t("cards.blue")][said] : className(points.info, said);
      context.fillText(t("cards.sayswhat", { what: words }), left + 16, y);
      context.textAlign = "right";
      context.fillText(percent(sure), width - 2, y);
      context.textAlign = "left";
    });
  });

  const ends = [
    effect(() => {
      const wished = { boundary: planeQuery(store), mistakes: { order: "unsure", count: LISTED } };
      want(store, "unsure", speaks.value ? wished : null);
    }),
    effect(() => {
      void store.theme.value;
      const found = sureness();
      const [first] = least();
      card.about(t("cards.about.unsure"));
      card.rest(quiet.value);
      if (speaks.value && found && first) {
        const open = found.cells.reduce((sum, sure) => sum + (sure < SURE ? 1 : 0), 0);
        card.says(says(open / found.cells.length, first.sure, classes.value));
      }
      picture.redraw();
    }),
  ];
  return () => {
    for (const end of ends) end();
    picture.stop();
    want(store, "unsure", null);
  };
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} n
 * @param {import("../core/colour.js").Palette} p @param {string} font */
function badge(context, x, y, n, p, font) {
  context.beginPath();
  context.arc(x, y, 7, 0, 2 * Math.PI);
  context.fillStyle = p.card;
  context.strokeStyle = p.accent;
  context.lineWidth = 1.5;
  context.fill();
  context.stroke();
  context.lineWidth = 1;
  context.fillStyle = p.ink;
  context.font = `650 10.5px ${font}`;
  context.textAlign = "center";
  context.fillText(String(n), x, y + 0.5);
  context.textAlign = "left";
}
