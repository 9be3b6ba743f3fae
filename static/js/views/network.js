/**
 * The network: every unit as the picture of what it answers, every weight as a curve, every bias as a stub.
 */

import { computed, effect } from "@preact/signals-core";

import { surface } from "../core/canvas.js";
import { palette } from "../core/colour.js";
import { make, mark, say } from "../core/dom.js";
import { heldIn, learns } from "../core/held.js";
import { planeQuery } from "../core/plane.js";
import { hover, select, want } from "../core/store.js";
import { t } from "../core/texts.js";
import { columnsOf } from "../geometry/columns.js";
import { DISTINCT } from "../geometry/curves.js";
import { makeCalm } from "../network/calm.js";
import { batchSize, makeExample } from "../network/example.js";
import { makeHead, makeInsert } from "../network/heads.js";
import { makeLegend } from "../network/legend.js";
import { lock } from "../network/lock.js";
import { makeDrag } from "../network/drag.js";
import { drawBiases, drawChosen, drawHandle, drawLinks } from "../network/links.js";
import { unitNames } from "../network/names.js";
import { refocus } from "../network/refocus.js";
import { roomFor, spreadOut } from "../network/room.js";
import { createScene, fillScene, hit, sameUnit, sameWeight } from "../network/scene.js";
import { makeSwipe } from "../network/swipe.js";
import { createTiles, drawTiles, fillTiles } from "../network/tiles.js";
import { tipOf } from "../network/tip.js";
import { makeStops } from "../network/units.js";

/** @typedef {import("../core/store.js").Store} Store */

/** @param {HTMLElement} element @param {Store} store @returns {() => void} */
export function mount(element, store) {
  const columns = computed(() =>
    columnsOf(store.experiment.value, store.layers.value, store.points.value?.info.columns ?? ["x1", "x2"]),
  );
  const canvas = make("canvas", { class: "network-picture", role: "img" });
  const heads = make("div", { class: "heads" });
  const names = make("div", { class: "unit-names", "aria-hidden": "true" });
  const tip = make("div", { class: "tip", hidden: true });
  const sheet = make("div", { class: "network-sheet" }, heads, canvas, names, tip);
  const stage = make("div", { class: "network-stage", tabindex: -1 }, sheet);
  const swipe = makeSwipe(stage);
  const legend = makeLegend();
  const calm = makeCalm(store);
  element.replaceChildren(calm.element, stage, swipe.element, legend.element);
  const example = makeExample(store);
  element.closest("section")?.querySelector('[data-slot="example"]')?.replaceChildren(example.element);

  const tiles = createTiles();
  let colours = palette();
  let scene = createScene([], roomFor(store, [], spreadOut(store, [], 300), 300));
  let stops = makeStops(
    store,
    () => scene,
    () => {},
  );
  let built = "";

  const drag = makeDrag(
    sheet,
    store,
    () => scene,
    () => {
      showTip();
      picture.redraw();
    },
  );

  const picture = surface(canvas, (context) => {
    const { unit, weight } = store.hover.peek();
    const pinned = store.selection.peek();
    const focus = { unit, weight, pinned: pinned.weight };
    drawLinks(context, scene, colours, focus);
    drawChosen(context, scene, colours, focus);
    drawBiases(context, scene, colours, focus);
    drawTiles(context, scene, tiles, colours, { hover: unit, pinned: pinned.unit });
    drawHandle(context, scene, colours, weight ?? pinned.weight);
  });

  /** Makes heads and buttons anew where the structure changed, and places everything in the size there is. */
  function arrange() {
    const list = columns.peek();
    const { clientWidth, clientHeight } = stage;
    if (!clientWidth || !clientHeight) return;
    const spread = spreadOut(store, list, clientWidth);
    const { width, pitch, short, brief } = spread;
    sheet.style.width = width > clientWidth ? `${width}px` : "";
    sheet.classList.toggle("narrow", spread.narrow);
    sheet.classList.toggle("tight", spread.tight);
    stage.classList.toggle("swiped", width > clientWidth);
    scene = createScene(list, roomFor(store, list, spread, clientHeight));
    const signature = JSON.stringify([short, brief, list]);
    if (signature !== built) {
      built = signature;
      const focused = refocus(short ? calm.element : heads);
      calm.element.hidden = !short;
      heads.replaceChildren(
        ...(short ? calm.heads(list, brief) : list.flatMap((_, c) => [makeHead(store, list, c), ...behind(c)])),
      );
      const old = stops.element;
      stops = makeStops(store, () => scene, reveal);
      if (old.parentNode) old.replaceWith(stops.element);
      else canvas.after(stops.element);
      focused();
    }
    const made = [...heads.children];
    list.forEach((_, c) => {
      const { x, size } = scene.places[c];
      const [head, insert] = /** @type {HTMLElement[]} */ (short ? [made[c]] : [made[2 * c], made[2 * c + 1]]);
      head.style.left = `${x}px`;
      head.style.width = `${short ? Math.min(pitch, 96) : Math.min(pitch, 190) - spread.beside}px`;
      if (insert) insert.style.left = `${(x + size / 2 + scene.places[c + 1].x - scene.places[c + 1].size / 2) / 2}px`;
    });
    names.replaceChildren(...unitNames(scene, store.points.peek()?.info));
    stops.place();
    fill();
    showSwipe();
  }

  const behind = (/** @type {number} */ c) =>
    c < columns.peek().length - 1 ? [makeInsert(store, columns.peek(), c)] : [];

  /** Takes the newest frame in. */
  function fill() {
    const classes = store.points.peek()?.info.classes ?? 2;
    fillScene(scene, store.frame.peek(), store.selection.peek().example);
    drag.keep();
    showHeld();
    fillTiles(tiles, scene, store.frame.peek(), store.inputs.peek(), colours, classes);
    if (store.session.peek().state !== "running" || stops.element.contains(document.activeElement)) stops.say();
    showTip();
    picture.redraw();
  }

  /** What a hand holds still: a lock at a layer's head, a word in the legend (the tiles are drawn hatched). */
  function showHeld() {
    const { frozen } = heldIn(store.frame.peek());
    const each = [...heads.querySelectorAll(":scope > .head, :scope > .head-short")];
    each.forEach((head, c) => lock(head, frozen.includes(learns(scene.columns[c]) ?? "")));
    legend.silent.hidden = !scene.silent.some(({ size }) => size);
  }

  /** Numbers beside what is under the pointer or focused, true as long as they stand. */
  function showTip() {
    const told = tipOf(scene, store.hover.peek());
    tip.hidden = told === null;
    if (!told) return;
    say(tip, told.said);
    const half = tip.offsetWidth / 2 + 4;
    tip.style.left = `${Math.min(sheet.clientWidth - half, Math.max(half, told.x))}px`;
    tip.style.top = `${Math.max(26, told.y)}px`;
  }

  /** @param {number} c */
  function reveal(c) {
    const place = scene.places[c];
    if (sheet.style.width) stage.scrollTo({ left: place.x - stage.clientWidth / 2 });
  }

  const showSwipe = () => swipe.show(sheet.style.width ? scene.places : []);

  /** @param {PointerEvent} event */
  function under(event) {
    const box = sheet.getBoundingClientRect();
    return hit(scene, event.clientX - box.left, event.clientY - box.top);
  }
  sheet.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch" || drag.held()) return;
    const end = drag.under(event);
    sheet.classList.toggle("on-end", end !== null);
    const found = end ? { unit: null, weight: end } : under(event);
    const now = store.hover.peek();
    sheet.classList.toggle("on-curve", found.weight !== null);
    const same =
      (found.unit ? sameUnit(found.unit, now.unit) : !now.unit) &&
      (found.weight ? sameWeight(found.weight, now.weight) : !now.weight);
    if (!same) hover(store, found);
  });
  sheet.addEventListener("pointerleave", () => {
    if (!drag.held()) hover(store, {});
  });
  sheet.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.closest("button, select, label")) return;
    const { weight } = under(/** @type {PointerEvent} */ (event));
    if (weight) select(store, { weight: sameWeight(weight, store.selection.peek().weight) ? null : weight });
  });
  stage.addEventListener("scroll", showSwipe, { passive: true });

  const observer = new ResizeObserver(arrange);
  observer.observe(stage);
  const ends = [
    effect(() => {
      void [columns.value, store.first.value, store.big.value];
      arrange();
    }),
    effect(() => {
      void store.theme.value;
      colours = palette();
      fill();
    }),
    effect(() => {
      void [store.frame.value, store.inputs.value, store.selection.value];
      fill();
    }),
    effect(() => {
      void store.hover.value;
      showTip();
      picture.redraw();
    }),
    effect(() => {
      const list = columns.value;
      const dropout = list.some((column) => column.dropout);
      want(store, "network", { neurons: planeQuery(store), parameters: {}, ...(dropout ? { masks: {} } : {}) });
      const words = list.map(({ title, units }) => `${title}: ${units}`).join(", ");
      legend.many.hidden = !list.some(({ units, weight }, c) => weight && c && units * list[c - 1].units > DISTINCT);
      legend.shortcut.hidden = !list.some((column) => column.shortcut);
      mark(canvas, "aria-label", t("net.picture", { columns: words }));
    }),
    effect(() => {
      example.show();
      const [n, chosen] = [batchSize(store), store.selection.value.example];
      const off = /** @type {HTMLElement} */ (legend.off.querySelector(".off-words"));
      legend.off.hidden = n === 0;
      legend.hint.hidden = n !== 0;
      say(off, t(chosen === null ? "net.share" : "net.silenced"));
    }),
  ];
  return () => {
    for (const end of ends) end();
    observer.disconnect();
    picture.stop();
    want(store, "network", null);
  };
}
