/**
 * A curve's end as a handle: a hand that takes it and pulls up makes the weight larger, down smaller. The curve and
 * the number follow at once; the weight is written when the hand lets go, so that one pull is one change to undo.
 */

import { edit } from "../core/session.js";
import { hover, select } from "../core/store.js";
import { weightHandle, weightMiddle } from "./links.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/types.js").Weight} Weight */
/** @typedef {import("./scene.js").Scene} Scene */

/** How near a hand must be to take it, in pixels. */
const NEAR = 10;
/** A weight of 1 in pixels. */
const PER_ONE = 60;
const STILL = 3;

/** @param {HTMLElement} sheet @param {Store} store @param {() => Scene} scene @param {() => void} redraw */
export function makeDrag(sheet, store, scene, redraw) {
  /** @type {{weight: Weight, y: number, from: number, now: number | null} | null} */
  let held = null;

  const place = (/** @type {PointerEvent} */ event) => {
    const box = sheet.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  /** The weight whose handle lies here: the pinned one, else the one pointed at. @param {PointerEvent} event */
  function under(event) {
    const [x, y] = place(event);
    for (const weight of [store.selection.peek().weight, store.hover.peek().weight]) {
      const at = weight && weightHandle(scene(), weight);
      if (weight && at && Math.hypot(at.x - x, at.y - y) <= NEAR) return weight;
    }
    return null;
  }

  /** Its value in the picture. @param {Weight} weight @returns {{values: import("../core/types.js").Tensor, at: number} | null} */
  function stored(weight) {
    const found = weightMiddle(scene(), weight);
    if (found?.pair?.weights) return { values: found.pair.weights, at: found.i };
    const c = scene().columns.findIndex((column) => column.bias === weight.array);
    const values = scene().biases[c];
    return values ? { values, at: weight.index[0] } : null;
  }

  sheet.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const weight = under(event);
    const found = weight && stored(weight);
    if (!weight || !found) return;
    event.preventDefault();
    sheet.setPointerCapture(event.pointerId);
    held = { weight, y: event.clientY, from: found.values[found.at], now: null };
    sheet.classList.add("pulling");
  });
  sheet.addEventListener("pointermove", (event) => {
    if (!held) return;
    const by = held.y - event.clientY;
    if (held.now === null && Math.abs(by) < STILL) return;
    held.now = Number((held.from + by / PER_ONE).toFixed(3));
    keep();
    hover(store, { weight: held.weight });
    redraw();
  });
  const end = (/** @type {boolean} */ write) => {
    const last = held;
    held = null;
    sheet.classList.remove("pulling");
    if (!last || last.now === null) return;
    if (write) {
      select(store, { weight: last.weight });
      void edit(store, { kind: "write", array: last.weight.array, index: last.weight.index, value: last.now });
    }
    // The click that follows at once is no choice of another curve.
    const deaf = (/** @type {Event} */ event) => event.stopImmediatePropagation();
    sheet.addEventListener("click", deaf, { capture: true });
    setTimeout(() => {
      sheet.removeEventListener("click", deaf, { capture: true });
      redraw();
    });
  };
  sheet.addEventListener("pointerup", () => end(true));
  sheet.addEventListener("pointercancel", () => end(false));

  /** While the net trains, newer frames do not take the value out of the hand. */
  function keep() {
    const found = held && held.now !== null ? stored(held.weight) : null;
    if (found && held) found.values[found.at] = /** @type {number} */ (held.now);
  }
  return { under, keep, held: () => held !== null };
}
