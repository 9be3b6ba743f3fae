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
import { want } from "../core/store.js";
import { t } from "../core/texts.js";
import { makeBrush } from "../field/brush.js";
import { makeFine } from "../field/fine.js";
import { makeFieldLegend } from "../field/legend.js";
import { makeOver } from "../field/over.js";
import { paintField } from "../field/paint.js";
import { makePlaces } from "../field/places.js";
import { followPointing } from "../field/pointing.js";
import { answerWords, rampPlace } from "../field/words.js";
import { columnsOf, featureWords, unitColumn, unitLabel } from "../geometry/columns.js";

/** @typedef {import("../core/store.js").Store} Store */

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

  const places = makePlaces(store, extent);
  const brush = makeBrush(store, {
    canvas,
    placed: places.placed,
    plane: (x, y) => places.plane(x / canvas.clientWidth, y / canvas.clientHeight),
    redraw: () => picture.redraw(),
  });
  element.insertBefore(make("div", { class: "field-tools" }, legend.plane, brush.row), legend.element);
  const paint = paintField();
  let colours = palette();
  const over = makeOver(store, places, brush, canvas);
  const fine = makeFine(
    store,
    () => shown.peek(),
    () => picture.redraw(),
  );

  const picture = surface(canvas, (context, width, height) => {
    paint(context, width, height, {
      frame: store.frame.peek(),
      fine: fine.map(),
      unit: shown.peek(),
      classes: classes.peek(),
      colours,
      inputs: store.inputs.peek(),
      columns: columns.peek(),
    });
    over.draw(context, width, height);
  });
  followPointing(canvas, store, places, extent, brush);

  const under = cursor(store);

  /** The numbers under the pointer, beside it. */
  function showTip() {
    const { plane } = store.hover.value;
    const said = under.value;
    // With more classes the card below has all numbers; a tip would only cover what it is about.
    // Nor is it wanted where a hand paints; whoever paints by keys reads from it where the cross stands.
    const paints = brush.holds() && !canvas.matches(":focus-visible");
    tip.hidden = !plane || paints || (classes.value > 2 && !shown.value);
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
    const [x, y] = places.pixels(plane, clientWidth, clientHeight);
    const half = tip.offsetWidth / 2 + 6;
    tip.style.left = `${Math.min(clientWidth - half, Math.max(half, x))}px`;
    tip.style.top = `${y > 70 ? y - 14 : y + 66}px`;
    legend.mark(said && !unit ? rampPlace(said.frame, about()) : null);
  }

  const about = () => ({ columns: columns.peek(), info: store.points.peek()?.info ?? null });

  const ends = [
    effect(() => {
      void store.theme.value;
      colours = palette();
      over.recolour();
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
      if (store.first.value || store.big.value) places.forget();
      fine.refine();
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
