/** Rings about chosen points, on a sheet of their own over the plane: the plane itself knows nothing of them. */

import { effect } from "@preact/signals-core";

import { surface } from "../core/canvas.js";
import { palette } from "../core/colour.js";
import { make } from "../core/dom.js";
import { axes } from "../core/plane.js";
import { ringed } from "../core/ringed.js";
import { ring } from "../marks/points.js";

/** @typedef {import("../core/store.js").Store} Store */

/** @param {Store} store */
export function mountRings(store) {
  const frame = document.querySelector(".field-frame");
  if (!frame) return;
  const chosen = ringed(store);
  const canvas = make("canvas", { class: "field-rings", "aria-hidden": "true" });
  frame.append(canvas);
  const picture = surface(canvas, (context, width, height) => {
    const points = store.points.peek();
    const wish = chosen.peek();
    if (!points || !wish) return;
    const p = palette();
    const [x0, x1, y0, y1] = store.frame.peek()?.probes.boundary?.info?.extent ?? points.info.extent;
    const wide = points.info.columns.length;
    const [a, b] = axes(store);
    for (const at of wish.places) {
      const x = ((points.inputs[at * wide + a] - x0) / (x1 - x0)) * width;
      const y = ((y1 - points.inputs[at * wide + b]) / (y1 - y0)) * height;
      ring(context, x, y, 8, p.accent, p.pointRing, 2);
    }
  });
  effect(() => {
    void [store.points.value, store.theme.value, store.big.value];
    // The frame may bring another part of the plane.
    if (chosen.value) void store.frame.value;
    picture.redraw();
  });
  // Of other data, or another session, nobody asked.
  effect(() => {
    void [store.session.value.id, store.points.value];
    chosen.value = null;
  });
}
