/**
 * What grew into the close-up: a copy of the map (or of its window) moves from where it was to where it is shown large.
 * Nothing of the page moves; without a wish for motion nothing is seen at all.
 */

const TIME = 280; // milliseconds

/** @param {HTMLCanvasElement | null} canvas what is copied @param {{left: number, top: number, width: number, height: number}} from
 * on the screen @param {Element} to what it becomes */
export function grow(canvas, from, to) {
  const end = to.getBoundingClientRect();
  if (!canvas?.width || !end.width || !from.width) return;
  if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const copy = document.createElement("canvas");
  [copy.width, copy.height] = [canvas.width, canvas.height];
  copy.getContext("2d")?.drawImage(canvas, 0, 0);
  copy.className = "grown";
  copy.setAttribute("aria-hidden", "true");
  /** @param {typeof from} box @param {number} opacity */
  const place = ({ left, top, width, height }, opacity) => ({
    left: `${left}px`,
    top: `${top}px`,
    width: `${width}px`,
    height: `${height}px`,
    opacity,
  });
  document.body.append(copy);
  const move = copy.animate([place(from, 1), place(end, 0.35)], {
    duration: TIME,
    easing: "cubic-bezier(0.3, 0, 0.2, 1)",
  });
  move.addEventListener("finish", () => copy.remove());
  move.addEventListener("cancel", () => copy.remove());
}
