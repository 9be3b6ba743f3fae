/**
 * Inside one answer, on the learner's own net now, in two steps closer than the river: how the whole map comes
 * about (what each source adds everywhere, their sum, the bias), and how one place of it does (window × kernel =
 * products, their sum over all sources, the bias, the activation). Every number came from the engine.
 */

import { computed, effect, signal } from "@preact/signals-core";

import { picture } from "../core/canvas.js";
import { css, mix, palette, rgb } from "../core/colour.js";
import { make, mark, say } from "../core/dom.js";
import { fixed, many } from "../core/format.js";
import { want } from "../core/store.js";
import { channelOf, putSigned, scaleOf, tableOf, tables } from "../pictures/paint.js";
import { pictures } from "../pictures/state.js";
import { stripsOf } from "../pictures/strips.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/types.js").Tensor} Tensor */

/** A window slides on by itself so often, in milliseconds. */
const SLIDE = 450;
const MOST_SOURCES = 32;

/** @param {HTMLElement} element @param {Store} store */
export function mount(element, store) {
  const { place: at, on, query } = pictures(store);
  const level = signal(/** @type {"pixel" | "map"} */ ("pixel"));
  const sliding = signal(false);
  const strips = computed(() =>
    on.value ? stripsOf(store.experiment.value, store.layers.value, store.pictureShape.value) : [],
  );
  const strip = computed(() => strips.value.findIndex(({ maker }) => maker !== "" && maker === at.value?.layer));

  const title = make("h3", {}, "Inside one pixel");
  const tabs = {
    map: make("button", { type: "button", class: "seg", onclick: () => (level.value = "map") }, "whole map"),
    pixel: make("button", { type: "button", class: "seg", onclick: () => (level.value = "pixel") }, "one pixel"),
  };
  const slide = make(
    "button",
    { type: "button", class: "outlined small", onclick: () => (sliding.value = !sliding.peek()) },
    "Slide",
  );
  const chooser = makeChooser();
  const empty = make(
    "p",
    { class: "card-empty" },
    "Click any map of the river, or a class of the answer: here is how that number comes about, product by product.",
  );
  const body = make("div", { class: "inside-body" });
  const total = make("p", { class: "inside-sum" });
  const hint = make("p", { class: "card-text" });
  element.replaceChildren(
    make(
      "header",
      { class: "card-head" },
      title,
      make(
        "span",
        { class: "card-about" },
        chooser.element,
        slide,
        make("span", { class: "segments" }, tabs.map, tabs.pixel),
      ),
    ),
    empty,
    body,
    total,
    hint,
  );

  const grids = { window: makeGrid(), kernel: makeGrid(), products: makeGrid() };
  const names = { window: make("figcaption", {}), kernel: make("figcaption", {}), products: make("figcaption", {}) };
  const sources = make("div", { class: "inside-sources" });
  const pixel = make(
    "div",
    { class: "inside-pixel" },
    make("figure", {}, grids.window.element, names.window),
    make("span", { class: "inside-sign" }, "×"),
    make("figure", {}, grids.kernel.element, names.kernel),
    make("span", { class: "inside-sign" }, "="),
    make("figure", {}, grids.products.element, names.products),
    sources,
  );
  const whole = make("div", { class: "inside-map" });

  effect(() => {
    // The river asks for the same place while it is on screen; on a phone this card is there alone.
    const now = on.value ? at.value : null;
    if (!now) return want(store, "inside", null);
    const { layer, channel, y, x } = now;
    const window = { ...query.value, layer, channel, y, x };
    const whole = level.value === "map";
    want(store, "inside", { features: query.value, window: whole ? { ...window, intermediate: true } : window });
  });
  effect(() => {
    body.replaceChildren(level.value === "map" ? whole : pixel);
    for (const [name, tab] of Object.entries(tabs)) mark(tab, "aria-pressed", name === level.value);
    show();
  });
  effect(() => {
    void [store.frame.value, at.value, store.theme.value, strip.value];
    show();
  });

  /** One place on, by itself; pointer or arrows take over. */
  effect(() => {
    mark(slide, "aria-pressed", sliding.value);
    say(slide, sliding.value ? "Hold" : "Slide");
    if (!sliding.value) return;
    let mine = at.peek();
    const timer = setInterval(() => {
      const now = at.peek();
      if (!now || now !== mine) return void (sliding.value = false);
      const [, height, width] = strips.peek()[strip.peek()]?.shape ?? [];
      if (!height) return;
      const next = (now.y * width + now.x + 1) % (height * width);
      mine = { ...now, y: Math.floor(next / width), x: next % width };
      at.value = mine;
    }, SLIDE);
    return () => clearInterval(timer);
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
    for (const part of [body, total, hint, slide, chooser.element]) part.hidden = !known;
    tabs.map.parentElement?.toggleAttribute("hidden", !known);
    if (!known || !now || !frame || !told) return say(title, "Inside one pixel");
    const list = strips.peek();
    const spot = told.query;
    const image = list[s].shape.length === 3;
    const where = image
      ? `map ${spot.channel + 1}, row ${spot.y + 1}, column ${spot.x + 1}`
      : unitName(frame, spot.channel);
    say(
      title,
      `Inside ${level.peek() === "map" ? "one map" : image ? "one pixel" : "one answer"}: ${list[s].title.split(" · ")[0].toLowerCase()} · ${where}`,
    );
    const conv = list[s].kind === "conv2d";
    tabs.map.disabled = !conv;
    slide.hidden = !image || level.peek() === "map";
    if (!conv && level.peek() === "map") level.value = "pixel";
    if (level.peek() === "map") showMap(frame, told, s);
    else showPixel(frame, told, s);
    tellSum(frame, told, s);
  }

  /** @param {import("../core/types.js").Frame} frame @param {number} k */
  function unitName(frame, k) {
    const name = frame.probes.features?.info?.class_names?.[k];
    return strip.peek() === strips.peek().length - 1 && name !== undefined ? `class ${name}` : `unit ${k + 1}`;
  }

  /** @param {import("../core/types.js").Frame} frame @param {any} told @param {number} s */
  function showPixel(frame, told, s) {
    const now = at.peek();
    const window = frame.arrays.get("window.window");
    const kernel = frame.arrays.get("window.kernel");
    const products = frame.arrays.get("window.products");
    const each = frame.arrays.get("window.sources");
    if (!now || !window || !kernel || !products || !each) return;
    const [count, height, width] = window.shape;
    const source = Math.min(now.source, count - 1);
    const p = palette();
    const below = strips.peek()[s - 1];
    const number = told.info.first + source + 1;
    const from =
      below.path === "input" ? (count > 1 ? `colour ${number} of the picture` : "the picture") : `map ${number}`;
    const flat = height * width === 1 && count > 1;
    if (flat) {
      // A dense layer over a vector: all its inputs at once, a row each.
      const side = Math.ceil(Math.sqrt(count));
      grids.window.put(window, Math.ceil(count / side), side, p, false);
      grids.kernel.put(kernel, Math.ceil(count / side), side, p, true);
      grids.products.put(products, Math.ceil(count / side), side, p, true);
    } else {
      grids.window.put(
        channelOf(window, source),
        height,
        width,
        p,
        below.path === "input" || isSigned(channelOf(window, source)),
      );
      grids.kernel.put(channelOf(kernel, source), height, width, p, true);
      grids.products.put(channelOf(products, source), height, width, p, true);
    }
    const pool = told.info.takes !== "sum";
    const dense = strips.peek()[s].shape.length === 1;
    say(names.window, flat ? `all ${count} answers below` : dense ? `${from}, all of it` : `window on ${from}`);
    say(
      names.kernel,
      pool ? (told.info.takes === "largest" ? "1 where it is largest" : "equal shares") : "kernel (learned)",
    );
    say(names.products, flat ? `products, sum ${signed(told.info.sum)}` : `products, sum ${signed(each[source])}`);
    chooser.tell(flat || count === 1 ? 0 : count, source, number);
    showSources(each, source, told, flat || count === 1);
  }

  /** What all sources add, as bars: a row chooses. @param {Tensor} each @param {number} source @param {any} told
   * @param {boolean} none */
  function showSources(each, source, told, none) {
    sources.hidden = none;
    if (none) return;
    const most = Math.max(...Array.from(each, Math.abs)) || 1;
    const list = Array.from(each.slice(0, MOST_SOURCES));
    if (sources.childElementCount !== list.length + 2) {
      sources.replaceChildren(
        make("p", {}),
        ...list.map((_, i) =>
          make(
            "button",
            {
              type: "button",
              onclick: () => (at.value = at.peek() && { .../** @type {any} */ (at.peek()), source: i }),
            },
            make("span", {}),
            make("span", { class: "inside-bar" }, make("i", {})),
            make("b", {}),
          ),
        ),
        make("p", { class: "inside-bias" }, make("span", {}, "bias"), make("b", {})),
      );
    }
    const [head, ...rows] = sources.children;
    const bias = /** @type {Element} */ (rows.pop()).children[1];
    say(bias, signed(told.info.bias));
    mark(bias, "title", fixed(told.info.bias, 4));
    say(head, `all ${each.length} sources${each.length > MOST_SOURCES ? `, the first ${MOST_SOURCES}` : ""}`);
    rows.forEach((row, i) => {
      const [name, bar, value] = row.children;
      say(name, `map ${told.info.first + i + 1}`);
      say(value, signed(list[i]));
      mark(value, "title", fixed(list[i], 4));
      const fill = /** @type {HTMLElement} */ (bar.firstElementChild);
      const share = (50 * Math.abs(list[i])) / most;
      fill.style.width = `${share}%`;
      fill.style.left = list[i] < 0 ? `${50 - share}%` : "50%";
      fill.className = list[i] < 0 ? "takes" : "adds";
      row.classList.toggle("chosen", i === source);
      mark(row, "aria-pressed", i === source);
    });
  }

  /** @param {import("../core/types.js").Frame} frame @param {any} told @param {number} s */
  function showMap(frame, told, s) {
    const stack = frame.arrays.get("window.intermediate");
    const below = strips.peek()[s - 1];
    const came = frame.arrays.get(below.path === "input" ? "features.input" : `features.${below.path}`);
    const kernel = frame.arrays.get("window.kernel");
    const went = frame.arrays.get(`features.${strips.peek()[s].path}`);
    const ranges = frame.probes.features?.ranges ?? {};
    chooser.tell(0, 0, 0);
    if (!stack || !came || !kernel || !went) return say(whole, "…");
    const colours = tables(palette());
    const [count, height, width] = stack.shape;
    const reach = Math.max(...Array.from(stack, Math.abs)) || 1;
    const weights = Math.max(...Array.from(kernel, Math.abs)) || 1;
    const rows = Array.from({ length: count }, (_, i) => {
      const [source, weight, adds] = [picture(), picture(), picture()];
      const k = told.info.first + i;
      const ends = ranges[below.path]?.[k] ?? [0, 1];
      source.put(
        channelOf(came, k),
        came.shape[2],
        came.shape[1],
        tableOf(colours, scaleOf(ranges, below.path, k, "unit"), ends),
      );
      putSigned(weight, channelOf(kernel, i), kernel.shape[2], kernel.shape[1], weights, colours);
      putSigned(adds, channelOf(stack, i), width, height, reach, colours);
      return make(
        "figure",
        { class: "inside-row" },
        tile(source.canvas, 56),
        make("span", {}, "∗"),
        tile(weight.canvas, 30),
        make("span", {}, "="),
        tile(adds.canvas, 56),
        make("figcaption", {}, below.path === "input" ? "picture" : `map ${k + 1}`),
      );
    });
    const result = picture();
    const channel = told.query.channel;
    const path = strips.peek()[s].path;
    result.put(
      channelOf(went, channel),
      went.shape[2],
      went.shape[1],
      tableOf(colours, scaleOf(ranges, path, channel, "unit"), ranges[path]?.[channel] ?? [0, 1]),
    );
    const sum = picture();
    const total_ = Array.from({ length: height * width }, (_, i) => {
      let value = told.info.bias;
      for (let k = 0; k < count; k++) value += stack[k * height * width + i];
      return value;
    });
    putSigned(sum, total_, width, height, Math.max(...total_.map(Math.abs)), colours);
    whole.replaceChildren(
      make("div", { class: "inside-rows" }, ...rows),
      make(
        "div",
        { class: "inside-result" },
        make(
          "figure",
          {},
          tile(sum.canvas, 96),
          make("figcaption", {}, `their sum and the bias ${signed(told.info.bias)}`),
        ),
        make("span", { class: "inside-sign" }, "→"),
        make(
          "figure",
          {},
          tile(result.canvas, 96),
          make("figcaption", {}, strips.peek()[s].title.split(" · ").slice(1).join(", ") || "the map"),
        ),
      ),
    );
  }

  /** The sentence below: sum, bias, and what follows in the column.
   * @param {import("../core/types.js").Frame} frame @param {any} told @param {number} s */
  function tellSum(frame, told, s) {
    const { info } = told;
    const products = frame.arrays.get("window.products");
    const then = info.then.map((/** @type {any} */ step) => [
      make("span", {}, ` → ${words(step.layer)} → `),
      make("b", { title: fixed(step.answer, 4) }, fixed(step.answer, 2)),
    ]);
    const taken = { largest: "the largest number of the window", mean: "the mean of the window" }[
      /** @type {string} */ (info.takes)
    ];
    total.replaceChildren(
      make(
        "span",
        {},
        taken ? `${taken} ` : `sum of ${many(products?.length ?? 0, "product")} and bias ${signed(info.bias)} `,
      ),
      make("b", { title: fixed(info.answer, 4) }, fixed(info.answer, 2)),
      ...then.flat(),
    );
    const last = s === strips.peek().length - 1;
    const p = frame.probes.features?.info?.probabilities?.[told.query.channel];
    if (last && p !== undefined && p !== null)
      total.append(make("span", {}, " → softmax → "), make("b", {}, `${fixed(100 * p, 1)} %`));
    say(
      hint,
      strips.peek()[s].shape.length === 3
        ? "Hover the map to move the window, or use its arrow keys; ‹ › or a row changes the source."
        : "Each source is one map below, with the weights this answer gives to every place of it.",
    );
  }

  /** A layer by its kind, as in a sentence. @param {string} name */
  function words(name) {
    const kind = store.experiment.peek().model.layers.find((layer) => layer.name === name)?.kind ?? name;
    return (
      /** @type {Record<string, string>} */ ({
        relu: "ReLU keeps what is above zero",
        batch_norm: "batch norm",
        tanh: "tanh",
      })[kind] ?? kind.replaceAll("_", " ")
    );
  }

  function makeChooser() {
    const go = (/** @type {number} */ by) => () => {
      const now = at.peek();
      const count = store.frame.peek()?.arrays.get("window.window")?.shape[0] ?? 1;
      if (now) at.value = { ...now, source: (Math.min(now.source, count - 1) + by + count) % count };
    };
    const says = make("span", {});
    const made = make(
      "span",
      { class: "inside-chooser" },
      make("button", { type: "button", "aria-label": "Source before", onclick: go(-1) }, "‹"),
      says,
      make("button", { type: "button", "aria-label": "Next source", onclick: go(1) }, "›"),
    );
    return {
      element: made,
      tell: (/** @type {number} */ count, /** @type {number} */ source, /** @type {number} */ number) => {
        made.classList.toggle("unseen-place", count < 2);
        say(says, count < 2 ? "" : `map ${number} (${source + 1} of ${count})`);
      },
    };
  }
}

/** @param {HTMLCanvasElement} canvas @param {number} size */
function tile(canvas, size) {
  const scale = size / Math.max(canvas.width, canvas.height);
  canvas.style.width = `${canvas.width * scale}px`;
  canvas.style.height = `${canvas.height * scale}px`;
  canvas.className = "inside-tile";
  return canvas;
}

/** @param {ArrayLike<number>} values */
const isSigned = (values) => Array.from(values).some((v) => v < 0);

/** @param {number} x */
const signed = (x) => (x > 0 ? `+${fixed(x, 2)}` : fixed(x, 2));

/** A grid of numbers on their colours. */
function makeGrid() {
  const element = make("div", { class: "inside-grid", role: "img" });
  /** @param {ArrayLike<number>} values @param {number} rows @param {number} columns
   * @param {import("../core/colour.js").Palette} p @param {boolean} both whether numbers may be negative */
  function put(values, rows, columns, p, both) {
    const n = Math.min(values.length, rows * columns);
    while (element.childElementCount < n) element.append(make("span", {}));
    while (element.childElementCount > n) element.lastElementChild?.remove();
    const size = Math.max(9, Math.min(40, Math.floor(200 / Math.max(rows, columns))));
    element.style.gridTemplateColumns = `repeat(${columns}, ${size}px)`;
    element.style.setProperty("--cell", `${size}px`);
    const reach = Math.max(...Array.from({ length: n }, (_, i) => Math.abs(values[i]))) || 1;
    const [low, middle, high] = [p.low, p.mid, p.high].map(rgb);
    const [paper, ink] = [rgb(p.card), rgb(p.ink)];
    for (let i = 0; i < n; i++) {
      const cell = /** @type {HTMLElement} */ (element.children[i]);
      const share = Math.min(1, Math.abs(values[i]) / reach);
      const colour = both ? mix(middle, values[i] < 0 ? low : high, share) : mix(paper, ink, share);
      cell.style.background = css(colour);
      const [r, g, b] = colour;
      cell.style.color = 0.3 * r + 0.59 * g + 0.11 * b > 140 ? "#15181c" : "#ffffff";
      say(cell, size < 30 ? "" : short(values[i]));
      cell.title = fixed(values[i], 4);
    }
    mark(
      element,
      "aria-label",
      `${rows} × ${columns} numbers, from ${fixed(Math.min(...Array.from(values)), 2)} to ${fixed(Math.max(...Array.from(values)), 2)}`,
    );
  }
  return { element, put };
}

/** @param {number} x */
const short = (x) => (Math.abs(x) < 0.005 ? "0" : fixed(x, 2));
