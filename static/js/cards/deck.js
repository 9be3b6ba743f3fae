/**
 * The cards below the lab: chosen, moved, opened in full size, closed. A card that is not shown is not there: its view
 * is not mounted and asks for nothing. Their order is that of the document, so that Tab and a screen reader follow it.
 */

import { effect } from "@preact/signals-core";

import { byId, make } from "../core/dom.js";
import { speak } from "../core/speak.js";
import { t } from "../core/texts.js";
import { makeChooser } from "./chooser.js";
import { draggable } from "./drag.js";
import { makeFull } from "./full.js";
import { howToRead } from "./key.js";
import { titleOf } from "./list.js";
import { cardMenu } from "./menu.js";
import { deckOf } from "./state.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {{add: (element: HTMLElement) => void, drop: (element: HTMLElement) => void}} Mounting */

/** @param {Store} store @param {Mounting} views mounts a card's view, and takes it away */
export function mountDeck(store, views) {
  const place = byId("cards");
  const deck = deckOf(store);
  const full = makeFull();
  const add = makeChooser(store);
  /** @type {Map<string, HTMLElement>} */
  const there = new Map();
  place.append(add);

  /** @param {string} name */
  function build(name) {
    const card = make("div", { class: "evidence-card", "data-view": name, "data-term": name });
    const title = titleOf(name);
    there.set(name, card);
    place.insertBefore(card, add);
    views.add(card);
    const reads = howToRead(name);
    card.append(reads);
    const items = [
      { words: t("cards.read"), run: () => card.classList.toggle("explained"), when: () => !full.holds(card) },
      { words: t("cards.full"), run: () => full.open(card, title), when: () => !full.holds(card) },
      { words: t("cards.back"), run: () => full.close(), when: () => full.holds(card) },
      { words: t("cards.left"), run: () => step(name, -1), stays: true, when: () => !full.holds(card) },
      { words: t("cards.right"), run: () => step(name, 1), stays: true, when: () => !full.holds(card) },
      { words: t("cards.close"), run: () => close(name) },
    ];
    card.querySelector(".card-head")?.append(cardMenu(card, title, items));
    reads.addEventListener("click", () => card.classList.remove("explained"));
    draggable(
      card,
      (over) => {
        const shown = deck.shown.peek();
        const [from, to] = [there.get(name), over].map((one) => [...place.children].indexOf(/** @type {any} */ (one)));
        if (!shown.includes(over.dataset.view ?? "")) return;
        place.insertBefore(card, from < to ? over.nextSibling : over);
      },
      (kept) => {
        const order = [...place.children].map((one) => /** @type {HTMLElement} */ (one).dataset.view ?? "");
        if (kept) deck.put(name, order.indexOf(name));
        else arrange(deck.shown.peek());
      },
    );
  }

  /** @param {string} name @param {number} by */
  function step(name, by) {
    deck.move(name, by);
    const { length } = deck.shown.peek();
    speak(t("cards.place", { title: titleOf(name), at: deck.shown.peek().indexOf(name) + 1, n: length }));
  }

  /** @param {string} name */
  function close(name) {
    full.close();
    const next = [...place.children].indexOf(/** @type {any} */ (there.get(name)));
    deck.close(name);
    // The focus goes on to what stands there now.
    const on = place.children[next]?.querySelector(".card-menu") ?? add;
    if (on instanceof HTMLElement) on.focus({ preventScroll: true });
    speak(t("cards.closed", { title: titleOf(name) }));
  }

  /** @param {string[]} shown */
  function arrange(shown) {
    for (const [name, card] of there) {
      if (shown.includes(name)) continue;
      if (full.holds(card)) full.close();
      there.delete(name);
      views.drop(card);
      card.remove();
    }
    shown.forEach((name, i) => {
      if (!there.has(name)) build(name);
      const card = full.placeOf(/** @type {HTMLElement} */ (there.get(name)));
      if (place.children[i] !== card) place.insertBefore(card, place.children[i]);
    });
  }

  effect(() => arrange(deck.shown.value));

  return {
    /** Shows a card, where it is closed as well, and goes there. @param {string} name */
    open: (name) => {
      deck.add(name);
      const card = there.get(name);
      if (!card) return;
      card.tabIndex = -1;
      card.focus({ preventScroll: true });
      card.scrollIntoView({ block: "nearest" });
    },
  };
}
