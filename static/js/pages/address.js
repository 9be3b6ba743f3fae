/** The address bar holds the experiment as it stands, so that a copied address is a copied experiment. */

import { effect } from "@preact/signals-core";

import { keep } from "../core/begin.js";
import { call } from "../core/http.js";

/** @typedef {import("../core/store.js").Store} Store */

const PATIENCE = 800;

/** @param {Store} store */
export function mountAddress(store) {
  const own = told(store.experiment.peek());
  let last = location.hash.includes("e=") ? "" : own;
  let timer = 0;
  // A link pasted over this page's address is another experiment, which starts as any page does.
  window.addEventListener("hashchange", () => {
    if (location.hash.includes("e=")) location.reload();
  });
  effect(() => {
    const now = told(store.experiment.value);
    const ready = store.session.value.connection === "open" && store.session.value.id !== null;
    if (!ready || now === last) return;
    clearTimeout(timer);
    timer = window.setTimeout(async () => {
      last = now;
      const { link } = await call("POST", "/api/experiments/check", { experiment: JSON.parse(now) }).catch(() => ({}));
      if (!link) return;
      history.replaceState(null, "", now === own ? location.pathname : `#e=${link}`);
      keep(store);
    }, PATIENCE);
  });
}

/** @param {any} experiment */
const told = (experiment) => JSON.stringify({ ...experiment, edits: [] });
