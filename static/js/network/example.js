/**
 * ‹ example 10 of 16 ›: which example of the batch the network is seen by; "all" shows shares.
 */

import { make, mark, say } from "../core/dom.js";
import { select } from "../core/store.js";
import { t } from "../core/texts.js";

/** @typedef {import("../core/store.js").Store} Store */

/** How many examples the last step had; 0 before the first step or without dropout. @param {Store} store */
export function batchSize(store) {
  const frame = store.frame.value;
  for (const [name, array] of frame?.arrays ?? []) {
    if (name.startsWith("masks.") && name.endsWith(".mask")) return array.shape[0];
  }
  return 0;
}

/** @param {Store} store @returns {{element: HTMLElement, show: () => void}} */
export function makeExample(store) {
  const go = (/** @type {number} */ by) => {
    const { unit, weight, example } = store.selection.peek();
    const n = batchSize(store);
    // "all" stands between the last example and the first.
    const at = ((((example ?? -1) + 1 + by) % (n + 1)) + n + 1) % (n + 1);
    select(store, { unit, weight, example: at ? at - 1 : null });
  };
  const words = make("button", { type: "button", class: "chip-words", onclick: toggle });
  const element = make(
    "span",
    { class: "seen-by" },
    t("example.by"),
    " ",
    make(
      "span",
      { class: "chip", role: "group", "aria-label": t("example.label") },
      make("button", { type: "button", "aria-label": t("example.before"), onclick: () => go(-1) }, "‹"),
      words,
      make("button", { type: "button", "aria-label": t("example.next"), onclick: () => go(1) }, "›"),
    ),
  );

  function toggle() {
    const { unit, weight, example } = store.selection.peek();
    select(store, { unit, weight, example: example === null ? 0 : null });
  }

  return {
    element,
    show: () => {
      const n = batchSize(store);
      const { example } = store.selection.value;
      element.hidden = n === 0;
      say(words, example === null ? t("example.all", { n }) : t("example.one", { example: example + 1, of: n }));
      mark(words, "title", example === null ? t("example.choose") : t("example.back"));
    },
  };
}
