/**
 * The filter lab: image ∗ kernel. A photograph, or the picture in the river, under a kernel that is edited number by
 * number; the window that is pointed at, times the kernel, is the weighted sum that the filtered picture shows there.
 */

import { effect, signal } from "@preact/signals-core";

import { picture } from "../core/canvas.js";
import { palette, pixel } from "../core/colour.js";
import { make, mark, say } from "../core/dom.js";
import { fixed } from "../core/format.js";
import { said } from "../core/said.js";
import { t } from "../core/texts.js";
import { sentence } from "../marks/sentence.js";
import { makeGrid } from "../pictures/grid.js";
import { effectOf, isEven, KERNELS, resized, sideOf } from "../pictures/kernels.js";
import { makeLatest } from "../pictures/latest.js";
import { putSigned, tables } from "../pictures/paint.js";
import { pictures } from "../pictures/state.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/types.js").Frame} Frame */
/** @typedef {import("../pictures/kernels.js").Known} Known */

const PHOTOGRAPHS = /** @type {const} */ ([
  "chelsea",
  "coffee",
  "rocket",
  "camera",
  "coins",
  "hubble_deep_field",
  "china",
  "flower",
]);
const WIDE = 330; // of a picture on the page, at most

/** @param {HTMLElement} element @param {Store} store */
export function mount(element, store) {
  const { on, query } = pictures(store);
  const photograph = signal(/** @type {string} */ ("chelsea"));
  const kernel = signal([...KERNELS.across]);
  const flip = signal(false);
  const at = signal({ y: 60, x: 60 });
  let [height, width] = [106, 160];

  const [before, after] = [picture(), picture()];
  const frames = [before, after].map(({ canvas }) => {
    canvas.className = "kernel-picture";
    const window = make("i", { class: "kernel-window" });
    return make("div", { class: "kernel-frame" }, canvas, window);
  });
  mark(frames[0], "tabindex", "0");
  mark(frames[0], "role", "img");
  mark(frames[0], "aria-label", t("kernel.title"));
  const [saysBefore, saysAfter] = [make("figcaption", {}), make("figcaption", {})];
  const numbers = make("div", { class: "kernel-numbers", role: "group", "aria-label": t("kernel.numbers") });
  const choose = make(
    "select",
    { "aria-label": t("kernel.picture"), onchange: () => (photograph.value = choose.value) },
    make("option", { value: "" }, t("kernel.river")),
    ...PHOTOGRAPHS.map((name) => make("option", { value: name }, t(`kernel.photograph.${name}`))),
  );
  const known = /** @type {Known[]} */ (Object.keys(KERNELS)).map((name) => {
    const button = make(
      "button",
      { type: "button", class: "outlined small", onclick: () => (kernel.value = [...KERNELS[name]]) },
      t(`kernel.known.${name}`),
    );
    return { name, button };
  });
  const sizes = [3, 5, 7].map((side) =>
    make(
      "button",
      { type: "button", class: "seg", onclick: () => (kernel.value = resized(kernel.peek(), side)) },
      `${side} × ${side}`,
    ),
  );
  const turn = make("input", { type: "checkbox", onchange: () => (flip.value = turn.checked) });
  choose.value = photograph.peek();
  const grids = { window: makeGrid(), kernel: makeGrid(), products: makeGrid() };
  const captions = [t("kernel.window"), t("kernel.used"), ""].map((words) => make("figcaption", {}, words));
  const sign = (/** @type {string} */ words) => make("span", { class: "inside-sign" }, words);
  const text = make("p", { class: "card-text" });
  element.replaceChildren(
    make(
      "header",
      { class: "card-head" },
      make("h3", {}, t("kernel.title")),
      make("span", { class: "card-about" }, choose, make("span", { class: "segments" }, ...sizes)),
    ),
    make(
      "div",
      { class: "kernel-body" },
      make("figure", {}, frames[0], saysBefore),
      sign("∗"),
      make("figure", { class: "kernel-edit" }, numbers, make("figcaption", {}, t("kernel.edit"))),
      sign("="),
      make("figure", {}, frames[1], saysAfter),
    ),
    make(
      "div",
      { class: "kernel-known", role: "group", "aria-label": t("kernel.classic") },
      ...known.map(({ button }) => button),
      make("label", { class: "kernel-turn" }, turn, make("span", {}, t("kernel.turn"))),
    ),
    make(
      "div",
      { class: "inside-pixel kernel-sum" },
      make("figure", {}, grids.window.element, captions[0]),
      sign("×"),
      make("figure", {}, grids.kernel.element, captions[1]),
      sign("="),
      make("figure", {}, grids.products.element, captions[2]),
    ),
    text,
  );

  // --- the place that is taken apart --------------------------------------------------------------

  const keep = (/** @type {number} */ i, /** @type {number} */ n) => Math.max(0, Math.min(n - 1, i));
  for (const frame of frames)
    frame.addEventListener("pointermove", (event) => {
      const box = frame.getBoundingClientRect();
      const y = Math.floor(((event.clientY - box.top) / box.height) * height);
      const x = Math.floor(((event.clientX - box.left) / box.width) * width);
      at.value = { y: keep(y, height), x: keep(x, width) };
    });
  frames[0].addEventListener("keydown", (event) => {
    const by = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const { y, x } = at.peek();
    at.value = { y: keep(y + by[0], height), x: keep(x + by[1], width) };
  });

  // --- the kernel --------------------------------------------------------------------------------

  effect(() => {
    const side = sideOf(kernel.value);
    sizes.forEach((button, i) => mark(button, "aria-pressed", 3 + 2 * i === side));
    known.forEach(({ name, button }) => mark(button, "aria-pressed", String(KERNELS[name]) === String(kernel.value)));
    if (numbers.childElementCount !== kernel.value.length)
      numbers.replaceChildren(...kernel.value.map((_, i) => makeNumber(i)));
    numbers.style.gridTemplateColumns = `repeat(${side}, 1fr)`;
    kernel.value.forEach((value, i) => {
      const input = /** @type {HTMLInputElement} */ (numbers.children[i]);
      const words = String(Math.round(1000 * value) / 1000);
      if (document.activeElement !== input && input.value !== words) input.value = words;
      const side = sideOf(kernel.peek());
      mark(input, "aria-label", t("kernel.number", { row: Math.floor(i / side) + 1, column: (i % side) + 1 }));
    });
  });

  /** @param {number} i */
  function makeNumber(i) {
    const input = make("input", { type: "number", step: "0.1", min: "-100", max: "100" });
    input.addEventListener("input", () => {
      if (input.value === "" || (!input.validity.valid && !input.validity.stepMismatch)) return;
      kernel.value = kernel.peek().map((value, k) => (k === i ? Number(input.value) : value));
    });
    return input;
  }

  // Of another picture the middle, as far as its size is known: all photographs are larger than this.
  effect(() => {
    const [, h, w] = store.pictureShape.value;
    [height, width] = photograph.value ? [80, 120] : [h, w];
    at.value = { y: height >> 1, x: width >> 1 };
  });

  // --- what the engine makes of it ----------------------------------------------------------------

  const ask = makeLatest(store, "filtered", show);
  const visible = signal(false);
  new IntersectionObserver((entries) => {
    visible.value = entries.some(({ isIntersecting }) => isIntersecting);
  }).observe(element);
  effect(() => {
    const { id, connection } = store.session.value;
    if (!on.value || !visible.value || !id || connection !== "open") return;
    const of = photograph.value ? { photograph: photograph.value } : query.value;
    ask({ ...of, kernel: kernel.value, flip: flip.value, y: keep(at.value.y, height), x: keep(at.value.x, width) });
  });
  /** @type {Frame | null} */
  let last = null;
  effect(() => {
    void store.theme.value;
    if (last) show(last);
  });

  /** @param {Frame} frame */
  function show(frame) {
    last = frame;
    const [own, made, window, used, products] = ["picture", "filtered", "window", "kernel", "products"].map((name) =>
      frame.arrays.get(`filtered.${name}`),
    );
    const { info, query: asked } = frame.probes.filtered ?? {};
    if (!own || !made || !window || !used || !products) return;
    // Of another picture the place may be outside: it is asked again.
    [height, width] = own.shape;
    if (at.peek().y >= height || at.peek().x >= width)
      at.value = { y: keep(at.peek().y, height), x: keep(at.peek().x, width) };
    const p = palette();
    const colours = tables(p);
    const light = Boolean(asked.photograph) || store.pictureShape.peek()[0] === 3;
    const grey = (/** @type {number} */ v) => (light ? pixel([v, v, v]) : colours.ink[v]);
    before.fill(width, height, (i) => grey(own[i]));
    const reach = Math.max(Math.abs(info.low), Math.abs(info.high)) || 1;
    const signs = info.low < -1e-6;
    if (signs) putSigned(after, made, width, height, reach, colours);
    else after.fill(width, height, (i) => grey(Math.round(255 * Math.min(1, Math.max(0, made[i])))));
    const scale = Math.min(WIDE / width, 250 / height);
    for (const frame of frames)
      Object.assign(frame.style, { width: `${width * scale}px`, aspectRatio: `${width} / ${height}` });
    frames.forEach((frame, i) => outline(/** @type {HTMLElement} */ (frame.lastElementChild), info, asked, i === 1));
    say(saysBefore, `${said(info.says)} ${t("kernel.before", { height, width })}`.trim());
    say(saysAfter, t(signs ? "kernel.signed" : "kernel.light", { low: fixed(info.low, 2), high: fixed(info.high, 2) }));
    const side = window.shape[1];
    grids.window.put(window, side, side, light ? { ...p, card: "#000000", ink: "#ffffff" } : p, false);
    grids.kernel.put(used, side, side, p, true);
    grids.products.put(products, side, side, p, true);
    say(captions[2], t("inside.products", { sum: fixed(info.sum, 2) }));
    mark(
      frames[0],
      "aria-label",
      t("kernel.place", { row: asked.y + 1, column: asked.x + 1, sum: fixed(info.sum, 2) }),
    );
    const numbers = kernel.peek();
    const effect_ = t(`kernel.effect.${effectOf(numbers)}`, {
      sum: fixed(
        numbers.reduce((a, b) => a + b, 0),
        2,
      ),
    });
    sentence(text, `${effect_} ${t(isEven(numbers) ? "kernel.even" : asked.flip ? "kernel.turned" : "kernel.plain")}`);
  }

  /** The window on a picture: on the filtered one its place alone. @param {HTMLElement} mark @param {any} info
   * @param {any} asked @param {boolean} one */
  function outline({ style }, { rows, columns }, { y, x }, one) {
    const [top, left] = one ? [y, x] : [rows[0], columns[0]];
    const [down, across] = one ? [1, 1] : [rows.length, columns.length];
    Object.assign(style, {
      top: `${(100 * top) / height}%`,
      left: `${(100 * left) / width}%`,
      height: `${(100 * down) / height}%`,
      width: `${(100 * across) / width}%`,
    });
  }
}
