/** One card in full size: in a dialog, where its canvases grow with it. Escape puts it back in its place. */

import { make } from "../core/dom.js";
import { t } from "../core/texts.js";

export function makeFull() {
  // Play, pause and steps go on by key.
  const dialog = make("dialog", { class: "card-dialog", "data-keys": "" });
  const shut = make(
    "button",
    { type: "button", class: "outlined small card-back", onclick: () => dialog.close() },
    t("cards.backshort"),
  );
  dialog.append(shut);
  document.body.append(dialog);
  /** @type {{card: HTMLElement, hole: HTMLElement} | null} */
  let shown = null;
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    if (!shown) return;
    const { card, hole } = shown;
    shown = null;
    card.classList.remove("full");
    hole.replaceWith(card);
    const menu = card.querySelector(".card-menu");
    if (menu instanceof HTMLElement) menu.focus({ preventScroll: true });
  });
  return {
    /** @param {HTMLElement} card @param {string} title */
    open: (card, title) => {
      if (shown) return;
      // Its place is kept: nothing moves behind the dialog.
      const hole = make("div", { class: "evidence-card hole" });
      card.replaceWith(hole);
      shown = { card, hole };
      card.classList.add("full");
      // What is read from the back row has larger type too; a phone has no room for it.
      dialog.dataset.magnify = window.innerWidth < 760 ? "1" : "1.5";
      dialog.setAttribute("aria-label", title);
      dialog.append(card);
      dialog.showModal();
    },
    close: () => dialog.close(),
    /** @param {HTMLElement} card */
    holds: (card) => shown?.card === card,
    /** The element that stands for a card in the row of cards. @param {HTMLElement} card */
    placeOf: (card) => (shown?.card === card ? shown.hole : card),
  };
}
