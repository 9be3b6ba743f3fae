/**
 * How long the gradient was at every step: the slope the net goes down by, and the limit set to it.
 */

import { computed, effect } from "@preact/signals-core";

import { palette } from "../core/colour.js";
import { knob, small, whole } from "../core/format.js";
import { curve } from "../core/history.js";
import { t } from "../core/texts.js";
import { binned } from "../geometry/chart.js";
import { logTicks, scale, tickWords } from "../geometry/ticks.js";
import { lately, says } from "../sentences/length.js";
import { drawn, makeCard } from "./card.js";

/** @typedef {import("../core/store.js").Store} Store */

const EDGE = { left: 44, right: 12, top: 8, bottom: 22 };

/** @param {HTMLElement} element @param {Store} store @returns {() => void} */
export function mount(element, store) {
  const card = makeCard(element, t("card.length"), t("cards.length.asks"));
  const learner = computed(() => store.experiment.value.training.learner);
  const known = () => curve(store.history, store.lines.peek(), store.session.peek().line, "grad_norm");

  const picture = drawn(card.canvas, (context, width, height) => {
    const p = palette();
    const drawnCurve = known();
    const { steps, values } = drawnCurve;
    const sizes = values.filter((value) => value > 0 && Number.isFinite(value));
    if (!sizes.length) return;
    const clip = learner.peek().clip ?? null;
    const low = Math.min(...sizes, clip ?? Infinity) * 0.8;
    const high = Math.max(...sizes, clip ?? 0) * 1.2;
    const last = Math.max(10, steps[steps.length - 1]);
    const x = scale(0, last, EDGE.left, width - EDGE.right);
    const y = scale(Math.max(low, high * 1e-7), high, height - EDGE.bottom, EDGE.top, true);
    context.textAlign = "right";
    for (const value of logTicks(Math.max(low, high * 1e-7), high)) {
      context.fillStyle = p.line;
      context.fillRect(EDGE.left, y(value), width - EDGE.left - EDGE.right, 1);
      context.fillStyle = p.soft;
      context.fillText(tickWords(value), EDGE.left - 7, y(value));
    }
    const now = store.session.peek().step;
    context.textAlign = "center";
    context.fillText("0", x(0), height - 8);
    context.textAlign = "right";
    context.fillText(whole(last), x(last), height - 8);
    const middle = binned({ steps, values: values.map((v) => Math.log(Math.max(v, 1e-12))) }, x, 3.5);
    context.strokeStyle = p.ink;
    context.lineWidth = 2;
    context.lineJoin = "round";
    for (const [alpha, from, to] of [
      [0.35, now, Infinity],
      [1, -1, now],
    ]) {
      context.globalAlpha = alpha;
      context.beginPath();
      middle.steps.forEach((step, i) => {
        if (step >= from && step <= to) context.lineTo(x(step), y(Math.exp(middle.values[i])));
      });
      context.stroke();
    }
    context.globalAlpha = 1;
    if (clip !== null) {
      context.strokeStyle = p.accent;
      context.lineWidth = 1.5;
      context.setLineDash([5, 3]);
      context.beginPath();
      context.moveTo(EDGE.left, y(clip));
      context.lineTo(width - EDGE.right, y(clip));
      context.stroke();
      context.setLineDash([]);
      context.fillStyle = p.accent;
      context.textAlign = "left";
      context.fillText(t("cards.limit", { x: knob(clip) }), EDGE.left + 4, y(clip) + (y(clip) < 24 ? 10 : -9));
    }
    context.lineWidth = 1.6;
    context.strokeStyle = p.ink;
    context.beginPath();
    context.moveTo(x(now), EDGE.top);
    context.lineTo(x(now), height - EDGE.bottom);
    context.stroke();
  });

  const ends = [
    effect(() => {
      void [store.theme.value, store.history.version.value, store.lines.value];
      const { step } = store.session.value;
      const rule = learner.value.kind === "perceptron";
      const found = known();
      const none = !found.steps.length;
      card.about(t("cards.about.length"));
      card.rest(rule ? t("cards.why.rule") : none ? t("cards.begin.length") : "");
      const clip = learner.value.clip ?? null;
      if (!none && !rule) card.says(says(lately(found, step, clip), clip, small));
      picture.redraw();
    }),
  ];
  return () => {
    for (const end of ends) end();
    picture.stop();
  };
}
