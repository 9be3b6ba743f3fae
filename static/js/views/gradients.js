/**
 * The gradients of the last step, layer by layer: does the error reach the first one?
 */

import { computed, effect } from "@preact/signals-core";

import { palette } from "../core/colour.js";
import { want } from "../core/store.js";
import { t } from "../core/texts.js";
import { columnsOf } from "../geometry/columns.js";
import { median, sizes, softened } from "../geometry/spread.js";
import { pictures } from "../pictures/state.js";
import { weightedOf } from "../pictures/weighted.js";
import { line } from "../marks/strokes.js";
import { says } from "../sentences/gradients.js";
import { drawn, makeCard } from "./card.js";

/** @typedef {import("../core/store.js").Store} Store */

const [LEFT, RIGHT, FOOT] = [62, 12, 20];
/** Powers of ten at the picture's ends. */
const [LOW, HIGH] = [-7, 1];

/** @param {HTMLElement} element @param {Store} store @returns {() => void} */
export function mount(element, store) {
  const card = makeCard(element, t("card.gradients"), t("cards.gradients.asks"));
  const columns = computed(() =>
    pictures(store).on.value
      ? weightedOf(store.experiment.value.model.layers)
      : columnsOf(store.experiment.value, store.layers.value, store.points.value?.info.columns ?? ["x1", "x2"]),
  );
  const rule = computed(() => store.experiment.value.training.learner.kind === "perceptron");

  /** One row a layer with weights, from the input on. */
  function rows() {
    const frame = store.frame.value;
    const info = frame?.probes.gradients?.info ?? {};
    return columns.value.flatMap(({ title, weight }) => {
      const path = weight?.slice(0, -".weight".length);
      const found = path ? info[path] : null;
      const values = weight ? frame?.arrays.get(`gradients.${weight}`) : null;
      if (!found || !values) return [];
      const known = sizes(values);
      return [
        {
          title,
          middle: median(known),
          none: 1 - known.length / values.length,
          bins: found.histogram,
        },
      ];
    });
  }

  const picture = drawn(card.canvas, (context, width, height) => {
    const p = palette();
    const list = rows();
    if (!list.length) return;
    const x = (/** @type {number} */ power) => LEFT + ((power - LOW) / (HIGH - LOW)) * (width - LEFT - RIGHT);
    const [top, base] = [16, height - FOOT];
    const pitch = (base - top) / list.length;
    const every = Math.ceil(14 / pitch);
    context.textAlign = "center";
    for (let power = LOW + 1; power <= HIGH; power += 2) {
      context.strokeStyle = p.line;
      line(context, x(power), top, x(power), base);
      context.fillStyle = p.soft;
      context.fillText(power === 0 ? "1" : `10${raised(power)}`, x(power), height - 8);
    }
    list.forEach(({ title, middle, bins }, i) => {
      const y = top + (i + 1) * pitch;
      const counts = softened(bins.counts);
      const most = Math.max(1e-9, ...counts);
      const step = (bins.high - bins.low) / counts.length;
      context.beginPath();
      context.moveTo(x(LOW), y);
      counts.forEach((count, k) => {
        const at = bins.low + (k + 0.5) * step;
        if (at >= LOW && at <= HIGH) context.lineTo(x(at), y - (count / most) * Math.min(pitch * 0.92, 90));
      });
      context.lineTo(x(HIGH), y);
      context.fillStyle = p.faint;
      context.globalAlpha = 0.32;
      context.fill();
      context.globalAlpha = 1;
      context.strokeStyle = p.soft;
      context.stroke();
      if (middle) {
        const at = Math.min(HIGH, Math.max(LOW, Math.log10(middle)));
        context.fillStyle = p.ink;
        context.fillRect(x(at) - 1.5, y - Math.min(pitch * 0.8, 20), 3, Math.min(pitch * 0.8, 20));
      }
      if (i % every) return;
      context.fillStyle = p.ink;
      context.textAlign = "left";
      context.fillText(title, 0, y - Math.min(9, pitch / 2));
    });
  });

  const ends = [
    effect(() => want(store, "gradients", rule.value ? null : { gradients: {} })),
    effect(() => {
      void store.theme.value;
      const list = rows();
      card.about(t("cards.about.gradients"));
      card.rest(
        rule.value
          ? t("cards.rule.gradients")
          : list.length
            ? ""
            : store.session.value.divergence
              ? t("cards.gone.gradients")
              : store.session.value.step > 0
                ? t("cards.wait.gradients")
                : t("cards.begin.gradients"),
      );
      if (list.length) card.says(says(list));
      picture.redraw();
    }),
  ];
  return () => {
    for (const end of ends) end();
    picture.stop();
    want(store, "gradients", null);
  };
}

/** @param {number} power */
const raised = (power) => [...String(power)].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)])).join("");
