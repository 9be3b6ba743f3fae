/**
 * The river: one picture on its way through a net of pictures. Every map at once, live; the place looked into with
 * the windows it sees through, and what each source adds to it as a curve.
 */

import { effect } from "@preact/signals-core";

import { surface } from "../core/canvas.js";
import { palette } from "../core/colour.js";
import { make, mark, say } from "../core/dom.js";
import { fixed, percent } from "../core/format.js";
import { want } from "../core/store.js";
import { t } from "../core/texts.js";
import { makeLegend } from "../pictures/legend.js";
import { makeOverview } from "../pictures/overview.js";
import { tables } from "../pictures/paint.js";
import { firstConv, makeScene } from "../pictures/scene.js";
import { pictures } from "../pictures/state.js";
import { headRoom, place, under, unitAt } from "../pictures/layout.js";
import { canOpen } from "../pictures/strips.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../pictures/strips.js").Strip} Strip */
/** @typedef {import("../pictures/layout.js").Placed} Placed */

const TOGGLE = 26; // before the head of a block

/** A strip as it is called aloud. @param {Strip} strip */
const nameOf = ({ within, title }) => (within && !title.startsWith(within) ? `${within}: ${title}` : title);

/** @param {HTMLElement} element @param {Store} store */
export function mount(element, store) {
  const { query, features, strips, opened, place: chosen, over, range, on, grown } = pictures(store);
  const canvas = make("canvas", { class: "river-picture", role: "img" });
  const heads = make("div", { class: "river-heads" });
  const stops = make("div", { class: "river-stops" });
  const answers = make("div", {
    class: "river-answers",
    role: "group",
    "aria-label": t("river.answers"),
  });
  const toggles = make("div", { class: "river-toggles" });
  const sheet = make("div", { class: "river-sheet" }, canvas, heads, stops, toggles, answers);
  const stage = make("div", { class: "river-stage", tabindex: -1 }, sheet);
  const legend = makeLegend(range);
  const scene = makeScene();
  const overview = makeOverview(
    stage,
    () => ({ strips: placed, width, height }),
    (s, k) => scene.canvas(strips.peek()[s]?.path ?? "", k),
  );
  element.replaceChildren(stage, overview.element, legend.element);

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
      p,
      colours,
    }),
  );

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
    heads.replaceChildren(...list.map((strip, i) => headOf(strip, placed[i])));
    toggles.replaceChildren(
      ...list.flatMap((strip, i) => (strip.opens || strip.opened ? [toggleOf(strip, placed[i])] : [])),
    );
    placeStops(list);
    placeAnswers(list);
    view.redraw();
  }

  /** @param {Strip} strip @param {Placed} at */
  function headOf(strip, { left, head, room }) {
    const { title, brief, says, opens, opened: open } = strip;
    const indent = opens || open ? TOGGLE : 0;
    const fits = (/** @type {string} */ words) =>
      headRoom({ ...strip, brief: words, says: "" }, store.big.peek()) <= room;
    const lines = fits(says) ? [says] : says.split(/ (?=→)/);
    const made = make(
      "div",
      { class: "river-head" },
      make("strong", {}, fits(title) ? title : brief),
      ...lines.map((words) => make("span", {}, words)),
    );
    Object.assign(made.style, { left: `${left}px`, top: `${head}px`, width: `${room}px`, paddingLeft: `${indent}px` });
    return made;
  }

  /** Opens a block in its place, or closes it. @param {Strip} strip @param {Placed} at */
  function toggleOf({ called, opens, opened: open }, { left, head }) {
    const path = opens || open;
    const words = t(opens ? "river.open" : "river.close", { block: called });
    const made = make(
      "button",
      {
        type: "button",
        class: "river-toggle",
        "aria-label": words,
        title: words,
        "aria-expanded": !opens,
        onclick: () => {
          const others = opened.peek().filter((other) => other !== path && !other.startsWith(`${path}.`));
          opened.value = opens ? [...others, path] : others;
          /** @type {HTMLElement | undefined} */ (
            [...toggles.querySelectorAll("button")].find((other) => other.dataset.block === path)
          )?.focus();
        },
      },
      opens ? "+" : "−",
    );
    made.dataset.block = path;
    Object.assign(made.style, { left: `${left}px`, top: `${head}px` });
    return made;
  }

  /** A button over every map: one a strip takes Tab, arrows move within it. @param {Strip[]} list */
  function placeStops(list) {
    stops.replaceChildren(
      ...list.flatMap((strip, s) =>
        placed[s].maps.map((box, k) => {
          const says =
            s === 0 ? t("river.input") : t("river.map", { layer: nameOf(strip), map: k + 1, of: strip.shape[0] });
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
            if (event.detail === 0) look(list, s, k, strip.shape[1] >> 1, strip.shape[2] >> 1);
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
        const { x, y, step } = unitAt(placed[last], k, strip.count);
        row.style.left = `${x}px`;
        row.style.top = `${y}px`;
        row.style.height = `${Math.min(step, 42)}px`;
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
      mark(row, "title", t(k === info?.target ? "river.answer.is" : "river.answer"));
    });
  }

  /** @param {Strip[]} list @param {number} s @param {number} channel @param {number} y @param {number} x */
  function look(list, s, channel, y, x) {
    const strip = list[s];
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
    const { reach, signed } = scene.fill(frame, strips.peek(), colours, range.peek());
    legend.kernels(reach);
    legend.signs(signed);
    tellAnswers();
    const info = frame.probes.features?.info;
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
}
