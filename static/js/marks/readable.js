/** A curve that is read and looked at closer: by pointer, wheel and key. */

import { part, zoomed } from "../geometry/zoom.js";

/** @typedef {import("../geometry/zoom.js").Range} Range */

/** @typedef {object} Read
 * @property {(event: MouseEvent) => number | null} stepAt the step under the pointer; null outside
 * @property {(step: number | null) => void} read shows the numbers at a step, or no longer
 * @property {(range: Range) => void} look
 * @property {(step: number | null) => void} grab where a drag begins
 * @property {() => {range: Range, last: number, at: number, grip: number | null}} now what is shown, of how many steps,
 *   which step is read, and where a drag began
 * @property {() => boolean} large whether the wheel is the picture's */

/** @param {HTMLCanvasElement} canvas @param {Read} given */
export function readable(canvas, { stepAt, read, look, grab, now, large }) {
  canvas.addEventListener("pointermove", (event) => read(stepAt(event)));
  canvas.addEventListener("pointerleave", () => now().grip === null && read(null));
  canvas.addEventListener("blur", () => read(null));
  canvas.addEventListener("pointerdown", (event) => {
    // A finger scrolls the page; a tap reads.
    if (event.button || event.pointerType === "touch") return;
    grab(stepAt(event));
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointerup", (event) => {
    const { grip, last, range } = now();
    const to = stepAt(event);
    grab(null);
    look((grip === null || to === null ? null : part(grip, to, last)) ?? range);
  });
  canvas.addEventListener("dblclick", () => look(null));
  canvas.addEventListener(
    "wheel",
    (event) => {
      // A wheel scrolls the page, but in full size, or where it pinches.
      if (!event.ctrlKey && !large()) return;
      const at = stepAt(event);
      if (at === null) return;
      event.preventDefault();
      const { range, last } = now();
      look(zoomed(range, last, at, event.deltaY < 0 ? 1.25 : 0.8));
    },
    { passive: false },
  );
  canvas.addEventListener("keydown", (event) => {
    const { range, last, at } = now();
    const [from, to] = [range?.from ?? 0, range?.to ?? last];
    const far = Math.max(1, Math.round((to - from) / (event.shiftKey ? 10 : 100)));
    const within = (/** @type {number} */ step) => Math.max(from, Math.min(to, step));
    if (event.key === "+" || event.key === "=") look(zoomed(range, last, within(at), 1.5));
    else if (event.key === "-" || event.key === "−") look(zoomed(range, last, within(at), 1 / 1.5));
    else if (event.key === "0") look(null);
    else if (event.key === "ArrowLeft") read(within(at - far));
    else if (event.key === "ArrowRight") read(within(at + far));
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
