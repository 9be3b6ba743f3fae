/** The button of a pinned card that lets go of what is pinned; Escape does the same. */

import { make } from "../core/dom.js";
import { select } from "../core/store.js";
import { t } from "../core/texts.js";

/** @param {import("../core/store.js").Store} store */
export const makeClose = (store) =>
  make(
    "button",
    {
      type: "button",
      class: "close",
      "aria-label": t("pin.close"),
      title: t("pin.close.key"),
      onclick: () => select(store, {}),
    },
    "×",
  );
