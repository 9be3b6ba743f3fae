/**
 * Inside one answer, on the learner's own net now, in two steps closer than the river: how the whole map comes
 * about (what each source adds everywhere, their sum, the bias), and how one place of it does (window × kernel =
 * products, their sum over all sources, the bias, the activation); of a class, how its score becomes a probability.
 * Every number came from the engine.
 */

import { computed, effect, signal } from "@preact/signals-core";

import { make, mark, say } from "../core/dom.js";
import { percent, small } from "../core/format.js";
import { want } from "../core/store.js";
import { t } from "../core/texts.js";
import { sentence } from "../marks/sentence.js";
import { belowOf, sourceName } from "../pictures/close.js";
import { grow } from "../pictures/grow.js";
import { makeHand } from "../pictures/hand.js";
import { loudest } from "../pictures/loudest.js";
import { makePixel } from "../pictures/pixel.js";
import { makeSoftmax } from "../pictures/softmax.js";
import { pictures } from "../pictures/state.js";
import { tellTotal } from "../pictures/total.js";
import { hasWhole, makeWhole } from "../pictures/whole.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../pictures/close.js").Looked} Looked */

/** A window slides on by itself so often, in milliseconds. */
const SLIDE = 450;
/** And a step of the softmax is read so long. */
const READ = 2600;

/** @param {HTMLElement} element @param {Store} store */
export function mount(element, store) {
  const { place: at, on, query, features, strips, grown, level } = pictures(store);
  const sliding = signal(false);
  const strip = computed(() => strips.value.findIndex(({ maker }) => maker !== "" && maker === at.value?.layer));

  const pixel = makePixel((source) => (at.value = at.peek() && { .../** @type {any} */ (at.peek()), source }));
  const whole = makeWhole();
  const softmax = makeSoftmax((channel) => (at.value = at.peek() && { .../** @type {any} */ (at.peek()), channel }));
  const levels = { map: whole, pixel, softmax };
  const title = make("h3", {}, t("inside.pixel"));
  const button = (/** @type {string} */ cls, /** @type {string} */ words, /** @type {() => void} */ act) =>
    make("button", { type: "button", class: cls, onclick: act }, words);
  const tabs = {
    map: button("seg", t("inside.level.map"), () => closer("map")),
    pixel: button("seg", t("inside.level.pixel"), () => closer("pixel")),
    softmax: button("seg", t("inside.level.softmax"), () => closer("softmax")),
  };
  const slide = button("outlined small", t("inside.slide"), () => (sliding.value = !sliding.peek()));
  const chooser = makeChooser(store);
  const empty = make("p", { class: "card-empty" }, t("inside.empty"));
  const body = make("div", { class: "inside-body" });
  const total = make("p", { class: "inside-sum" });
  const hint = make("p", { class: "card-text" });
  const segments = make("span", { class: "segments" }, tabs.map, tabs.pixel, tabs.softmax);
  const about = make("span", { class: "card-about" }, chooser.element, slide, segments);
  const hand = makeHand(store);
  const foot = make("div", { class: "inside-foot" }, hint, hand.element);
  element.replaceChildren(make("header", { class: "card-head" }, title, about), empty, body, total, foot);

  effect(() => {
    // The river asks for the same place while it is on screen; on a phone this card is there alone.
    const now = on.value ? at.value : null;
    if (!now) return want(store, "inside", on.value ? { features: features.value } : null);
    const { layer, channel, y, x } = now;
    const window = { ...query.value, layer, channel, y, x };
    const more = level.value === "map" ? { intermediate: true } : {};
    want(store, "inside", { features: features.value, window: { ...window, ...more } });
  });
  // Before anything is chosen: the place that answers most, in the last convolution.
  effect(() => {
    if (!on.value || at.value || !store.frame.value) return;
    const found = loudest(strips.value, store.frame.value);
    if (found) at.value = found;
  });
  effect(() => {
    body.replaceChildren(levels[level.value].element);
    for (const [name, tab] of Object.entries(tabs)) mark(tab, "aria-pressed", name === level.value);
    show();
  });
  effect(() => {
    void [store.frame.value, at.value, store.theme.value, strip.value];
    show();
  });
  // A map that was clicked grows into its close-up.
  effect(() => {
    const from = grown.value;
    if (!from) return;
    grown.value = null;
    if (!body.hidden) grow(from.canvas, from.box, level.peek() === "pixel" ? pixel.window : body);
  });

  /** From one level to the other: what is shown small there is shown large here. @param {"map" | "pixel" | "softmax"} next */
  function closer(next) {
    if (next === level.peek()) return;
    const small = /** @type {HTMLCanvasElement | null} */ (whole.element.querySelector(".inside-result canvas"));
    const from = small?.getBoundingClientRect();
    level.value = next;
    if (next === "pixel" && small && from) grow(small, from, pixel.element);
  }

  /** One place on, by itself; pointer or arrows take over. */
  effect(() => {
    mark(slide, "aria-pressed", sliding.value);
    say(slide, t(sliding.value ? "inside.hold" : "inside.slide"));
    if (!sliding.value) return;
    if (level.value === "softmax") return glide(softmax.next, READ, () => softmax.light(0));
    let mine = at.peek();
    return glide(() => {
      const now = at.peek();
      if (!now || now !== mine) return void (sliding.value = false);
      const [, height, width] = strips.peek()[strip.peek()]?.shape ?? [];
      if (!height) return;
      const next = (now.y * width + now.x + 1) % (height * width);
      mine = { ...now, y: Math.floor(next / width), x: next % width };
      at.value = mine;
    });
  });

  function show() {
    const now = at.peek();
    const frame = store.frame.peek();
    const told = frame?.probes.window;
    const s = strip.peek();
    const known = Boolean(now && told?.info && told.query?.layer === now.layer && s > 0);
    // Off the screen, and until the answer comes, what was shown stays: a card that shrinks moves the page.
    if (now && !known && empty.hidden) return;
    empty.hidden = known;
    for (const part of [body, total, foot, slide, chooser.element, segments]) part.hidden = !known;
    if (!known || !now || !frame || !told) return say(title, t("inside.pixel"));
    const looked = { frame, told, strips: strips.peek(), s };
    const own = looked.strips[s];
    const image = own.shape.length === 3;
    tabs.map.disabled = !hasWhole(own);
    // Probabilities are of the classes alone; there the score stands where a map has one pixel.
    tabs.softmax.hidden = s < looked.strips.length - 1 || image || !frame.probes.features?.info?.probabilities;
    tabs.map.hidden = !tabs.softmax.hidden;
    say(tabs.pixel, t(tabs.softmax.hidden ? "inside.level.pixel" : "inside.level.score"));
    if (tabs.map.disabled && level.peek() === "map") level.value = "pixel";
    if (tabs.softmax.hidden && level.peek() === "softmax") level.value = "pixel";
    const [isMap, isSoft] = [level.peek() === "map", level.peek() === "softmax"];
    slide.hidden = isMap || !(image || isSoft);
    total.hidden = hint.hidden = isSoft;
    const what = t(isMap ? "inside.map.title" : image ? "inside.pixel" : "inside.answer");
    say(title, t("inside.title", { what, layer: own.title.split(" · ")[0], where: whereOf(looked) }));
    hand.show(own, now.channel, s === looked.strips.length - 1, frame.probes.features?.info);
    if (isMap) whole.show(looked);
    if (isSoft) softmax.show(looked);
    const { count, source } = isMap || isSoft ? { count: 0, source: 0 } : pixel.show(looked, now.source);
    chooser.tell(count, source, count ? sourceName(looked, source) : "");
    if (!isSoft) tellTotal(total, looked, store.layers.peek());
    const sizes = told.info.sizes;
    const sum = sizes ? sizes[0] + sizes[1] : 0;
    if (sum > 0 && image) {
      const [part, way] = sizes.map((/** @type {number} */ v) => small(v));
      sentence(hint, t("inside.ways", { body: part, shortcut: way, share: percent(sizes[1] / sum, 0) }));
    } else
      sentence(
        hint,
        t(image ? "inside.hint" : belowOf(looked).shape.length === 3 ? "inside.hint.dense" : "inside.hint.unit"),
      );
  }
}

/** Does something again and again; returns how it ends. @param {() => void} act @param {number} [every] milliseconds
 * @param {() => void} [end] */
function glide(act, every = SLIDE, end = () => {}) {
  const timer = setInterval(act, every);
  return () => {
    clearInterval(timer);
    end();
  };
}

/** The place, in words. @param {Looked} looked */
function whereOf({ frame, told: { query }, strips, s }) {
  const { channel, y, x } = query;
  if (strips[s].shape.length === 3) return t("inside.where", { map: channel + 1, row: y + 1, column: x + 1 });
  const name = frame.probes.features?.info?.class_names?.[channel];
  return s === strips.length - 1 && name !== undefined
    ? t("inside.class", { name })
    : t("inside.unit", { n: channel + 1 });
}

/** ‹ map 3 (3 of 8) › @param {Store} store */
function makeChooser(store) {
  const { place: at } = pictures(store);
  const go = (/** @type {number} */ by) => () => {
    const now = at.peek();
    const count = store.frame.peek()?.arrays.get("window.window")?.shape[0] ?? 1;
    if (now) at.value = { ...now, source: (Math.min(now.source, count - 1) + by + count) % count };
  };
  const says = make("span", {});
  const step = (/** @type {string} */ label, /** @type {number} */ by) =>
    make("button", { type: "button", "aria-label": label, onclick: go(by) }, by < 0 ? "‹" : "›");
  const element = make(
    "span",
    { class: "inside-chooser" },
    step(t("inside.source.before"), -1),
    says,
    step(t("inside.source.next"), 1),
  );
  return {
    element,
    /** @param {number} count @param {number} source @param {string} name */
    tell: (count, source, name) => {
      element.classList.toggle("unseen-place", count < 2);
      say(says, count < 2 ? "" : t("inside.source", { name, at: source + 1, n: count }));
    },
  };
}
