/**
 * Questions that look through many examples are not in every frame: they are asked when the net stands still, and
 * now and then while it trains.
 */

import { effect } from "@preact/signals-core";

import { ask } from "../core/session.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/types.js").Frame} Frame */

const EVERY = 2000; // milliseconds, while it trains

/** Asks again whenever the net or the question changed; `query` null: nobody looks.
 * @param {Store} store @param {string} probe @param {HTMLElement} element asked only while it is on screen
 * @param {() => Record<string, any> | null} query read inside an effect
 * @param {(frame: Frame) => void} take @returns {() => void} ends it */
export function refresh(store, probe, element, query, take) {
  let told = "";
  let busy = false;
  let last = 0;
  let timer = 0;
  let seen = false;

  const observer = new IntersectionObserver((entries) => {
    seen = entries.some(({ isIntersecting }) => isIntersecting);
    if (seen) void look();
  });
  observer.observe(element);

  /** @type {Record<string, any> | null} */
  let wish = null;
  async function look() {
    clearTimeout(timer);
    const { id, line, step, state, connection } = store.session.peek();
    const now = JSON.stringify([id, line, step, wish]);
    if (!wish || !id || connection !== "open" || busy || !seen || now === told) return;
    const wait = state === "running" ? last + EVERY - Date.now() : 0;
    if (wait > 0) return void (timer = window.setTimeout(look, wait));
    busy = true;
    [told, last] = [now, Date.now()];
    try {
      take(await ask(store, probe, wish));
    } catch {
      told = ""; // Not now: it is asked again with the next step.
    }
    busy = false;
    if (JSON.stringify([id, line, store.session.peek().step, wish]) !== now) void look();
  }
  const stop = effect(() => {
    wish = query();
    void store.session.value;
    void look();
  });
  return () => {
    stop();
    observer.disconnect();
    clearTimeout(timer);
    wish = null;
  };
}
