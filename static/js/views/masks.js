/**
 * Dropout's masks of the last step: unit × example, hatched where a unit was switched off.
 */

import { effect } from "@preact/signals-core";

import { columns, fill, titleOf } from "../cards/layers.js";
import { deckOf } from "../cards/state.js";
import { magnified, surface } from "../core/canvas.js";
import { palette } from "../core/colour.js";
import { make } from "../core/dom.js";
import { edit } from "../core/session.js";
import { select, want } from "../core/store.js";
import { t } from "../core/texts.js";
import { hatch } from "../marks/hatch.js";
import { sentence } from "../marks/sentence.js";
import { says } from "../sentences/masks.js";
import { makeCard } from "./card.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/types.js").Tensor} Tensor */

const LEFT = 30;
const RIGHT = 46;
const FOOT = 20;

/** Of the places of large maps the first are drawn, and all counted. */
const MOST_ROWS = 64;

/** @param {HTMLElement} element @param {Store} store @returns {() => void} */
export function mount(element, store) {
  const { facts } = deckOf(store);
  let layer = element.dataset.layer ?? "";

  const choice = make("select", {
    class: "plain-menu",
    "aria-label": t("cards.droplayer"),
    onchange: () => choose(choice.value),
  });
  const card = makeCard(element, t("card.masks"), t("cards.masks.asks"));
  const { canvas } = card;
  const empty = make("div", { class: "card-empty", hidden: true });
  const text = /** @type {HTMLElement} */ (element.querySelector(".card-text"));
  canvas.after(empty);
  card.head.prepend(choice);

  /** @param {string} name */
  function choose(name) {
    layer = name;
    show();
  }

  /** The mask shown: rows of the array are examples. Of pictures a place of a map is a unit. @returns {Tensor | null} */
  function mask() {
    const found = store.frame.peek()?.arrays.get(`masks.${layer}.mask`);
    if (!found || found.shape.length === 2) return found ?? null;
    const [examples] = found.shape;
    const units = found.length / examples;
    return /** @type {Tensor} */ (Object.assign(found.subarray(), { shape: [examples, units] }));
  }

  /** @param {Tensor} kept @param {number} width @param {number} height */
  function grid(kept, width, height) {
    const [examples, stride] = kept.shape;
    const units = Math.min(stride, MOST_ROWS);
    const [across, down] = [(width - LEFT - RIGHT) / examples, (height - FOOT) / units];
    // In full size the squares fill it.
    const side = Math.min(across, down, height > 200 ? 44 : 19);
    return { examples, units, stride, across: Math.min(across, side * 1.25), down: Math.min(down, side * 1.25) };
  }

  const picture = surface(canvas, (context, width, height) => {
    const kept = mask();
    if (!kept) return;
    const colours = palette();
    const { examples, units, stride, across, down } = grid(kept, width, height);
    const gap = Math.min(2.5, across * 0.18, down * 0.18);
    const [w, h] = [across - gap, down - gap];
    const radius = Math.min(3, w / 4);
    const { example } = store.selection.peek();
    context.font = `11.5px ${getComputedStyle(canvas).fontFamily}`;
    context.textBaseline = "middle";
    for (let u = 0; u < units; u++) {
      let off = 0;
      for (let e = 0; e < examples; e++) {
        const [x, y] = [LEFT + e * across, u * down];
        if (kept[e * stride + u]) {
          context.fillStyle = colours.faint;
          context.globalAlpha = 0.45;
          context.beginPath();
          context.roundRect(x, y, w, h, radius);
          context.fill();
          context.globalAlpha = 1;
        } else {
          off++;
          hatch(context, x, y, w, h, { colour: colours.soft, ground: colours.card, radius, pitch: 4.5, line: 1.1 });
          context.strokeStyle = colours.faint;
          context.lineWidth = 1;
          context.beginPath();
          context.roundRect(x + 0.5, y + 0.5, w - 1, h - 1, radius);
          context.stroke();
        }
      }
      // Rows too thin for a number each carry every second, fourth … one.
      const every = Math.max(1, Math.ceil(12 / down));
      if (u % every) continue;
      context.fillStyle = colours.soft;
      context.textAlign = "left";
      context.fillText(String(u + 1), 2, u * down + h / 2);
      context.fillText(t("cards.offcount", { n: off }), LEFT + examples * across + 10, u * down + h / 2);
    }
    const foot = units * down + FOOT / 2 + 2;
    context.textAlign = "left";
    context.fillStyle = colours.soft;
    context.fillText(t("cards.unit"), 2, foot);
    const free = 2 + context.measureText(t("cards.unit")).width + 10;
    context.textAlign = "center";
    if (example !== null && example < examples) {
      const x = LEFT + example * across;
      context.strokeStyle = colours.accent;
      context.lineWidth = 2;
      context.beginPath();
      context.roundRect(x - gap / 2 - 0.5, 0.5, across + 1, Math.max(4, units * down - 0.5), 3);
      context.stroke();
      context.fillStyle = colours.accent;
      context.font = `650 11.5px ${getComputedStyle(canvas).fontFamily}`;
      const half = context.measureText(t("cards.example", { n: example + 1 })).width / 2;
      context.fillText(
        t("cards.example", { n: example + 1 }),
        Math.max(free + half, Math.min(width - half - 2, x + across / 2)),
        foot,
      );
    } else {
      const words = t("cards.examples", { n: examples });
      const half = context.measureText(words).width / 2;
      context.fillText(words, Math.max(free + half, LEFT + (examples * across) / 2), foot);
    }
  });

  canvas.addEventListener("click", (event) => {
    const kept = mask();
    if (!kept) return;
    const { left, width, height } = canvas.getBoundingClientRect();
    const larger = magnified(canvas);
    const { across, examples } = grid(kept, width / larger, height / larger);
    const at = Math.floor(((event.clientX - left) / larger - LEFT) / across);
    if (at < 0 || at >= examples) return;
    const { unit, weight, example } = store.selection.peek();
    select(store, { unit, weight, example: example === at ? null : at });
  });

  function show() {
    const { dropouts } = facts.peek();
    layer = fill(
      choice,
      dropouts.map((path) => [path, titleOf(store, path)]),
      layer,
    );
    card.about(
      dropouts.length
        ? choice.hidden
          ? t("cards.lastbatchof", { layer: titleOf(store, layer) })
          : t("cards.lastbatch")
        : "",
    );
    const kept = mask();
    canvas.hidden = !kept;
    empty.hidden = kept !== null;
    if (!kept) {
      sentence(text, "");
      element.dataset.says = "quiet";
      if (dropouts.length === 0) offer();
      else wait();
      return;
    }
    const [examples, units] = kept.shape;
    const offs = Array.from({ length: units }, () => 0);
    for (let i = 0; i < kept.length; i++) if (!kept[i]) offs[i % units]++;
    const off = offs.reduce((a, b) => a + b, 0);
    const info = store.frame.peek()?.probes.masks?.info?.[layer];
    const p = info?.p ?? 0;
    const said = says({ off, of: kept.length, expected: info?.expected ?? p * kept.length }, offs, examples);
    card.says(said);
    picture.redraw();
  }

  /** Without dropout: what it would do, and a button that puts it in. */
  function offer() {
    if (empty.dataset.kind === "offer") return;
    empty.dataset.kind = "offer";
    const add = make("button", { type: "button", class: "outlined", onclick: insert }, t("cards.offer.add"));
    empty.replaceChildren(make("p", {}, t("cards.offer")), add);
  }

  function wait() {
    const started = store.session.peek().step > 0;
    const kind = started ? "wait" : "begin";
    if (empty.dataset.kind === kind) return;
    empty.dataset.kind = kind;
    const words = started ? t("cards.wait.masks") : t("cards.begin.masks");
    empty.replaceChildren(make("p", {}, words));
  }

  function insert() {
    const all = columns(store);
    const last = all.findLast(({ role }) => role === "hidden");
    // Of a net of pictures before its last layer, which is the answer's.
    const index = last?.to ?? all.at(-1)?.from;
    if (index) edit(store, { kind: "layer_insert", index, layer: { kind: "dropout", p: 0.2 } });
  }

  const ends = [
    effect(() => {
      void [store.frame.value, store.selection.value, facts.value, store.theme.value, store.session.value.state];
      show();
    }),
    effect(() => want(store, "masks", facts.value.dropouts.length ? { masks: {} } : null)),
  ];
  return () => {
    for (const end of ends) end();
    picture.stop();
    want(store, "masks", null);
  };
}
