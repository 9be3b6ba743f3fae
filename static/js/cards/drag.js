/** Cards are dragged by their heads, with the mouse; their menu does the same by key and by finger. */

/** Pixels before a press is a drag. */
const FAR = 6;

/** @param {HTMLElement} card @param {(over: HTMLElement) => void} pass is called when it lies over another one
 * @param {(kept: boolean) => void} drop */
export function draggable(card, pass, drop) {
  const head = card.querySelector(".card-head");
  if (!(head instanceof HTMLElement)) return;
  head.addEventListener("pointerdown", (event) => {
    const on = /** @type {Element} */ (event.target);
    if (event.button || event.pointerType === "touch" || on.closest("button, select, input, dialog")) return;
    if (card.closest("dialog")) return;
    const box = card.getBoundingClientRect();
    const grip = [event.clientX - box.left, event.clientY - box.top];
    const start = [event.clientX, event.clientY];
    let going = false;
    let end = false;

    /** @param {PointerEvent} event */
    const move = ({ clientX, clientY }) => {
      if (!going && Math.hypot(clientX - start[0], clientY - start[1]) < FAR) return;
      going = true;
      card.classList.add("dragged");
      card.style.translate = "";
      const over = document
        .elementsFromPoint(clientX, clientY)
        .map((one) => one.closest(".evidence-card"))
        .find((one) => one && one !== card);
      if (over instanceof HTMLElement) pass(over);
      const now = card.getBoundingClientRect();
      card.style.translate = `${clientX - grip[0] - now.left}px ${clientY - grip[1] - now.top}px`;
    };
    const stop = (/** @type {boolean} */ kept) => {
      if (end) return;
      end = true;
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", up);
      removeEventListener("pointercancel", cancel);
      removeEventListener("keydown", key, true);
      card.classList.remove("dragged");
      card.style.translate = "";
      if (going) drop(kept);
    };
    const up = () => stop(true);
    const cancel = () => stop(false);
    const key = (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Escape" || !going) return;
      event.stopPropagation();
      stop(false);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", up);
    addEventListener("pointercancel", cancel);
    addEventListener("keydown", key, true);
    event.preventDefault();
  });
}
