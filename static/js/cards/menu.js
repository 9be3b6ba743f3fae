/** The small menu in a card's head. */

import { make, mark } from "../core/dom.js";
import { t } from "../core/texts.js";

/** @typedef {{words: string, run: () => void, stays?: boolean, when?: () => boolean}} Item `stays`: the menu stays open */

/** @param {HTMLElement} card @param {string} title @param {Item[]} items @returns {HTMLElement} the button */
export function cardMenu(card, title, items) {
  const list = make("div", { class: "card-items", role: "menu", "aria-label": title, "data-arrows": "", hidden: true });
  const button = make(
    "button",
    {
      type: "button",
      class: "card-menu",
      "aria-label": t("cards.menu", { title }),
      "aria-haspopup": "menu",
      onclick: flip,
    },
    make("span", { "aria-hidden": "true" }, "⋯"),
  );
  mark(button, "aria-expanded", false);
  const buttons = items.map(({ words, run, stays }) =>
    make(
      "button",
      {
        type: "button",
        role: "menuitem",
        tabindex: -1,
        onclick: (/** @type {Event} */ event) => {
          const item = /** @type {HTMLElement} */ (event.currentTarget);
          if (!stays) shut(true);
          run();
          // A card that was put elsewhere has lost the focus on its way.
          if (stays) item.focus({ preventScroll: true });
        },
      },
      words,
    ),
  );
  list.append(...buttons);

  function flip() {
    if (list.hidden) open();
    else shut(true);
  }
  function open() {
    buttons.forEach((one, i) => (one.hidden = items[i].when?.() === false));
    list.hidden = false;
    mark(button, "aria-expanded", true);
    buttons.find((one) => !one.hidden)?.focus();
    document.addEventListener("pointerdown", away, true);
  }
  /** @param {boolean} back the focus goes back to the button */
  function shut(back) {
    list.hidden = true;
    mark(button, "aria-expanded", false);
    document.removeEventListener("pointerdown", away, true);
    if (back) button.focus({ preventScroll: true });
  }
  /** @param {Event} event */
  function away({ target }) {
    if (!(target instanceof Node) || (!list.contains(target) && !button.contains(target))) shut(false);
  }
  list.addEventListener("keydown", (event) => {
    const seen = buttons.filter((one) => !one.hidden);
    const at = seen.indexOf(/** @type {any} */ (document.activeElement));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: seen.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      seen[(to + seen.length) % seen.length].focus();
    } else if (event.key === "Escape") {
      // In a dialog Escape closes the menu first.
      event.preventDefault();
      event.stopPropagation();
      shut(true);
    } else if (event.key === "Tab") shut(false);
  });
  card.append(list);
  return button;
}
