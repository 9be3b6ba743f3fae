/**
 * A brush for the field: with it in hand a press puts a point down, drags one, or rubs one out, while the net trains.
 * What a stroke does goes out in a few edits a second; until the server's points are here it is drawn ahead of them.
 */

import { effect } from "@preact/signals-core";

import { axes } from "../core/plane.js";
import { edit } from "../core/session.js";
import { speak } from "../core/speak.js";
import { t } from "../core/texts.js";
import { makeHand } from "./hand.js";
import { nameOf, nearest, spot, stroke } from "./stroke.js";

/** @typedef {import("../core/store.js").Store} Store */

const REACH = 11; // pixels from which a point is taken hold of
const GAP = 15; // pixels between the points of a stroke
const BEAT = 220; // milliseconds between the edits of a stroke

/** @typedef {object} Field
 * @property {HTMLCanvasElement} canvas
 * @property {() => {xy: Float32Array} | null} placed the points in pixels
 * @property {(x: number, y: number) => [number, number]} plane from pixels to the plane
 * @property {() => void} redraw */

/** @param {Store} store @param {Field} field */
export function makeBrush(store, { canvas, placed, plane, redraw }) {
  /** The point that is dragged: its number, and where it is now in pixels. */
  let dragged = /** @type {{index: number, at: [number, number], from: [number, number]} | null} */ (null);
  let last = /** @type {[number, number] | null} */ (null);
  const { row, hand, may, take, chooses, label, stop } = makeHand(store, () => {
    dragged = last = null;
    redraw();
  });
  const strokes = stroke((edits) => edit(store, ...edits), BEAT, told);

  const ends = [
    effect(() => void canvas.classList.toggle("painting", hand.value !== null)),
    effect(() => {
      // What the server now has need not be drawn ahead of it.
      if (store.points.value) strokes.arrived(store.points.value);
    }),
  ];

  /** @param {PointerEvent} event @returns {[number, number]} */
  const pixels = (event) => {
    const { left, top } = canvas.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };

  /** @param {[number, number]} at pixels */
  const under = (at) => nearest(placed()?.xy, at, REACH, (i) => strokes.gone(store.points.peek(), i));

  /** @param {[number, number]} at pixels */
  function rub(at) {
    const points = store.points.peek();
    const index = under(at);
    if (!points || index < 0) return false;
    strokes.erase(nameOf(points, index));
    redraw();
    return true;
  }

  /** @param {[number, number]} at pixels */
  function put(at) {
    if (!may.peek().paint) return;
    const place = spot(plane(...at), store.points.peek()?.info.extent ?? [-6, 6, -6, 6]);
    strokes.add([...place, label()]);
    last = at;
    redraw();
  }

  /** @param {number} index @param {[number, number]} at pixels */
  function move(index, at) {
    const points = store.points.peek();
    if (!points || !may.peek().paint) return;
    const place = spot(plane(...at), points.info.extent ?? [-6, 6, -6, 6]);
    strokes.move(nameOf(points, index), [...place, Number(points.targets[index])]);
    redraw();
  }

  /** @param {PointerEvent} event @returns {boolean} whether the brush took it */
  function down(event) {
    const now = hand.peek();
    if (now === null || event.button > 0) return false;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    canvas.focus({ preventScroll: true });
    const at = pixels(event);
    const index = under(at);
    if (now === "erase") rub(at);
    else if (index >= 0) dragged = { index, at, from: at };
    else put(at);
    last = at;
    return true;
  }

  /** @param {PointerEvent} event */
  function moved(event) {
    if (hand.peek() === null || !last) return;
    const at = pixels(event);
    if (dragged) dragged.at = at;
    else if (hand.peek() === "erase") rub(at);
    else if (Math.hypot(at[0] - last[0], at[1] - last[1]) >= GAP) put(at);
    redraw();
  }

  function up() {
    if (dragged && Math.hypot(dragged.at[0] - dragged.from[0], dragged.at[1] - dragged.from[1]) > 3)
      move(dragged.index, dragged.at);
    dragged = last = null;
    strokes.flush();
    redraw();
  }

  /** @param {number} added @param {number} erased */
  function told(added, erased) {
    if (added && erased) speak(t("brush.moved", { n: Math.min(added, erased) }));
    else speak(added ? t("brush.added", { n: added }) : t("brush.erased", { n: erased }));
  }

  /** Keys on the field. @param {KeyboardEvent} event @param {[number, number]} at the cross, in pixels */
  function key(event, at) {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const { paint, erase } = may.peek();
    const now = hand.peek();
    if (event.key === "p" && (paint || erase)) take(now === null ? (paint ? 0 : "erase") : null);
    else if (now === null) return false;
    else if (chooses(event.key)) take(chooses(event.key)?.value ?? null);
    else if (event.key === "Escape") take(null);
    else if (event.key === "Delete" || event.key === "Backspace") rub(at);
    else if (event.key === "m" && dragged) {
      move(dragged.index, at);
      dragged = null;
    } else if (event.key === "m") {
      const index = under(at);
      if (index >= 0) dragged = { index, at, from: at };
    } else if (event.key === "Enter" && dragged) {
      move(dragged.index, at);
      dragged = null;
    } else if (event.key === "Enter") {
      if (now === "erase") rub(at);
      else put(at);
    } else return false;
    event.preventDefault();
    event.stopPropagation();
    strokes.flush();
    redraw();
    return true;
  }

  canvas.addEventListener("pointermove", moved);
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", up);

  return {
    row,
    down,
    key,
    /** @param {[number, number]} at the cross, in pixels */
    carry: (at) => {
      if (dragged) dragged.at = at;
    },
    holds: () => hand.peek() !== null,
    /** Points drawn ahead of the server's. @returns {[number, number, number][]} */
    added: () => (axes(store).join() === "0,1" ? strokes.added() : []),
    /** Whether a point is on its way out. @param {number} index */
    gone: (index) => strokes.gone(store.points.peek(), index),
    dragged: () => dragged,
    stop: () => {
      stop();
      for (const end of ends) end();
    },
  };
}
