/** The sets of pictures, as tiles: another set starts again with a net that suits its size. */

import { effect } from "@preact/signals-core";

import { begin } from "../core/begin.js";
import { make, mark, say } from "../core/dom.js";
import { named, t } from "../core/texts.js";
import { starter } from "../pictures/nets.js";

/** @typedef {import("../core/store.js").Store} Store */

/** @param {HTMLElement} element @param {Store} store */
export function mount(element, store) {
  const kinds = Object.keys(store.previews).filter((kind) => store.previews[kind].sheet);
  const text = make("p", { class: "hint" });
  const title = (/** @type {string} */ kind) => named("word", kind) ?? store.catalog.families.data[kind]?.title ?? kind;
  const buttons = kinds.map((kind) => {
    const { sheet } = store.previews[kind];
    const says = (store.catalog.families.data[kind]?.description ?? "").split("\n")[0];
    return make(
      "button",
      {
        type: "button",
        role: "radio",
        class: "set-tile",
        "aria-label": title(kind),
        title: `${title(kind)}. ${says}`,
        onclick: () => kind !== store.data.peek() && void begin(store, starter(kind), title(store.data.peek())),
      },
      make("img", { src: sheet, alt: "" }),
      make("span", {}, title(kind)),
    );
  });
  element.replaceChildren(
    make("h2", {}, t("sets.title")),
    make("div", { class: "set-tiles", role: "radiogroup", "aria-label": t("sets.label") }, ...buttons),
    text,
  );
  effect(() => {
    const now = store.data.value;
    buttons.forEach((button, i) => mark(button, "aria-checked", kinds[i] === now));
    const { shape, classes } = store.previews[now] ?? {};
    const says = (store.catalog.families.data[now]?.description ?? "").split("\n")[0];
    say(text, shape ? t("sets.says", { says, shape: shape.join(" × "), n: classes }) : "");
  });
}
