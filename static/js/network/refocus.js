/**
 * Buttons are made anew after an edit: the one that was pressed gets the focus back.
 */

/** @param {HTMLElement} element what holds them @returns {() => void} to be called when they are made */
export function refocus(element) {
  const active = document.activeElement;
  const label = element.contains(active) ? active?.getAttribute("aria-label") : null;
  return () => {
    if (!label) return;
    for (const one of element.querySelectorAll("[aria-label]")) {
      if (one.getAttribute("aria-label") === label) /** @type {HTMLElement} */ (one).focus({ preventScroll: true });
    }
  };
}
