/**
 * Dropout over the last steps: how often each unit rested, step by step, beside how often it should.
 */

import { computed, effect, signal } from "@preact/signals-core";

import { why } from "../cards/facts.js";
import { fill, titleOf } from "../cards/layers.js";
import { deckOf } from "../cards/state.js";
import { palette } from "../core/colour.js";
import { make } from "../core/dom.js";
import { percent, whole } from "../core/format.js";
import { want } from "../core/store.js";
import { t } from "../core/texts.js";
import { heat, inks } from "../marks/heat.js";
import { line } from "../marks/strokes.js";
import { says } from "../sentences/rests.js";
import { drawn, makeCard } from "./card.js";

/** @typedef {import("../core/store.js").Store} Store */

const [LEFT, BARS, GAP, TOP, FOOT] = [30, 78, 14, 14, 22];

/** @param {HTMLElement} element @param {Store} store @returns {() => void} */
export function mount(element, store) {
  const card = makeCard(element, t("card.rests"), t("cards.rests.asks"));
  const { facts } = deckOf(store);
  const quiet = computed(() => why("rests", facts.value));
  const layer = signal("");
  const menu = make("select", {
    class: "plain-menu",
    "aria-label": t("cards.droplayer"),
    onchange: () => (layer.value = menu.value),
  });
  card.head.append(menu);

  /** What the frame tells of the layer that is shown. */
  function told() {
    const frame = store.frame.value;
    const info = frame?.probes.rests?.info?.[layer.value];
    const [shares, share] = ["shares", "share"].map((name) => frame?.arrays.get(`rests.${layer.value}.${name}`));
    const steps = frame?.arrays.get("rests.steps");
    return info && shares && share && steps ? { info, shares, share, steps } : null;
  }

  const picture = drawn(card.canvas, (context, width, height) => {
    const now = told();
    if (!now || quiet.peek()) return;
    const p = palette();
    const { info, shares, share, steps } = now;
    const units = share.length;
    const right = width - BARS - GAP - 34;
    const pitch = (height - TOP - FOOT) / units;
    const columns = Array.from(steps, (_, k) =>
      Array.from({ length: units }, (_, u) => shares[k * units + units - 1 - u]),
    );
    const wide = (right - LEFT) / steps.length;
    heat(context, { columns, from: columns.map((_, k) => LEFT + k * wide), to: right }, TOP, pitch * units, inks(p));
    context.strokeStyle = p.line;
    context.strokeRect(LEFT + 0.5, TOP + 0.5, right - LEFT - 1, pitch * units - 1);
    const most = Math.max(0.1, info.p * 1.6, ...share);
    const x = (/** @type {number} */ v) => right + GAP + (v / most) * BARS;
    const every = Math.ceil(13 / pitch);
    for (let u = 0; u < units; u++) {
      const y = TOP + (u + 0.5) * pitch;
      context.fillStyle = p.faint;
      context.globalAlpha = 0.6;
      context.fillRect(x(0), y - Math.min(10, pitch * 0.7) / 2, x(share[u]) - x(0), Math.min(10, pitch * 0.7));
      context.globalAlpha = 1;
      if (u % every) continue;
      context.fillStyle = p.soft;
      context.textAlign = "left";
      context.fillText(String(u + 1), 2, y);
      context.textAlign = "right";
      context.fillText(percent(share[u], 0), width - 1, y);
    }
    context.strokeStyle = p.ink;
    context.lineWidth = 2;
    line(context, x(info.p), TOP - 2, x(info.p), TOP + pitch * units + 2);
    context.lineWidth = 1;
    context.fillStyle = p.ink;
    context.textAlign = "center";
    context.fillText(`p ${percent(info.p, 0)}`, x(info.p), 6);
    context.fillStyle = p.soft;
    context.textAlign = "left";
    context.fillText(facts.peek().pictures ? t("cards.map") : t("cards.unit"), 0, 6);
    context.fillText(t("cards.step", { n: steps[0] }), LEFT, height - 9);
    context.textAlign = "right";
    if (steps.length > 1) context.fillText(whole(steps[steps.length - 1]), right, height - 9);
  });

  const ends = [
    effect(() => {
      const drops = facts.value.dropouts.map((path) => /** @type {[string, string]} */ ([path, titleOf(store, path)]));
      layer.value = fill(menu, drops, layer.value);
    }),
    effect(() => want(store, "rests", quiet.value || !layer.value ? null : { rests: {} })),
    effect(() => {
      void store.theme.value;
      const now = told();
      card.rest(quiet.value || (now ? "" : t("cards.begin.rests")));
      card.about(now && !quiet.value && menu.hidden ? titleOf(store, layer.value) : "");
      if (now && !quiet.value) {
        const { info, share, steps } = now;
        card.says(
          says({ p: info.p, shares: share, answers: info.answers, steps: steps.length, maps: facts.value.pictures }),
        );
      }
      picture.redraw();
    }),
  ];
  return () => {
    for (const end of ends) end();
    picture.stop();
    want(store, "rests", null);
  };
}
