/**
 * Cards of the image lab that fold away to a line: what few need stands closed, so that the page is as long as what is
 * read. A card that is folded is not on screen, and costs nothing. What a viewer opened or closed stays so.
 */

import { effect, signal } from "@preact/signals-core";

import { make, mark, say } from "../core/dom.js";
import { recall, remember } from "../core/memory.js";
import { t } from "../core/texts.js";

/** @typedef {"receptive" | "tested" | "editor" | "kernel" | "pair" | "sets"} Fold */

/** Closed at first where there is room; on a phone all are. @type {Set<Fold>} */
const CLOSED = new Set(["kernel", "pair"]);

/** @type {Map<Fold, import("@preact/signals-core").Signal<boolean>>} */
const opened = new Map();

const phone = () => window.matchMedia("(max-width: 759.98px)").matches;
const key = (/** @type {Fold} */ name) => `fold.${phone() ? "phone" : "wide"}.${name}`;

/** Whether a card is open, as a signal. @param {Fold} name */
function openOf(name) {
  const known = opened.get(name);
  if (known) return known;
  const kept = recall(key(name));
  const made = signal(kept ? kept === "open" : !phone() && !CLOSED.has(name));
  opened.set(name, made);
  return made;
}

/** Opens or closes a card where its viewer has not chosen. @param {Fold} name @param {boolean} open */
export function suggest(name, open) {
  if (recall(key(name)) === null && !phone()) openOf(name).value = open;
}

/** Every element with `data-fold` gets a line that folds what is in it. */
export function mountFolds() {
  for (const element of document.querySelectorAll("[data-fold]")) {
    if (element instanceof HTMLElement) mountFold(element, /** @type {Fold} */ (element.dataset.fold));
  }
}

/** @param {HTMLElement} element @param {Fold} name */
function mountFold(element, name) {
  const open = openOf(name);
  const card = /** @type {HTMLElement} */ (element.firstElementChild);
  const title = make("strong", {}, t(`fold.${name}`));
  const about = make("span", {}, t(`fold.${name}.says`));
  const sign = make("i", { "aria-hidden": true });
  const bar = make(
    "button",
    {
      type: "button",
      class: "fold-bar",
      "data-term": card.dataset.term,
      onclick: () => {
        open.value = !open.peek();
        remember(key(name), open.peek() ? "open" : "closed");
      },
    },
    sign,
    title,
    about,
  );
  element.prepend(bar);
  effect(() => {
    mark(bar, "aria-expanded", open.value);
    // Closed it is named by the words that it shows.
    if (open.value) mark(bar, "aria-label", t("fold.close", { card: t(`fold.${name}`) }));
    else bar.removeAttribute("aria-label");
    say(sign, open.value ? "▾" : "▸");
    title.hidden = about.hidden = open.value;
    card.hidden = !open.value;
  });
}
