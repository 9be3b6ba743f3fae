/**
 * A reliability diagram: how sure the net says it is of its test points, against how often it is right about them.
 */

import { computed, effect } from "@preact/signals-core";

import { why } from "../cards/facts.js";
import { deckOf } from "../cards/state.js";
import { palette } from "../core/colour.js";
import { fixed, percent, whole } from "../core/format.js";
import { want } from "../core/store.js";
import { t } from "../core/texts.js";
import { line } from "../marks/strokes.js";
import { says } from "../sentences/calibration.js";
import { drawn, makeCard } from "./card.js";

/** @typedef {import("../core/store.js").Store} Store */

const EDGE = { left: 42, right: 12, top: 12, bottom: 34 };
const MOST = 11; // pixels, the radius of a bin that holds all points

/** @param {HTMLElement} element @param {Store} store @returns {() => void} */
export function mount(element, store) {
  const card = makeCard(element, t("card.calibration"), t("cards.calibration.asks"));
  const { facts } = deckOf(store);
  const quiet = computed(() => why("calibration", facts.value));

  const picture = drawn(card.canvas, (context, width, height) => {
    const frame = store.frame.peek();
    const info = frame?.probes.calibration?.info;
    const [count, sure, right] = ["count", "sure", "right"].map((name) => frame?.arrays.get(`calibration.${name}`));
    if (!info || !count || !sure || !right) return;
    const p = palette();
    const low = 1 / Math.max(2, info.classes);
    const x = (/** @type {number} */ v) =>
      EDGE.left + ((v - low) / (1 - low)) * (width - EDGE.left - EDGE.right - MOST);
    const y = (/** @type {number} */ v) => height - EDGE.bottom - v * (height - EDGE.bottom - EDGE.top);
    context.textAlign = "right";
    for (const value of [0, 0.5, 1]) {
      context.strokeStyle = p.line;
      line(context, EDGE.left, y(value), width - EDGE.right, y(value));
      context.fillStyle = p.soft;
      context.fillText(percent(value, 0), EDGE.left - 6, y(value));
    }
    context.textAlign = "left";
    context.fillText(t("cards.sayssure", { share: percent(low, 0) }), EDGE.left, height - 21);
    context.textAlign = "right";
    context.fillText(t("cards.sayssure", { share: percent(1, 0) }), width - EDGE.right, height - 21);
    context.strokeStyle = p.soft;
    context.setLineDash([4, 3]);
    line(context, x(low), y(low), x(1), y(1));
    context.setLineDash([]);
    context.textAlign = "center";
    count.forEach((n, i) => {
      if (!n) return;
      const [at, is] = [x(Math.max(low, sure[i])), y(right[i])];
      context.strokeStyle = p.warn;
      context.lineWidth = 1.6;
      line(context, at, y(Math.max(low, sure[i])), at, is);
      context.lineWidth = 1;
      context.fillStyle = p.ink;
      context.globalAlpha = 0.82;
      context.beginPath();
      context.arc(at, is, Math.max(2.2, MOST * Math.sqrt(n / info.count)), 0, 2 * Math.PI);
      context.fill();
      context.globalAlpha = 1;
      // Neighbours must not write over each other: below the axis every bin has its own place.
      context.fillStyle = p.soft;
      context.fillText(whole(n), Math.min(at, width - EDGE.right - 4), height - 7);
    });
    context.textAlign = "left";
    context.fillText(t("cards.points"), 0, height - 7);
  });

  const ends = [
    effect(() => want(store, "calibration", quiet.value ? null : { calibration: { split: "test" } })),
    effect(() => {
      void store.theme.value;
      const info = store.frame.value?.probes.calibration?.info ?? null;
      card.rest(quiet.value || (info ? "" : t("cards.wait.points")));
      card.about(
        info && !quiet.value
          ? t("cards.about.ece", { ece: fixed(info.ece, 3), points: t("cards.about.points", { n: info.count }) })
          : "",
      );
      if (!quiet.value && info) card.says(says(info));
      picture.redraw();
    }),
  ];
  return () => {
    for (const end of ends) end();
    picture.stop();
    want(store, "calibration", null);
  };
}
