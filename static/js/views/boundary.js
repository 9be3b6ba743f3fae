/**
 * The answer: what the net says at every point of the plane, with the data on it.
 * While a unit is pointed at or pinned, the field shows that unit's map instead.
 */

import { computed, effect } from "@preact/signals-core";

import { palette } from "../core/colour.js";
import { surface } from "../core/canvas.js";
import { cursor } from "../core/cursor.js";
import { followData } from "../core/data.js";
import { make, mark, say } from "../core/dom.js";
import { fixed, percent } from "../core/format.js";
import { axes, chooseAxis, planeQuery } from "../core/plane.js";
import { ask } from "../core/session.js";
import { hover, want } from "../core/store.js";
import { t } from "../core/texts.js";
import { makeBrush } from "../field/brush.js";
import { paintField } from "../field/paint.js";
import { makeFieldLegend } from "../field/legend.js";
import { answerWords, rampPlace } from "../field/words.js";
import { columnsOf, featureWords, unitColumn, unitLabel } from "../geometry/columns.js";
import { crowdFactors } from "../geometry/crowd.js";
import { createSprites, drawPoints, ring } from "../marks/points.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/types.js").Frame} Frame */

/** @param {HTMLElement} element @param {Store} store @returns {() => void} */
export function mount(element, store) {
  const canvas = make("canvas", { class: "field-picture", role: "img", tabindex: 0 });
  const tip = make("div", { class: "tip field-tip", hidden: true });
  const legend = makeFieldLegend((side, column) => chooseAxis(store, side, column));
  element.replaceChildren(make("div", { class: "field-frame" }, canvas, tip), legend.element);
  const title = element.closest("section")?.querySelector('[data-slot="answer"]') ?? make("small");

  const columns = computed(() =>
    columnsOf(store.experiment.value, store.layers.value, store.points.value?.info.columns ?? ["x1", "x2"]),
  );
  const classes = computed(() => store.points.value?.info.classes ?? 2);
  const extent = computed(() => {
    const given = store.frame.value?.probes.boundary;
    return /** @type {number[]} */ (given?.info?.extent ?? store.points.value?.info.extent ?? [-6, 6, -6, 6]);
  });
  /** The unit whose map the field shows: the one pointed at, else the pinned one. */
  const shown = computed(() => {
    const unit = store.hover.value.unit ?? store.selection.value.unit;
    const c = unitColumn(columns.value, unit);
    return c < 0 || !unit ? null : { ...unit, column: c };
  });

  const brush = makeBrush(store, {
    canvas,
    placed: () => placed,
    plane: (x, y) => toPlane(x / canvas.clientWidth, y / canvas.clientHeight),
    redraw: () => picture.redraw(),
  });
  element.insertBefore(make("div", { class: "field-tools" }, legend.plane, brush.row), legend.element);
  const paint = paintField();
  let colours = palette();
  let sprites = createSprites(colours);
  /** A unit's map in the field's own resolution, asked for while it is looked at. @type {Frame | null} */
  let fine = null;

  /** Points in pixels of a field of this width, and how they crowd. */
  const places = computed(() => {
    const points = store.points.value;
    return points ? { points, axes: axes(store), extent: extent.value } : null;
  });
  /** @type {{key: any, width: number, xy: Float32Array, factors: Float32Array} | null} */
  let placed = null;

  /** @param {number} width @param {number} height */
  function place(width, height) {
    const at = places.peek();
    if (!at || (placed?.key === at && placed.width === width)) return;
    const {
      points,
      axes: [a, b],
      extent: [left, right, low, high],
    } = at;
    const wide = points.info.columns.length;
    const xy = new Float32Array(2 * points.test.length);
    for (let i = 0; i < points.test.length; i++) {
      xy[2 * i] = ((points.inputs[i * wide + a] - left) / (right - left)) * width;
      xy[2 * i + 1] = (1 - (points.inputs[i * wide + b] - low) / (high - low)) * height;
    }
    placed = { key: at, width, xy, factors: crowdFactors(xy, radius()) };
  }
  /** Values cover the plane, and what is under them is to be seen: many points are small ones. */
  const radius = () => {
    const points = store.points.peek();
    const many = points && !points.info.classes ? Math.min(1, Math.sqrt(300 / points.test.length)) : 1;
    return many * (store.big.peek() ? 5.2 : store.first.peek() ? 4.4 : 3.1);
  };

  const picture = surface(canvas, (context, width, height) => {
    const frame = store.frame.peek();
    paint(context, width, height, {
      frame,
      fine,
      unit: shown.peek(),
      classes: classes.peek(),
      colours,
      inputs: store.inputs.peek(),
      columns: columns.peek(),
    });
    place(width, height);
    const points = store.points.peek();
    if (!points || !placed) return;
    const wrong = frame?.arrays.get("scores.wrong") ?? null;
    drawPoints(
      context,
      sprites,
      {
        ...placed,
        targets: points.targets,
        test: points.test,
        wrong: wrong?.length === points.test.length && !store.first.peek() ? wrong : null,
        classes: classes.peek(),
        radius: radius(),
        gone: brush.gone,
      },
      colours,
    );
    ahead(context, points, width, height);
    const example = chosenPoint();
    if (example >= 0)
      ring(
        context,
        placed.xy[2 * example],
        placed.xy[2 * example + 1],
        radius() + 6,
        colours.accent,
        colours.pointRing,
        2.2,
      );
    const { plane } = store.hover.peek();
    if (plane && document.activeElement === canvas && canvas.matches(":focus-visible"))
      cross(context, plane, width, height);
  });

  /** What a hand has just put down, and the point that it carries. @param {CanvasRenderingContext2D} context
   * @param {import("../core/types.js").Points} points @param {number} width @param {number} height */
  function ahead(context, points, width, height) {
    const added = brush.added();
    if (added.length) {
      drawPoints(
        context,
        sprites,
        {
          xy: Float32Array.from(added.flatMap(([x1, x2]) => toPixels([x1, x2], width, height))),
          factors: new Float32Array(added.length).fill(1),
          targets: Float32Array.from(added, (point) => point[2]),
          test: new Uint8Array(added.length),
          wrong: null,
          classes: classes.peek(),
          radius: radius(),
        },
        colours,
      );
    }
    const dragged = brush.dragged();
    if (!dragged || !placed) return;
    const { index, at } = dragged;
    const [x, y] = placed.xy.subarray(2 * index, 2 * index + 2);
    context.strokeStyle = colours.accent;
    context.lineWidth = 1.4;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(...at);
    context.stroke();
    ring(context, x, y, radius() + 4, colours.accent, colours.pointRing, 1.4);
    ring(context, at[0], at[1], radius() + 4, colours.accent, colours.pointRing, 2.2);
    void points;
  }

  /** The data point that the chosen row of the batch is. */
  function chosenPoint() {
    const { example } = store.selection.peek();
    return example === null ? -1 : (store.frame.peek()?.arrays.get("masks.batch.index")?.[example] ?? -1);
  }

  /** @param {CanvasRenderingContext2D} context @param {[number, number]} plane @param {number} width
   * @param {number} height */
  function cross(context, plane, width, height) {
    const [x, y] = toPixels(plane, width, height);
    context.strokeStyle = colours.ink;
    context.lineWidth = 1.4;
    context.beginPath();
    context.moveTo(x - 9, y);
    context.lineTo(x + 9, y);
    context.moveTo(x, y - 9);
    context.lineTo(x, y + 9);
    context.stroke();
  }

  /** @param {[number, number]} plane @param {number} width @param {number} height @returns {[number, number]} */
  function toPixels([x1, x2], width, height) {
    const [left, right, low, high] = extent.peek();
    return [((x1 - left) / (right - left)) * width, (1 - (x2 - low) / (high - low)) * height];
  }

  /** @param {PointerEvent} event */
  function point(event) {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    hover(store, { plane: toPlane((event.clientX - left) / width, (event.clientY - top) / height) });
  }

  /** @param {number} u share of the width, from the left @param {number} v of the height, from the top
   * @returns {[number, number]} */
  function toPlane(u, v) {
    const [x1low, x1high, x2low, x2high] = extent.peek();
    return [x1low + u * (x1high - x1low), x2high - v * (x2high - x2low)];
  }
  canvas.addEventListener("pointermove", point);
  canvas.addEventListener("pointerdown", (event) => {
    point(event);
    brush.down(event);
  });
  canvas.addEventListener("pointerleave", () => hover(store, {}));
  canvas.addEventListener("blur", () => hover(store, {}));
  canvas.addEventListener("keydown", (event) => {
    const [left, right, low, high] = extent.peek();
    const [x1, x2] = store.hover.peek().plane ?? [(left + right) / 2, (low + high) / 2];
    const { clientWidth, clientHeight } = canvas;
    if (brush.key(event, toPixels([x1, x2], clientWidth, clientHeight))) {
      hover(store, { plane: [x1, x2] });
      return;
    }
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const part = event.shiftKey ? 8 : 40;
    const to = /** @type {[number, number]} */ ([
      Math.min(right, Math.max(left, x1 + (by[0] * (right - left)) / part)),
      Math.min(high, Math.max(low, x2 + (by[1] * (high - low)) / part)),
    ]);
    brush.carry(toPixels(to, clientWidth, clientHeight));
    hover(store, { plane: to });
  });

  const under = cursor(store);

  /** The numbers under the pointer, beside it. */
  function showTip() {
    const { plane } = store.hover.value;
    const said = under.value;
    // With more classes the card below has all numbers; a tip would only cover what it is about.
    tip.hidden = !plane || (classes.value > 2 && !shown.value);
    if (!plane) legend.mark(null);
    if (!plane) return;
    const names = axes(store).map((column) =>
      featureWords(store.points.peek()?.info.columns[column] ?? `x${column + 1}`),
    );
    const where = `${names[0]} ${fixed(plane[0], 2)}   ${names[1]} ${fixed(plane[1], 2)}`;
    const unit = shown.value;
    const words = said ? answerWords(said.frame, about(), unit) : "";
    say(tip, words ? `${where}\n${words}` : where);
    const { clientWidth, clientHeight } = canvas;
    const [x, y] = toPixels(plane, clientWidth, clientHeight);
    const half = tip.offsetWidth / 2 + 6;
    tip.style.left = `${Math.min(clientWidth - half, Math.max(half, x))}px`;
    tip.style.top = `${y > 70 ? y - 14 : y + 66}px`;
    legend.mark(said && !unit ? rampPlace(said.frame, about()) : null);
  }

  const about = () => ({ columns: columns.peek(), info: store.points.peek()?.info ?? null });

  /** Asks for the unit's map as fine as the field, newest frame first. */
  let asking = false;
  async function refine() {
    const unit = shown.peek();
    if (!unit) fine = null;
    if (!unit || asking || unit.column === 0) return;
    asking = true;
    try {
      const resolution = 64;
      fine = await ask(store, "neurons", { layer: unit.layer, resolution, ...planeQuery(store) });
      picture.redraw();
    } catch {
      fine = null;
    }
    asking = false;
    if (shown.peek() && shown.peek()?.layer !== unit.layer) refine();
  }

  const ends = [
    effect(() => {
      void [store.theme.value];
      colours = palette();
      sprites = createSprites(colours);
      placed = null;
      picture.redraw();
    }),
    effect(() => {
      void [
        store.frame.value,
        store.points.value,
        store.selection.value,
        store.first.value,
        store.big.value,
        shown.value,
      ];
      if (store.first.value || store.big.value) placed = null;
      refine();
      picture.redraw();
    }),
    effect(() => {
      void [store.hover.value, under.value];
      showTip();
      picture.redraw();
    }),
    effect(() => {
      const unit = shown.value;
      const many = classes.value > 2;
      say(
        title,
        unit
          ? t("field.unit", { unit: unitLabel(columns.value[unit.column], unit.unit) })
          : many
            ? t("field.likeliest")
            : t("field.everywhere"),
      );
      const { example } = store.selection.value;
      const range = unit ? store.frame.value?.probes.neurons?.ranges?.[unit.layer] : null;
      const info = store.points.value?.info;
      legend.show({
        classes: classes.value,
        unit: unit !== null,
        range: range ?? null,
        example: example !== null && store.frame.value?.arrays.has("masks.batch.index") ? example + 1 : null,
        first: store.first.value,
        wrong: store.frame.value?.arrays.has("scores.wrong") ?? false,
        names: info?.class_names ?? [],
        axes: info && info.columns.length > 2 ? axes(store) : null,
        columns: (info?.columns ?? []).map(featureWords),
      });
    }),
    effect(() => {
      if (store.session.value.state === "running") return;
      const right = store.frame.value?.probes.scores?.info?.test?.accuracy;
      const words = typeof right === "number" ? t("field.label.right", { right: percent(right) }) : t("field.label");
      mark(canvas, "aria-label", words);
    }),
    effect(() => {
      const resolution = classes.value > 2 ? 44 : 64;
      want(store, "boundary", { boundary: { resolution, ...planeQuery(store) }, scores: {} });
    }),
    followData(store),
  ];
  return () => {
    for (const end of ends) end();
    picture.stop();
    brush.stop();
    want(store, "boundary", null);
  };
}
