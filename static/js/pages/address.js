/**
 * The address bar holds the experiment as it stands, and the cards that were chosen (`#e=…&v=…`), so that a copied
 * address is a copied page.
 */

import { effect } from "@preact/signals-core";

import { deckOf } from "../cards/state.js";
import { keep } from "../core/begin.js";
import { call } from "../core/http.js";

/** @typedef {import("../core/store.js").Store} Store */

const PATIENCE = 800;

/** @param {Store} store */
export function mountAddress(store) {
  const own = told(store.experiment.peek());
  const deck = deckOf(store);
  let last = location.hash.includes("e=") ? "" : own;
  let link = "";
  let timer = 0;
  // A link pasted over this page's address is another experiment, which starts as any page does.
  window.addEventListener("hashchange", () => {
    if (/[#&][ev]=/.test(location.hash)) location.reload();
  });
  effect(() => {
    const now = told(store.experiment.value);
    const cards = deck.text.value;
    const ready = store.session.value.connection === "open" && store.session.value.id !== null;
    if (!ready || (now === last && location.hash === fragment(link, cards))) return;
    clearTimeout(timer);
    timer = window.setTimeout(async () => {
      if (now !== last) {
        const made = await call("POST", "/api/experiments/check", { experiment: JSON.parse(now) }).catch(() => ({}));
        if (!made.link) return;
        [last, link] = [now, now === own ? "" : made.link];
      }
      history.replaceState(null, "", `${location.pathname}${location.search}${fragment(link, deck.text.peek())}`);
      keep(store);
    }, PATIENCE);
  });
}

/** @param {string} link @param {string} cards */
function fragment(link, cards) {
  const parts = [link && `e=${link}`, cards && `v=${cards}`].filter(Boolean);
  return parts.length ? `#${parts.join("&")}` : "";
}

/** @param {any} experiment */
const told = (experiment) => JSON.stringify({ ...experiment, edits: [] });
