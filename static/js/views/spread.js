/**
 * Weights over time: a histogram of one layer's weights at every step that is kept, side by side.
 */

import { effect, signal } from "@preact/signals-core";

import { fill, weighted } from "../cards/layers.js";
import { palette } from "../core/colour.js";
import { make } from "../core/dom.js";
import { knob, whole } from "../core/format.js";
import { t } from "../core/texts.js";
import { heat, inks } from "../marks/heat.js";
import { line } from "../marks/strokes.js";
import { refresh } from "../pictures/refresh.js";
import { says, widthOf } from "../sentences/spread.js";
import { drawn, makeCard } from "./card.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {{steps: number[], rows: number[][], high: number, count: number}} Found */

const [LEFT, RIGHT, TOP, FOOT] = [40, 10, 8, 22];

/** @param {HTMLElement} element @param {Store} store @returns {() => void} */
export function mount(element, store) {
  const card = makeCard(element, t("card.spread"), t("cards.spread.asks"));
  const layer = signal("");
  const menu = make("select", {
    class: "plain-menu",
    "aria-label": t("cards.layer"),
    onchange: () => (layer.value = menu.value),
  });
  card.head.append(menu);
  const found = signal(/** @type {Found | null} */ (null));

  const asked = refresh(
    store,
    "spread",
    element,
    () => (layer.value ? { layer: layer.value } : null),
    ({ arrays, probes }) => {
      const name = `${layer.peek()}.weight`;
      const told = probes.spread?.info?.[name];
      const shares = arrays.get(`spread.${name}`);
      const steps = arrays.get("spread.steps");
      if (!told || !shares || !steps) return;
      const bins = shares.shape[1];
      const rows = Array.from(steps, (_, i) => Array.from(shares.slice(i * bins, (i + 1) * bins)));
      found.value = { steps: Array.from(steps), rows, high: told.high, count: told.count };
    },
  );

  const picture = drawn(card.canvas, (context, width, height) => {
    const now = found.peek();
    if (!now) return;
    const p = palette();
    const { steps, rows, high } = now;
    const last = Math.max(1, steps[steps.length - 1]);
    const x = (/** @type {number} */ step) => LEFT + (step / last) * (width - LEFT - RIGHT - 6);
    const y = (/** @type {number} */ value) => TOP + ((high - value) / (2 * high)) * (height - TOP - FOOT);
    const most = Math.max(...rows.flat(), 1e-9);
    // Of the last column a strip is left to see: it is now.
    heat(
      context,
      { columns: rows.map((row) => row.map((v) => Math.sqrt(v / most))), from: steps.map(x), to: width - RIGHT },
      TOP,
      height - TOP - FOOT,
      inks(p),
    );
    context.strokeStyle = p.line;
    context.strokeRect(LEFT + 0.5, TOP + 0.5, width - LEFT - RIGHT - 1, height - TOP - FOOT - 1);
    context.strokeStyle = p.soft;
    line(context, LEFT - 4, y(0), LEFT, y(0));
    context.fillStyle = p.soft;
    context.textAlign = "right";
    for (const value of [high, 0, -high]) {
      const at = Math.max(TOP + 6, Math.min(height - FOOT - 6, y(value)));
      context.fillText(`${value > 0 ? "+" : ""}${knob(Number(value.toPrecision(2)))}`, LEFT - 6, at);
    }
    context.textAlign = "left";
    context.fillText(t("cards.step", { n: 0 }), LEFT, height - 9);
    context.textAlign = "right";
    context.fillText(whole(last), width - RIGHT, height - 9);
  });

  const ends = [
    effect(() => {
      const chosen = fill(
        menu,
        weighted(store).map(({ title, path }) => [path, title]),
        layer.value,
      );
      if (chosen !== layer.peek()) found.value = null;
      layer.value = chosen;
    }),
    effect(() => {
      void [store.theme.value, store.session.value.id];
      const now = found.value;
      const title = weighted(store).find(({ path }) => path === layer.value)?.title ?? "";
      card.rest(now ? "" : t("cards.wait.kept"));
      card.about(now ? t("cards.about.weights", { n: now.count }) : "");
      if (now) card.says(says({ title, widths: now.rows.map((row) => widthOf(row, now.high)), steps: now.steps }));
      picture.redraw();
    }),
  ];
  return () => {
    for (const end of [...ends, asked]) end();
    picture.stop();
  };
}
