/**
 * The river: one picture on its way through a net of pictures. Every map at once, live; the place looked into with
 * the windows it sees through, what each source adds to it as a curve, and the number under the pointer.
 */

import { effect } from "@preact/signals-core";

import { surface } from "../core/canvas.js";
import { palette } from "../core/colour.js";
import { make, mark } from "../core/dom.js";
import { loss } from "../core/format.js";
import { speak } from "../core/speak.js";
import { want } from "../core/store.js";
import { t } from "../core/texts.js";
import { makeAnswers } from "../pictures/answers.js";
import { makeExact } from "../pictures/exact.js";
import { readingFinger } from "../pictures/finger.js";
import { heldBy } from "../pictures/hand.js";
import { endsOf, makeHeads } from "../pictures/heads.js";
import { place, under } from "../pictures/layout.js";
import { makeLegend } from "../pictures/legend.js";
import { makeOverview } from "../pictures/overview.js";
import { rangesOf, scaleOf, tables } from "../pictures/paint.js";
import { makeReadout, valueOf, whereIs } from "../pictures/readout.js";
import { firstConv, makeScene } from "../pictures/scene.js";
import { pictures } from "../pictures/state.js";
import { makeStops } from "../pictures/stops.js";
import { canOpen } from "../pictures/strips.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../pictures/layout.js").Placed} Placed */

/** @param {HTMLElement} element @param {Store} store */
export function mount(element, store) {
  const shared = pictures(store);
  const { query, features, strips, opened, place: chosen, over, spot, range, what, on, grown } = shared;
  const canvas = make("canvas", { class: "river-picture", role: "img" });
  const heads = makeHeads(opened, kernelsOf);
  const stops = makeStops(
    shared,
    (s, k) => look(s, k, strips.peek()[s].shape[1] >> 1, strips.peek()[s].shape[2] >> 1),
    () => speak((read(), readout.words())),
  );
  const answers = makeAnswers(store, (k) => look(strips.peek().length - 1, k, 0, 0));
  const sheet = make("div", { class: "river-sheet" }, canvas, stops.element, ...heads.elements, answers.element);
  const stage = make("div", { class: "river-stage", tabindex: -1 }, sheet);
  const legend = makeLegend(range, what);
  const readout = makeReadout();
  const exact = makeExact(store, shared, () => read());
  const scene = makeScene();
  const overview = makeOverview(
    stage,
    () => ({ strips: placed, width, height }),
    (s, k) => scene.canvas(strips.peek()[s]?.path ?? "", k),
  );
  element.replaceChildren(stage, readout.element, overview.element, legend.element);

  let placed = /** @type {Placed[]} */ ([]);
  let [width, height] = [0, 0];
  let colours = tables(palette());
  let p = palette();

  effect(() => {
    if (!on.value) return want(store, "river", null);
    const probes = /** @type {Record<string, any>} */ ({
      features: features.value,
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

  const view = surface(canvas, (context) =>
    scene.draw(context, {
      strips: strips.peek(),
      placed,
      frame: store.frame.peek(),
      at: chosen.peek(),
      over: over.peek(),
      part: partNow(),
      p,
      colours,
    }),
  );

  /** What the maps of the newest frame are made of: gradients where they were asked for and are there. */
  const partNow = () =>
    what.peek() === "gradients" && store.frame.peek()?.arrays.has("features.input.grad") ? ".grad" : "";

  /** Heads, stops and answers anew where the net changed; everything placed in the room there is. */
  function arrange() {
    const list = strips.peek();
    if (!list.length || !stage.clientWidth) return;
    height = stage.clientHeight;
    const made = place(list, { width: stage.clientWidth, height, big: store.big.peek() });
    placed = made.strips;
    width = made.width;
    const wide = width > stage.clientWidth + 1;
    sheet.style.width = wide ? `${width}px` : "";
    overview.show(wide);
    heads.arrange(list, placed, store.big.peek());
    stops.arrange(list, placed);
    answers.arrange(list, placed);
    tellEnds();
    view.redraw();
  }

  /** @param {number} s @param {number} channel @param {number} y @param {number} x */
  function look(s, channel, y, x) {
    const strip = strips.peek()[s];
    if (!canOpen(strip)) return;
    const now = chosen.peek();
    const source = now && now.layer === strip.maker ? now.source : 0;
    chosen.value = { layer: strip.maker, channel, y, x, source };
    const box = placed[s].maps[channel];
    const { left, top } = sheet.getBoundingClientRect();
    if (box)
      grown.value = {
        canvas: scene.canvas(strip.path, channel),
        box: new DOMRect(left + box.x, top + box.y, box.width, box.height),
      };
  }

  /** Every kernel of the map looked into, or of the first: each source, its kernel, and what it adds. @param {number} s */
  function kernelsOf(s) {
    const [, rows, columns] = strips.peek()[s].shape;
    if (chosen.peek()?.layer !== strips.peek()[s].maker) look(s, 0, rows >> 1, columns >> 1);
    shared.level.value = "map";
    document.querySelector('[data-view="inside"]')?.scrollIntoView({ block: "nearest" });
  }

  /** @param {PointerEvent | MouseEvent} event */
  function hitAt(event) {
    const box = sheet.getBoundingClientRect();
    const weight = store.frame.peek()?.arrays.get(`filters.${firstConv(strips.peek())}.weight`);
    const kernel = weight?.shape.length === 4 ? /** @type {[number, number]} */ (weight.shape.slice(2)) : undefined;
    const found = under(strips.peek(), placed, event.clientX - box.left, event.clientY - box.top, kernel);
    const strip = found && strips.peek()[found.strip];
    if (!found || !strip) return (spot.value = null);
    const { channel, y, x, kernel: weights } = found;
    spot.value = { layer: strip.path, channel, y, x, kernel: weights };
    return found;
  }
  const finger = readingFinger(sheet, hitAt);
  sheet.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch" && !finger.reads()) return;
    const found = hitAt(event);
    const strip = found && strips.peek()[found.strip];
    const map = strip && !found.kernel && strip.shape.length === 3;
    over.value = map ? { layer: strip.path, channel: found.channel } : null;
    // Over the map looked into, the window follows the pointer.
    const at = chosen.peek();
    if (map && at && at.layer === strip.maker && at.channel === found.channel) {
      if (at.y !== found.y || at.x !== found.x) chosen.value = { ...at, y: found.y, x: found.x };
    }
  });
  // A finger that is lifted leaves what it touched to be read.
  sheet.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch") over.value = spot.value = null;
  });
  sheet.addEventListener("click", (event) => {
    const found = event.detail === 0 || finger.read() ? null : hitAt(event);
    if (found) look(found.strip, found.channel, found.y, found.x);
  });

  /** The number under the pointer, or with the focus; else that of the place looked into. */
  function read() {
    const frame = store.frame.peek();
    const part = partNow();
    const list = strips.peek();
    const at = chosen.peek();
    const own = at && list.find(({ maker }) => maker === at.layer);
    const rest = at && own && { layer: own.path, channel: at.channel, y: at.y, x: at.x, kernel: false };
    const wished = spot.peek() ?? rest;
    const s = wished ? list.findIndex(({ path }) => path === wished.layer) : -1;
    const found = frame && wished && s >= 0 ? exact.read(frame, wished, part, firstConv(list)) : null;
    if (!frame || !wished || !found) {
      legend.point(null);
      return readout.invite();
    }
    const names = frame.probes.features?.info?.class_names;
    readout.tell(whereIs(list[s], wished, names, s === list.length - 1), valueOf(found, part !== ""), !spot.peek());
    const [value] = found.values;
    if (wished.kernel) return legend.point("kernel", value, { low: -found.reach, high: found.reach });
    if (list[s].shape.length !== 3 || (wished.layer === "input" && (!part || found.values.length > 1)))
      return legend.point(null);
    const wide = wished.layer === "input" ? "unit" : range.peek();
    const scale = scaleOf(rangesOf(frame, part), wished.layer, wished.channel, wide, part !== "");
    legend.point(part ? "pull" : scale.signed ? "sign" : "ink", value, scale);
  }

  /** What the gradients mean, or why there are none. @param {import("../core/types.js").Frame} frame */
  function sentenceOf({ probes, arrays }) {
    if (what.peek() === "answers" || !probes.features?.query?.gradients) return "";
    const { loss: size, target } = probes.features.info;
    if (arrays.has("features.input.grad")) return t("maps.pulls", { loss: loss(size) });
    return t(target === null ? "maps.pulls.drawing" : "maps.pulls.none");
  }

  /** What the numbers of every strip lie between. */
  function tellEnds() {
    const frame = store.frame.peek();
    if (!frame) return;
    const ranges = rangesOf(frame, partNow());
    heads.ends(strips.peek().map(({ path }) => endsOf(frame, ranges, path, partNow())));
  }

  /** Every map of the newest frame as pixels. */
  function fill() {
    const frame = store.frame.peek();
    if (!frame || !on.peek()) return;
    const { reach, signed, plain } = scene.fill(frame, strips.peek(), colours, range.peek(), partNow());
    tellEnds();
    legend.kernels(reach);
    legend.signs(signed, plain, partNow());
    readout.says(sentenceOf(frame));
    answers.tell();
    read();
    const info = frame.probes.features?.info;
    const held = heldBy(info);
    heads.still(held.frozen);
    legend.silent(Object.values(held.silenced).some(({ length }) => length > 0));
    if (info) {
      const { target } = info;
      const said =
        target === null
          ? t("river.label.drawing", { step: frame.step })
          : t("river.label", { step: frame.step, name: info.class_names?.[target] ?? String(target) });
      mark(canvas, "aria-label", said);
    }
    view.redraw();
    overview.redraw();
  }

  const observer = new ResizeObserver(arrange);
  observer.observe(stage);
  effect(() => {
    void [strips.value, store.big.value];
    arrange();
  });
  effect(() => {
    void [store.frame.value, range.value, what.value, strips.value];
    fill();
  });
  effect(() => {
    void [chosen.value, over.value];
    view.redraw();
  });
  effect(() => {
    void [chosen.value, spot.value, store.session.value.state];
    read();
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
}
