/**
 * How far the last step went, layer by layer, as a share of the weights it changed.
 */

import { computed, effect } from "@preact/signals-core";

import { why } from "../cards/facts.js";
import { weighted } from "../cards/layers.js";
import { deckOf } from "../cards/state.js";
import { palette } from "../core/colour.js";
import { small } from "../core/format.js";
import { want } from "../core/store.js";
import { t } from "../core/texts.js";
import { tickWords } from "../geometry/ticks.js";
import { line } from "../marks/strokes.js";
import { BAND, says } from "../sentences/updates.js";
import { drawn, makeCard } from "./card.js";

/** @typedef {import("../core/store.js").Store} Store */

const [LEFT, RIGHT, TOP, FOOT] = [62, 62, 18, 20];
/** Powers of ten at the picture's ends. */
const [LOW, HIGH] = [-6, 0];

/** @param {HTMLElement} element @param {Store} store @returns {() => void} */
export function mount(element, store) {
  const card = makeCard(element, t("card.updates"), t("cards.updates.asks"));
  const { facts } = deckOf(store);
  const quiet = computed(() => why("updates", facts.value));

  /** @returns {{title: string, ratio: number | null, frozen: boolean}[]} */
  function rows() {
    const info = store.frame.value?.probes.updates?.info ?? {};
    return weighted(store).flatMap(({ title, path }) => {
      const told = info[path];
      return told ? [{ title, ratio: told.ratio, frozen: told.frozen }] : [];
    });
  }

  const picture = drawn(card.canvas, (context, width, height) => {
    const list = rows();
    if (!list.length) return;
    const p = palette();
    const x = (/** @type {number} */ power) =>
      LEFT + ((Math.max(LOW, Math.min(HIGH, power)) - LOW) / (HIGH - LOW)) * (width - LEFT - RIGHT);
    const base = height - FOOT;
    const [a, b] = BAND.map((ratio) => x(Math.log10(ratio)));
    context.fillStyle = p.ok;
    context.globalAlpha = 0.16;
    context.fillRect(a, TOP - 4, b - a, base - TOP + 4);
    context.globalAlpha = 1;
    context.textAlign = "center";
    context.fillStyle = p.soft;
    context.fillText(t("cards.healthy"), (a + b) / 2, 6);
    context.textAlign = "right";
    context.fillText(t("cards.ratio"), width - 1, 6);
    context.textAlign = "center";
    for (let power = LOW; power <= HIGH; power += 2) {
      context.strokeStyle = p.line;
      line(context, x(power), TOP, x(power), base);
      context.fillText(tickWords(10 ** power), x(power), height - 8);
    }
    const pitch = (base - TOP) / list.length;
    const every = Math.ceil(14 / pitch);
    list.forEach(({ title, ratio, frozen }, i) => {
      const y = TOP + (i + 0.5) * pitch;
      context.strokeStyle = p.line;
      line(context, LEFT, y, width - RIGHT, y);
      if (ratio) {
        context.fillStyle = p.ink;
        const high = Math.min(16, pitch * 0.8);
        context.fillRect(x(Math.log10(ratio)) - 1.5, y - high / 2, 3, high);
      }
      if (i % every) return;
      context.fillStyle = p.ink;
      context.textAlign = "left";
      context.fillText(title, 0, y);
      context.fillStyle = p.soft;
      context.textAlign = "right";
      context.fillText(frozen ? t("cards.frozen") : small(ratio && Number(ratio.toPrecision(2))), width - 1, y);
    });
  });

  const ends = [
    effect(() => want(store, "updates", quiet.value ? null : { updates: {} })),
    effect(() => {
      void store.theme.value;
      const list = rows();
      card.about(t("cards.about.updates"));
      card.rest(quiet.value || (list.length ? "" : t("cards.begin.updates")));
      if (!quiet.value && list.length) card.says(says(list));
      picture.redraw();
    }),
  ];
  return () => {
    for (const end of ends) end();
    picture.stop();
    want(store, "updates", null);
  };
}
