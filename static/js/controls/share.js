/** Share: a link to the experiment, a link to this moment, the run as a script. */

import { deckOf } from "../cards/state.js";
import { byId, say } from "../core/dom.js";
import { call } from "../core/http.js";
import { curl, python } from "../core/scripts.js";
import { t } from "../core/texts.js";

/** @typedef {import("../core/store.js").Store} Store */

/** @param {Store} store */
export function mountShare(store) {
  const dialog = byId("share-dialog", HTMLDialogElement);
  const text = byId("share-text", HTMLTextAreaElement);
  const said = byId("share-said");
  const open = () => {
    say(said, "");
    text.value = "";
    text.hidden = true;
    dialog.showModal();
  };
  byId("share").addEventListener("click", open);

  const offer = async (/** @type {string} */ what, /** @type {"link" | "moment" | "python" | "curl"} */ kind) => {
    text.hidden = false;
    text.value = what;
    text.rows = Math.min(14, what.split("\n").length + 1);
    text.focus();
    text.select();
    text.scrollTop = 0;
    // Browsers offer the clipboard on https alone; on a school's plain http the marked text is there to be copied.
    const copied = await copy(what);
    say(said, t(copied ? `share.${kind}.copied` : `share.${kind}.marked`));
  };
  const link = async (/** @type {any} */ experiment, /** @type {string} */ more) => {
    const { link: made } = await call("POST", "/api/experiments/check", { experiment });
    const cards = deckOf(store).text.peek();
    return `${location.origin}${location.pathname}#e=${made}${more}${cards && `&v=${cards}`}`;
  };
  const run = () => {
    const { step } = store.session.peek();
    return { experiment: store.origin.peek(), step, origin: location.origin };
  };
  const guard = (/** @type {() => Promise<void>} */ work) => () =>
    void work().catch((error) => say(said, t("share.failed", { why: error.message })));

  byId("share-link").addEventListener(
    "click",
    guard(async () => offer(await link({ ...store.experiment.peek(), edits: [] }, ""), "link")),
  );
  byId("share-moment").addEventListener(
    "click",
    guard(async () => {
      const { experiment, step } = run();
      await offer(await link(experiment, `&step=${step}`), "moment");
    }),
  );
  byId("share-python").addEventListener(
    "click",
    guard(() => offer(python(run()), "python")),
  );
  byId("share-curl").addEventListener(
    "click",
    guard(() => offer(curl(run()), "curl")),
  );
  return open;
}

/** @param {string} text @returns {Promise<boolean>} */
async function copy(text) {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
      return true;
    }
    return document.execCommand("copy");
  } catch {
    return false;
  }
}
