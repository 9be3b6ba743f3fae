/**
 * What the views of a net of pictures share: which picture is on its way through, and which place is looked into.
 */

import { computed, signal } from "@preact/signals-core";

import { stripsOf } from "./strips.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("./strips.js").Strip} Strip */

/** A place of a map (or a unit: y = x = 0), and which of its sources is shown close up.
 * @typedef {{layer: string, channel: number, y: number, x: number, source: number}} Place */

/** The picture on its way: one of the data, or a person's own as a square of numbers 0 … 255 (see `pad.js`), which the
 * server prepares as it has prepared the data's.
 * @typedef {{split: "train" | "test", index: number, drawing: number[] | null}} Shown */

/** One number that is read: a pixel of a map, a unit (y = x = 0), or a weight of the kernel before a map.
 * @typedef {{layer: string, channel: number, y: number, x: number, kernel: boolean}} Spot */

/** @typedef {"unit" | "layer" | "net"} Range what the darkest grey stands for */

/** @typedef {"answers" | "gradients"} What of the maps is shown */

/** @typedef {object} Pictures
 * @property {import("@preact/signals-core").Signal<Shown>} shown
 * @property {import("@preact/signals-core").Signal<Place | null>} place
 * @property {import("@preact/signals-core").Signal<{layer: string, channel: number} | null>} over the map under the pointer
 * @property {import("@preact/signals-core").Signal<Spot | null>} spot the number under the pointer, or with the focus
 * @property {import("@preact/signals-core").Signal<{canvas: HTMLCanvasElement | null, box: DOMRect} | null>} grown the
 * map that was clicked, and where it stood on the screen
 * @property {import("@preact/signals-core").Signal<"pixel" | "map" | "softmax">} level how close the close-up is
 * @property {import("@preact/signals-core").Signal<Range>} range
 * @property {import("@preact/signals-core").Signal<What>} what
 * @property {import("@preact/signals-core").ReadonlySignal<Record<string, any>>} query the picture, as probes ask for it
 * @property {import("@preact/signals-core").Signal<string[]>} opened paths of the blocks that show their inside
 * @property {import("@preact/signals-core").ReadonlySignal<Record<string, any>>} features the picture's maps, as they are
 * asked for, those inside open blocks too
 * @property {import("@preact/signals-core").ReadonlySignal<Strip[]>} strips of the net, from left to right
 * @property {import("@preact/signals-core").ReadonlySignal<boolean>} on whether the net is one of pictures */

const BLOCKS = new Set(["residual", "parallel"]);

/** @type {WeakMap<Store, Pictures>} */
const made = new WeakMap();

/** The one state of a store. @param {Store} store @returns {Pictures} */
export function pictures(store) {
  const known = made.get(store);
  if (known) return known;
  const shown = signal(/** @type {Shown} */ ({ split: "test", index: 0, drawing: null }));
  const query = computed(() => {
    const { split, index, drawing } = shown.value;
    return drawing ? { drawing } : { split, index };
  });
  const on = computed(() => store.experiment.value.model.input.kind === "image");
  const wished = signal(/** @type {string[]} */ ([]));
  // Another net has other blocks. As text, so that nobody starts anew while they stay the same.
  const open = computed(() => {
    const blocks = new Set(store.layers.value.filter(({ kind }) => BLOCKS.has(kind)).map(({ name }) => name));
    return JSON.stringify(wished.value.filter((path) => blocks.has(path)));
  });
  const size = computed(() =>
    JSON.stringify(store.frame.value?.arrays.get("features.input")?.shape ?? store.pictureShape.value),
  );
  // As text: an edit that changes no layer leaves everything where it stands, the focus too.
  const stands = computed(() =>
    JSON.stringify(
      on.value
        ? stripsOf(store.experiment.value, store.layers.value, JSON.parse(size.value), JSON.parse(open.value))
        : [],
    ),
  );
  const strips = computed(() => /** @type {Strip[]} */ (JSON.parse(stands.value)));
  const what = signal(/** @type {What} */ ("answers"));
  const features = computed(() => {
    const inside = JSON.parse(open.value);
    const more = { ...(inside.length && { inside }), ...(what.value === "gradients" && { gradients: true }) };
    return Object.keys(more).length ? { ...query.value, ...more } : query.value;
  });
  const fresh = {
    shown,
    grown: signal(/** @type {{canvas: HTMLCanvasElement | null, box: DOMRect} | null} */ (null)),
    level: signal(/** @type {"pixel" | "map" | "softmax"} */ ("pixel")),
    opened: wished,
    features,
    what,
    strips,
    place: signal(/** @type {Place | null} */ (null)),
    over: signal(/** @type {{layer: string, channel: number} | null} */ (null)),
    spot: signal(/** @type {Spot | null} */ (null)),
    range: signal(/** @type {Range} */ ("unit")),
    query,
    on,
  };
  made.set(store, fresh);
  return fresh;
}
