/**
 * What the views of a net of pictures share: which picture is on its way through, and which place is looked into.
 */

import { computed, signal } from "@preact/signals-core";

/** @typedef {import("../core/store.js").Store} Store */

/** A place of a map (or a unit: y = x = 0), and which of its sources is shown close up.
 * @typedef {{layer: string, channel: number, y: number, x: number, source: number}} Place */

/** The picture on its way: one of the data, or a person's own as a square of numbers 0 … 255 (see `pad.js`), which the
 * server prepares as it has prepared the data's.
 * @typedef {{split: "train" | "test", index: number, drawing: number[] | null}} Shown */

/** @typedef {"unit" | "layer" | "net"} Range what the darkest grey stands for */

/** @typedef {object} Pictures
 * @property {import("@preact/signals-core").Signal<Shown>} shown
 * @property {import("@preact/signals-core").Signal<Place | null>} place
 * @property {import("@preact/signals-core").Signal<{layer: string, channel: number} | null>} over the map under the pointer
 * @property {import("@preact/signals-core").Signal<Range>} range
 * @property {import("@preact/signals-core").ReadonlySignal<Record<string, any>>} query the picture, as probes ask for it
 * @property {import("@preact/signals-core").ReadonlySignal<boolean>} on whether the net is one of pictures */

/** @type {WeakMap<Store, Pictures>} */
const made = new WeakMap();

/** The one state of a store. @param {Store} store @returns {Pictures} */
export function pictures(store) {
  const known = made.get(store);
  if (known) return known;
  const shown = signal(/** @type {Shown} */ ({ split: "test", index: 0, drawing: null }));
  const fresh = {
    shown,
    place: signal(/** @type {Place | null} */ (null)),
    over: signal(/** @type {{layer: string, channel: number} | null} */ (null)),
    range: signal(/** @type {Range} */ ("unit")),
    query: computed(() => {
      const { split, index, drawing } = shown.value;
      return drawing ? { drawing } : { split, index };
    }),
    on: computed(() => store.experiment.value.model.input.kind === "image"),
  };
  made.set(store, fresh);
  return fresh;
}
