/**
 * What the page says when something is not as it should be: in a sentence, with the one thing to do.
 * Nothing here stops the view of what was reached.
 */

import { effect } from "@preact/signals-core";

import { begin } from "../core/begin.js";
import { byId, make } from "../core/dom.js";
import { command } from "../core/session.js";
import { update } from "../core/store.js";
import { t } from "../core/texts.js";

/** @typedef {import("../core/store.js").Store} Store */

const PATIENCE = 700;
const NOTICE = 7000;

/** @param {Store} store */
export function mountMoments(store) {
  const place = byId("moment");
  let timer = 0;
  let shown = "";

  const show = (/** @type {string} */ key, /** @type {(Node | string)[]} */ ...parts) => {
    if (key === shown) return;
    shown = key;
    place.hidden = !key;
    place.dataset.kind = key.split(":")[0];
    place.replaceChildren(...parts);
  };
  const button = (/** @type {string} */ words, /** @type {() => void} */ run) =>
    make("button", { type: "button", onclick: run }, words);
  const spinner = () => make("span", { class: "spinner", "aria-hidden": "true" });

  effect(() => {
    const { connection, state } = store.session.value;
    const notice = store.notice.value;
    clearTimeout(timer);
    if (connection === "reconnecting") {
      // A hiccup shorter than this is nobody's business.
      timer = window.setTimeout(() => {
        const words = make("span", {}, make("b", {}, t("moment.cut")), ` ${t("moment.reconnecting")}`);
        show(
          "reconnecting",
          spinner(),
          words,
          button(t("moment.now"), () => store.socket?.retry()),
        );
      }, PATIENCE);
    } else if (connection === "opening") {
      timer = window.setTimeout(() => show("opening", spinner(), t("moment.waiting")), 2500);
    } else if (connection === "busy") {
      const again = () => {
        update(store, { connection: "open" });
        void begin(store, store.experiment.peek());
      };
      show("busy", t("moment.full"), button(t("moment.again"), again));
    } else if (connection === "lost" || state === "lost") {
      const n = store.session.value.returns;
      const kept = n ? t("moment.stood", { n }) : t("moment.kept");
      const words = make("span", {}, make("b", {}, t("moment.gone")), ` ${kept}`);
      show(
        `lost:${n}`,
        words,
        button(t(n ? "moment.back" : "moment.start"), () => void revive(store)),
      );
    } else if (notice) {
      show(
        `notice:${notice}`,
        make("span", {}, notice),
        button(t("moment.ok"), () => (store.notice.value = null)),
      );
      timer = window.setTimeout(() => (store.notice.value = null), NOTICE);
    } else show("");
  });
}

/** In a new worker if the server still knows the session, else as a new session.
 * @param {Store} store */
async function revive(store) {
  update(store, { connection: "open", state: "paused", divergence: null });
  store.notice.value = null;
  const answer = await command(store, { kind: "restart" });
  if (!answer) {
    store.notice.value = null;
    update(store, { id: null });
    await begin(store, store.origin.peek());
  }
}
