/**
 * The pinned card: one weight or one unit with its numbers, at a fixed place that never covers what it is about.
 * With three and more classes and nothing pinned: what the net says under the pointer.
 */

import { computed, effect } from "@preact/signals-core";

import { cursor } from "../core/cursor.js";
import { make } from "../core/dom.js";
import { axes } from "../core/plane.js";
import { select, want } from "../core/store.js";
import { t } from "../core/texts.js";
import { columnsOf, unitColumn, weightEnds } from "../geometry/columns.js";
import { makeUnder } from "../pinned/under.js";
import { makeUnitCard } from "../pinned/unit.js";
import { makeWeightCard } from "../pinned/weight.js";

/** @typedef {import("../core/store.js").Store} Store */

/** @param {HTMLElement} element @param {Store} store @returns {() => void} */
export function mount(element, store) {
  const columns = computed(() =>
    columnsOf(store.experiment.value, store.layers.value, store.points.value?.info.columns ?? ["x1", "x2"]),
  );
  const weight = makeWeightCard(store, () => columns.peek());
  const unit = makeUnitCard(store, () => columns.peek());
  const under = makeUnder();
  const empty = make("p", { class: "pin-empty" }, t("pin.empty"));
  element.replaceChildren(weight.element, unit.element, under.element, empty);

  /** What the card is about now; a pinned thing that an edit took away is let go. */
  const about = computed(() => {
    const { unit, weight } = store.selection.value;
    if (weight && weightEnds(columns.value, weight)) return "weight";
    if (unit && unitColumn(columns.value, unit) >= 0) return "unit";
    return (store.points.value?.info.classes ?? 2) > 2 ? "under" : "empty";
  });
  const said = cursor(store);

  const ends = [
    effect(() => {
      const now = about.value;
      weight.element.hidden = now !== "weight";
      unit.element.hidden = now !== "unit";
      under.element.hidden = now !== "under";
      empty.hidden = now !== "empty";
      element.classList.toggle("sheet", now === "weight" || now === "unit");
      element.classList.toggle("many", (store.points.value?.info.classes ?? 2) > 2);
      // On a low screen the card would be cut off below: its column moves, not the page.
      const column = element.closest(".answer");
      if (column && (now === "weight" || now === "unit")) column.scrollTop = column.scrollHeight;
      want(store, "pinned", now === "weight" || now === "unit" ? { parameters: {}, gradients: {} } : null);
    }),
    effect(() => {
      void [store.frame.value, columns.value, store.session.value.state];
      const chosen = store.selection.value;
      if (about.value === "weight" && chosen.weight) weight.show(chosen.weight);
      if (about.value === "unit" && chosen.unit) unit.show(chosen.unit);
    }),
    effect(() => {
      void store.theme.value;
      weight.redraw();
      unit.redraw();
    }),
    effect(() => {
      const { value } = columns;
      if (about.value === "under") under.show(said.value, value[value.length - 1].key, store.points.value, axes(store));
    }),
  ];
  const edit = () => {
    if (about.peek() === "weight") weight.edit();
  };
  const escape = (/** @type {KeyboardEvent} */ event) => {
    const { unit, weight } = store.selection.peek();
    const typing = event.target instanceof HTMLElement && event.target.matches("input, select, textarea, dialog *");
    if (event.key === "Escape" && !typing && (unit || weight)) select(store, {});
  };
  document.addEventListener("pinned-edit", edit);
  document.addEventListener("keydown", escape);
  return () => {
    for (const end of ends) end();
    document.removeEventListener("pinned-edit", edit);
    document.removeEventListener("keydown", escape);
    want(store, "pinned", null);
  };
}
