/** The state of the page in a few sentences, for those who listen to it. */

import { byId } from "./dom.js";
import { loss, percent, whole } from "./format.js";
import { curve } from "./history.js";
import { t, listed } from "./texts.js";

/** @typedef {import("./store.js").Store} Store */

/** @param {Store} store @returns {string} */
export function summary(store) {
  const { step, epoch, state, divergence, line } = store.session.peek();
  const { test, train } = store.frame.peek()?.probes.scores?.info ?? {};
  const layers = store.layers.peek().filter(({ kind }) => kind === "dense");
  const said = [
    divergence?.sentence ?? t("spoken.where", { step, epoch: Math.floor(epoch), state: t(`state.${state}`) }),
  ];
  if (test?.accuracy != null) {
    said.push(t("spoken.test", { right: percent(test.accuracy), n: test.wrong, count: test.count }));
    if (train?.accuracy != null) said.push(t("spoken.train", { right: percent(train.accuracy) }));
  }
  if (test) {
    const both = { test: loss(test.loss), train: loss(train?.loss) };
    const going = trend(store, line);
    said.push(going ? t(`spoken.loss.${going}`, both) : t("spoken.loss", both));
  }
  said.push(t("spoken.net", { units: listed(layers.map(({ shape }) => whole(shape[0]))) }));
  return said.join(" ");
}

/** Where the test loss is going; null while that cannot be told.
 * @param {Store} store @param {number} line @returns {"falling" | "rising" | "level" | null} */
function trend(store, line) {
  const { values } = curve(store.history, store.lines.peek(), line, "test_loss");
  if (values.length < 8) return null;
  const mean = (/** @type {number[]} */ part) => part.reduce((a, b) => a + b, 0) / part.length;
  const now = mean(values.slice(-Math.max(2, Math.floor(values.length / 10))));
  const before = mean(values.slice(Math.floor(values.length * 0.5), Math.ceil(values.length * 0.7)));
  return now < 0.9 * before ? "falling" : now > 1.1 * before ? "rising" : "level";
}

/** @param {string} text */
export function speak(text) {
  const place = byId("spoken");
  // The same sentence twice is read twice only if the region was emptied between.
  place.textContent = "";
  setTimeout(() => {
    place.textContent = text;
  }, 50);
}
