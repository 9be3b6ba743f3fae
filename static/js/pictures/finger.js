/**
 * A finger that reads: one that moves at once scrolls the page, as everywhere; one that rests for a moment first reads
 * the numbers that it is then drawn over, and the page stands still under it.
 */

/** So long it rests, in milliseconds, and so little it may move meanwhile, in pixels. */
const REST = 280;
const STILL = 8;

/** @param {HTMLElement} element what it reads on @param {(event: PointerEvent) => void} begin done where it starts to
 * @returns {{reads: () => boolean, read: () => boolean}} whether it does now; whether the tap that ends was a reading */
export function readingFinger(element, begin) {
  let [reads, read, timer] = [false, false, 0];
  let from = { x: 0, y: 0 };
  const end = () => {
    clearTimeout(timer);
    reads = false;
  };
  element.addEventListener("pointerdown", (event) => {
    end();
    read = false;
    if (event.pointerType !== "touch" || !event.isPrimary) return;
    from = { x: event.clientX, y: event.clientY };
    timer = window.setTimeout(() => {
      reads = read = true;
      begin(event);
    }, REST);
  });
  element.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (!reads && Math.hypot(clientX - from.x, clientY - from.y) > STILL) clearTimeout(timer);
  });
  element.addEventListener("pointerup", end);
  element.addEventListener("pointercancel", end);
  // Only while it reads does the page not scroll; a browser asks for that before the first move.
  element.addEventListener("touchmove", (event) => reads && event.cancelable && event.preventDefault(), {
    passive: false,
  });
  // A menu for what was touched long would end the reading.
  element.addEventListener("contextmenu", (event) => reads && event.preventDefault());
  return { reads: () => reads, read: () => read };
}
