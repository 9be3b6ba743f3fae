/**
 * Every view of the page, by the name its element carries as `data-view`. A view is one file: it mounts itself on its
 * element, tells with `want` what it needs to see, and gets it only while it is on screen.
 */

import { signal } from "@preact/signals-core";

import { want } from "../core/store.js";
import * as activations from "../views/activations.js";
import * as boundary from "../views/boundary.js";
import * as calibration from "../views/calibration.js";
import * as chooser from "../views/chooser.js";
import * as confusion from "../views/confusion.js";
import * as curvature from "../views/curvature.js";
import * as draw from "../views/draw.js";
import * as drift from "../views/drift.js";
import * as editor from "../views/editor.js";
import * as gradients from "../views/gradients.js";
import * as inside from "../views/inside.js";
import * as kernel from "../views/kernel.js";
import * as length from "../views/length.js";
import * as loss from "../views/loss.js";
import * as masks from "../views/masks.js";
import * as network from "../views/network.js";
import * as normalization from "../views/normalization.js";
import * as numbers from "../views/numbers.js";
import * as pair from "../views/pair.js";
import * as passage from "../views/passage.js";
import * as pinned from "../views/pinned.js";
import * as receptive from "../views/receptive.js";
import * as rests from "../views/rests.js";
import * as river from "../views/river.js";
import * as sets from "../views/sets.js";
import * as spread from "../views/spread.js";
import * as tested from "../views/tested.js";
import * as unsure from "../views/unsure.js";
import * as updates from "../views/updates.js";
import * as weights from "../views/weights.js";

/** @typedef {import("../core/store.js").Store} Store */

/** @type {Record<string, {mount: (element: HTMLElement, store: Store) => (() => void) | void}>} */
export const VIEWS = {
  activations,
  boundary,
  calibration,
  chooser,
  confusion,
  curvature,
  draw,
  drift,
  editor,
  gradients,
  inside,
  kernel,
  length,
  loss,
  masks,
  network,
  normalization,
  numbers,
  pair,
  passage,
  pinned,
  receptive,
  rests,
  river,
  sets,
  spread,
  tested,
  unsure,
  updates,
  weights,
};

/** Mounts views, and tells which of their wishes are on screen: what nobody sees is not asked for.
 * @param {Store} store */
export function mountViews(store) {
  const shown = signal(/** @type {Set<string>} */ (new Set()));
  /** @type {Map<HTMLElement, () => void>} */
  const ends = new Map();
  const observer = new IntersectionObserver(
    (entries) => {
      const now = new Set(shown.peek());
      for (const { target, isIntersecting } of entries) {
        const name = /** @type {HTMLElement} */ (target).dataset.view ?? "";
        if (isIntersecting) now.add(name);
        else now.delete(name);
      }
      shown.value = now;
    },
    { rootMargin: "120px" },
  );

  /** @param {HTMLElement} element */
  function add(element) {
    // A view that fails takes only itself away: training, time and the other views go on.
    try {
      ends.set(element, VIEWS[element.dataset.view ?? ""]?.mount(element, store) ?? (() => {}));
      observer.observe(element);
    } catch (error) {
      reportError(error);
    }
  }

  /** @param {HTMLElement} element */
  function drop(element) {
    observer.unobserve(element);
    ends.get(element)?.();
    ends.delete(element);
    const name = element.dataset.view ?? "";
    want(store, name, null);
    shown.value = new Set([...shown.peek()].filter((other) => other !== name));
  }

  return {
    add,
    drop,
    /** The probes that are on screen now; read inside an effect. @param {Record<string, Record<string, any>>} wants */
    visible: (wants) => {
      /** @type {Record<string, any>} */
      const probes = {};
      const on = shown.value;
      for (const [owner, wished] of Object.entries(wants)) {
        if (owner in VIEWS && !on.has(owner)) continue;
        for (const [name, query] of Object.entries(wished)) probes[name] = { ...probes[name], ...query };
      }
      return probes;
    },
  };
}
