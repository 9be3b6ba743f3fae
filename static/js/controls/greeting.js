/** What the call-out on Play promises: the question of the data that are there now. */

import { effect } from "@preact/signals-core";

import { t } from "../core/texts.js";

/** @param {import("../core/store.js").Store} store @param {Element} line which the page has written for two classes */
export function greet(store, line) {
  const written = [...line.childNodes];
  effect(() => {
    const image = store.experiment.value.model.input.kind === "image";
    const classes = store.previews[store.data.value]?.classes ?? 2;
    if (classes === 2 && !image) line.replaceChildren(...written);
    else if (!classes) line.textContent = t("time.watch.values");
    else line.textContent = t(image ? "time.watch.pictures" : "time.watch.classes", { n: classes });
  });
}
