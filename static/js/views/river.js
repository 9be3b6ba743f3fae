/**
 * The river: one picture on its way through a net of pictures. Every map at once, live; the place looked into with
 * the windows it sees through, and what each source adds to it as a curve.
 */

import { computed, effect } from "@preact/signals-core";

import { picture, rounded, surface } from "../core/canvas.js";
import { palette } from "../core/colour.js";
import { make, mark, say } from "../core/dom.js";
import { fixed, percent } from "../core/format.js";
import { want } from "../core/store.js";
import { channelOf, putRaw, putSigned, scaleOf, tableOf, tables } from "../pictures/paint.js";
import { pictures } from "../pictures/state.js";
import { cellsOf, place, stripsOf, under, unitAt } from "../pictures/strips.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/types.js").Tensor} Tensor */
/** @typedef {import("../pictures/strips.js").Strip} Strip */
/** @typedef {import("../pictures/strips.js").Placed} Placed */
/** @typedef {import("../pictures/strips.js").Box} Box */

const RANGES = /** @type {const} */ ([
  ["unit", "each map’s own maximum"],
  ["layer", "the layer’s maximum"],
  ["net", "the net’s maximum"],
]);

/** @param {HTMLElement} element @param {Store} store */
export function mount(element, store) {
  const { query, place: chosen, over, range, on, shown } = pictures(store);
  const canvas = make("canvas", { class: "river-picture", role: "img" });
  const heads = make("div", { class: "river-heads" });
  const stops = make("div", { class: "river-stops" });
  const answers = make("div", {
    class: "river-answers",
    role: "group",
    "aria-label": "Answer: how likely each class is",
  });
  const sheet = make("div", { class: "river-sheet" }, heads, canvas, stops, answers);
  const stage = make("div", { class: "river-stage", tabindex: -1 }, sheet);
  const swipe = make("div", { class: "swipe", hidden: true });
  const legend = makeLegend(range);
  element.replaceChildren(stage, swipe, legend.element);

  const input = computed(() => store.frame.value?.arrays.get("features.input")?.shape ?? store.pictureShape.value);
  const strips = computed(() => (on.value ? stripsOf(store.experiment.value, store.layers.value, input.value) : []));
  let placed = /** @type {Placed[]} */ ([]);
  let height = 0;
  /** @type {Map<string, ReturnType<typeof picture>>} */
  const tiles = new Map();
  let colours = tables(palette());
  let p = palette();

  effect(() => {
    if (!on.value) return want(store, "river", null);
    const probes = /** @type {Record<string, any>} */ ({
      features: query.value,
      filters: { layer: firstConv(strips.value) },
    });
    if (!probes.filters.layer) delete probes.filters;
    const at = chosen.value;
    if (at) {
      const { layer, channel, y, x } = at;
      probes.window = { ...query.value, layer, channel, y, x };
      probes.receptive = { ...query.value, layer, channel, y, x };
    }
    want(store, "river", probes);
  });

  const view = surface(canvas, (context) => draw(context));

  /** Heads, stops and answers anew where the net changed; everything placed in the room there is. */
  function arrange() {
    const list = strips.peek();
    if (!list.length || !stage.clientWidth) return;
    height = stage.clientHeight;
    const made = place(list, { width: stage.clientWidth, height, big: store.big.peek() });
    placed = made.strips;
    const wide = made.width > stage.clientWidth + 1;
    sheet.style.width = wide ? `${made.width}px` : "";
    swipe.hidden = !wide;
    if (wide)
      say(swipe, `swipe: ${list.length} strips, ${Math.round((100 * stage.clientWidth) / made.width)} % in view`);
    heads.replaceChildren(
      ...list.map(({ title, says }, i) => {
        const head = make("div", { class: "river-head" }, make("strong", {}, title), make("span", {}, says));
        head.style.left = `${placed[i].left}px`;
        head.style.maxWidth = `${Math.max(placed[i].width + 40, 96)}px`;
        return head;
      }),
    );
    placeStops(list);
    placeAnswers(list);
    view.redraw();
  }

  /** A button over every map: one a strip takes Tab, arrows move within it. @param {Strip[]} list */
  function placeStops(list) {
    stops.replaceChildren(
      ...list.flatMap((strip, s) =>
        placed[s].maps.map((box, k) => {
          const says = s === 0 ? "The picture" : `${strip.title}, map ${k + 1} of ${strip.shape[0]}`;
          const button = make("button", {
            type: "button",
            class: "river-stop",
            "aria-label": says,
            tabindex: k ? -1 : 0,
          });
          Object.assign(button.style, {
            left: `${box.x}px`,
            top: `${box.y}px`,
            width: `${box.width}px`,
            height: `${box.height}px`,
          });
          button.addEventListener("focus", () => (over.value = { layer: strip.path, channel: k }));
          button.addEventListener("keydown", (event) => walk(event, list, s, k));
          button.addEventListener("click", (event) => {
            if (event.detail === 0 && strip.maker) look(list, s, k, strip.shape[1] >> 1, strip.shape[2] >> 1);
          });
          return button;
        }),
      ),
    );
  }

  /** Arrows: one pixel on the map looked into, else map to map. @param {KeyboardEvent} event @param {Strip[]} list
   * @param {number} s @param {number} k */
  function walk(event, list, s, k) {
    const by = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const at = chosen.peek();
    const strip = list[s];
    if (at && at.layer === strip.maker && at.channel === k && !event.shiftKey) {
      const [, rows, columns] = strip.shape;
      const y = Math.min(rows - 1, Math.max(0, at.y + by[0]));
      const x = Math.min(columns - 1, Math.max(0, at.x + by[1]));
      chosen.value = { ...at, y, x };
      return;
    }
    const count = placed[s].maps.length;
    const next = Math.min(count - 1, Math.max(0, k + by[0] + by[1]));
    const first = placed.slice(0, s).reduce((n, { maps }) => n + maps.length, 0);
    /** @type {HTMLElement} */ (stops.children[first + next]).focus();
  }

  /** @param {Strip[]} list */
  function placeAnswers(list) {
    const last = list.length - 1;
    const strip = list[last];
    const names = store.frame.peek()?.probes.features?.info?.class_names ?? [];
    answers.replaceChildren(
      ...Array.from({ length: strip.shape.length === 1 ? strip.count : 0 }, (_, k) => {
        const row = make(
          "button",
          { type: "button", class: "river-answer", onclick: () => look(list, last, k, 0, 0) },
          make("b", {}, names[k] ?? String(k)),
          make("span", { class: "river-bar" }, make("i", {})),
          make("em", {}, "–"),
        );
        const { x, y, step } = unitAt(placed[last], k, strip.count, height);
        row.style.left = `${x}px`;
        row.style.top = `${y}px`;
        row.style.height = `${Math.min(step, 30)}px`;
        return row;
      }),
    );
    tellAnswers();
  }

  function tellAnswers() {
    const info = store.frame.peek()?.probes.features?.info;
    const p = info?.probabilities ?? null;
    const outputs = info?.outputs ?? [];
    const best = outputs.indexOf(Math.max(...outputs));
    const names = info?.class_names ?? [];
    [...answers.children].forEach((row, k) => {
      const share = p ? (p[k] ?? 0) : 0;
      const [name, bar, number] = row.children;
      if (names[k]) say(name, names[k]);
      /** @type {HTMLElement} */ (bar.firstElementChild).style.width = `${100 * share}%`;
      const said = p ? percent(share, 1) : fixed(outputs[k] ?? null, 2);
      say(number, said);
      row.classList.toggle("best", k === best);
      row.classList.toggle("target", k === info?.target);
      mark(row, "aria-label", `${name.textContent}: ${said}${k === info?.target ? ", what it is" : ""}. Look into it.`);
    });
  }

  /** @param {Strip[]} list @param {number} s @param {number} channel @param {number} y @param {number} x */
  function look(list, s, channel, y, x) {
    const strip = list[s];
    if (!strip.maker || strip.kind === "residual" || strip.kind === "parallel") return;
    const now = chosen.peek();
    const source = now && now.layer === strip.maker ? now.source : 0;
    chosen.value = { layer: strip.maker, channel, y, x, source };
  }

  /** @param {PointerEvent | MouseEvent} event */
  function hitAt(event) {
    const box = sheet.getBoundingClientRect();
    return under(strips.peek(), placed, event.clientX - box.left, event.clientY - box.top);
  }
  sheet.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch") return;
    const found = hitAt(event);
    const strip = found && strips.peek()[found.strip];
    over.value = found && strip ? { layer: strip.path, channel: found.channel } : null;
    // Over the map looked into, the window follows the pointer.
    const at = chosen.peek();
    if (found && strip && at && at.layer === strip.maker && at.channel === found.channel) {
      if (at.y !== found.y || at.x !== found.x) chosen.value = { ...at, y: found.y, x: found.x };
    }
  });
  sheet.addEventListener("pointerleave", () => (over.value = null));
  sheet.addEventListener("click", (event) => {
    const found = hitAt(event);
    if (found) look(strips.peek(), found.strip, found.channel, found.y, found.x);
  });

  /** Every map of the newest frame as pixels. */
  function fill() {
    const frame = store.frame.peek();
    if (!frame || !on.peek()) return;
    const ranges = frame.probes.features?.ranges ?? {};
    for (const strip of strips.peek()) {
      const stack = frame.arrays.get(strip.path === "input" ? "features.input" : `features.${strip.path}`);
      const raw = frame.arrays.get("features.raw");
      if (!stack || stack.shape.length !== 3) continue;
      for (let k = 0; k < strip.count; k++) {
        const key = `${strip.path}/${k}`;
        const tile = tiles.get(key) ?? picture();
        tiles.set(key, tile);
        const [, h, w] = stack.shape;
        if (strip.path === "input" && raw) putRaw(tile, raw, colours);
        else {
          const scale = scaleOf(ranges, strip.path, k, strip.path === "input" ? "unit" : range.peek());
          tile.put(channelOf(stack, k), w, h, tableOf(colours, scale, ranges[strip.path]?.[k] ?? [0, 1]));
        }
      }
    }
    fillKernels(frame);
    tellAnswers();
    const info = frame.probes.features?.info;
    if (info) {
      const target =
        info.target === null ? "a drawing" : `a picture of ${info.class_names?.[info.target] ?? info.target}`;
      mark(canvas, "aria-label", `The net at step ${frame.step}, looking at ${target}.`);
    }
    view.redraw();
  }

  /** The kernels of the first convolution stand before its maps. @param {import("../core/types.js").Frame} frame */
  function fillKernels(frame) {
    const layer = firstConv(strips.peek());
    const weight = layer && frame.arrays.get(`filters.${layer}.weight`);
    if (!weight || weight.shape.length !== 4) return;
    const [count, channels, h, w] = weight.shape;
    const reach = frame.probes.filters?.info?.[layer]?.reach ?? 1;
    legend.kernels(reach);
    for (let k = 0; k < count; k++) {
      const tile = tiles.get(`kernel/${k}`) ?? picture();
      tiles.set(`kernel/${k}`, tile);
      const size = h * w;
      const from = k * channels * size;
      // In colour a kernel has a part for each of red, green and blue; drawn is their mean.
      const mean = Array.from({ length: size }, (_, i) => {
        let sum = 0;
        for (let c = 0; c < channels; c++) sum += weight[from + c * size + i];
        return sum / channels;
      });
      putSigned(tile, mean, w, h, reach, colours);
    }
  }

  /** @param {CanvasRenderingContext2D} context */
  function draw(context) {
    const list = strips.peek();
    if (!list.length || placed.length !== list.length) return;
    context.imageSmoothingEnabled = false;
    drawWays(context, list);
    drawSources(context, list);
    const at = chosen.peek();
    const boxes = boxesOf();
    list.forEach((strip, s) => {
      placed[s].maps.forEach((box, k) => {
        const tile = tiles.get(`${strip.path}/${k}`);
        context.save();
        rounded(context, box.x, box.y, box.width, box.height, 4);
        context.clip();
        context.fillStyle = p.card;
        context.fillRect(box.x, box.y, box.width, box.height);
        if (tile) context.drawImage(tile.canvas, box.x, box.y, box.width, box.height);
        context.restore();
        const looked = at !== null && at.layer === strip.maker && at.channel === k && strip.maker !== "";
        const hovered = over.peek()?.layer === strip.path && over.peek()?.channel === k;
        context.lineWidth = looked ? 2.5 : hovered ? 2 : 1;
        context.strokeStyle = looked || hovered ? p.accent : p.line;
        rounded(context, box.x, box.y, box.width, box.height, 4);
        context.stroke();
        const cells = boxes.get(strip.path);
        if (cells && (looked || sees(list, s, k)))
          drawWindow(context, cellsOf(box, strip.shape, cells), looked, s === 0);
      });
      drawKernels(context, strip, s);
      if (strip.shape.length === 1 && s < list.length - 1) drawVector(context, strip, s);
    });
  }

  /** The boxes of the field of the place looked into, by the layer shown.
   * @returns {Map<string, [number, number, number, number]>} */
  function boxesOf() {
    const at = chosen.peek();
    /** @type {Map<string, [number, number, number, number]>} */
    const found = new Map();
    const info = store.frame.peek()?.probes.receptive?.info;
    if (!at || !info?.boxes) return found;
    for (const { layer, box } of info.boxes) found.set(layer, box);
    const strip = strips.peek().find(({ maker }) => maker === at.layer);
    if (strip) found.set(strip.path, [at.y, at.y, at.x, at.x]);
    return found;
  }

  /** Whether a map is among those the place looks at: of a pool and of groups, not all are.
   * @param {Strip[]} list @param {number} s @param {number} k */
  function sees(list, s, k) {
    const at = chosen.peek();
    const t = at ? list.findIndex(({ maker }) => maker === at.layer) : -1;
    if (!at || t <= s) return false;
    if (t > s + 1) return true;
    const frame = store.frame.peek();
    const first = frame?.probes.window?.info?.first ?? 0;
    const count = frame?.arrays.get("window.sources")?.length ?? 0;
    return k >= first && k < first + count;
  }

  /** @param {CanvasRenderingContext2D} context @param {{x: number, y: number, width: number, height: number}} r
   * @param {boolean} strong @param {boolean} wash */
  function drawWindow(context, r, strong, wash) {
    if (wash) {
      context.globalAlpha = 0.1;
      context.fillStyle = p.accent;
      context.fillRect(r.x, r.y, r.width, r.height);
      context.globalAlpha = 1;
    }
    context.lineWidth = strong || wash ? 2 : 1.4;
    context.strokeStyle = p.accent;
    context.strokeRect(r.x, r.y, r.width, r.height);
  }

  /** Thin lines where nothing is chosen: the picture to the first maps, a map to its pooled map.
   * @param {CanvasRenderingContext2D} context @param {Strip[]} list */
  function drawWays(context, list) {
    context.lineWidth = 1;
    context.strokeStyle = p.faint;
    context.globalAlpha = 0.7;
    list.forEach((strip, s) => {
      if (!s) return;
      const [from, to] = [placed[s - 1], placed[s]];
      const each = strip.kind.endsWith("pool2d") && from.maps.length === to.maps.length;
      to.maps.forEach((box, k) => {
        if (!each && s > 1) return;
        const source = each ? from.maps[k] : from.maps[0];
        if (!source || (k > 0 && box.x > to.maps[0].x + 1 && !firstOfRow(to, k))) return;
        way(context, source, box);
      });
    });
    context.globalAlpha = 1;
  }

  /** @param {Placed} strip @param {number} k */
  const firstOfRow = (strip, k) => Math.abs(strip.maps[k].x - strip.maps[0].x) < 1;

  /** What each source adds to the place looked into: width its size, colour its sign, the largest drawn last.
   * @param {CanvasRenderingContext2D} context @param {Strip[]} list */
  function drawSources(context, list) {
    const at = chosen.peek();
    const frame = store.frame.peek();
    const sources = frame?.arrays.get("window.sources");
    const t = at ? list.findIndex(({ maker }) => maker === at.layer) : -1;
    if (!at || !sources || t < 1 || frame?.probes.window?.query?.layer !== at.layer) return;
    const first = frame.probes.window?.info?.first ?? 0;
    const end = placed[t].maps[at.channel] ?? { ...unitBox(list, t, at.channel) };
    const most = Math.max(...Array.from(sources, Math.abs)) || 1;
    const order = Array.from(sources, (value, i) => ({ value, box: placed[t - 1].maps[first + i] }))
      .filter(({ box }) => box)
      .sort((a, b) => Math.abs(a.value) - Math.abs(b.value));
    for (const { value, box } of order) {
      const share = Math.abs(value) / most;
      context.lineWidth = 0.7 + 6 * share;
      context.globalAlpha = 0.2 + 0.65 * share;
      context.strokeStyle = value < 0 ? p.neg : p.pos;
      way(context, box, end);
    }
    context.globalAlpha = 1;
  }

  /** @param {Strip[]} list @param {number} s @param {number} k @returns {Box} */
  function unitBox(list, s, k) {
    const { x, y } = unitAt(placed[s], k, list[s].count, height);
    return { x: x - 2, y: y - 4, width: 8, height: 8, size: 8 };
  }

  /** A curve from the right edge of one map to the left edge of another.
   * @param {CanvasRenderingContext2D} context @param {Box} from @param {Box} to */
  function way(context, from, to) {
    const [x0, y0] = [from.x + from.width, from.y + from.height / 2];
    const [x1, y1] = [to.x, to.y + to.height / 2];
    const bend = Math.max(14, (x1 - x0) / 2);
    context.beginPath();
    context.moveTo(x0, y0);
    context.bezierCurveTo(x0 + bend, y0, x1 - bend, y1, x1, y1);
    context.stroke();
  }

  /** @param {CanvasRenderingContext2D} context @param {Strip} strip @param {number} s */
  function drawKernels(context, strip, s) {
    if (strip.maker !== firstConv(strips.peek()) || !strip.maker) return;
    placed[s].maps.forEach((box, k) => {
      const tile = tiles.get(`kernel/${k}`);
      if (!tile || !firstOfRow(placed[s], k)) return;
      const size = Math.min(32, box.height * 0.4);
      const [x, y] = [box.x - size - 10, box.y + box.height / 2 - size / 2];
      context.drawImage(tile.canvas, x, y, size, size);
      context.lineWidth = 1;
      context.strokeStyle = p.line;
      context.strokeRect(x, y, size, size);
    });
  }

  /** A hidden vector: one cell a unit. @param {CanvasRenderingContext2D} context @param {Strip} strip @param {number} s */
  function drawVector(context, strip, s) {
    const values = store.frame.peek()?.arrays.get(`features.${strip.path}`);
    if (!values) return;
    const reach = Math.max(...Array.from(values, Math.abs)) || 1;
    for (let k = 0; k < strip.count; k++) {
      const { x, y, step } = unitAt(placed[s], k, strip.count, height);
      const q = Math.round(127.5 + (127.5 * values[k]) / reach);
      const c = colours.sign[Math.min(255, Math.max(0, q))];
      context.fillStyle = `rgb(${c & 255} ${(c >> 8) & 255} ${(c >> 16) & 255})`;
      context.fillRect(x, y - step / 2 + 1, 26, step - 2);
    }
  }

  const observer = new ResizeObserver(arrange);
  observer.observe(stage);
  effect(() => {
    void [strips.value, store.big.value];
    arrange();
  });
  effect(() => {
    void [store.frame.value, range.value, strips.value];
    fill();
  });
  effect(() => {
    void [chosen.value, over.value];
    view.redraw();
  });
  effect(() => {
    void store.theme.value;
    p = palette();
    colours = tables(p);
    fill();
    legend.paint(p);
  });
  // Another net has other layers: what was looked into may be gone.
  effect(() => {
    const at = chosen.value;
    if (at && !strips.value.some(({ maker }) => maker === at.layer)) chosen.value = null;
  });
  void shown;
}

/** @param {Strip[]} strips */
const firstConv = (strips) => (strips[1]?.kind === "conv2d" ? strips[1].maker : "");

/** What the colours stand for, and over which range maps are drawn.
 * @param {import("@preact/signals-core").Signal<import("../pictures/state.js").Range>} range */
function makeLegend(range) {
  const kernels = make("span", { class: "legend-words" }, "kernels");
  const kernelBar = make("i", { class: "legend-bar signed" });
  const mapBar = make("i", { class: "legend-bar ink" });
  const choose = make(
    "select",
    {
      "aria-label": "What the darkest grey of a map stands for",
      onchange: () => (range.value = /** @type {any} */ (choose.value)),
    },
    ...RANGES.map(([value, words]) => make("option", { value }, words)),
  );
  const element = make(
    "div",
    { class: "river-legend" },
    make("span", {}, kernels, kernelBar),
    make("span", {}, "maps 0", mapBar, choose),
    make(
      "span",
      { class: "legend-words" },
      "curves: what each source adds to the place looked into; blue adds, orange takes away",
    ),
  );
  return {
    element,
    kernels: (/** @type {number} */ reach) => say(kernels, `kernels −${fixed(reach, 2)} … +${fixed(reach, 2)}`),
    paint: (/** @type {import("../core/colour.js").Palette} */ p) => {
      kernelBar.style.background = `linear-gradient(90deg, ${p.low}, ${p.mid}, ${p.high})`;
      mapBar.style.background = `linear-gradient(90deg, ${p.paper}, ${p.ink})`;
    },
  };
}
