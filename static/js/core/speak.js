/** The state of the page in a few sentences, for those who listen to it. */

import { byId } from "./dom.js";
import { loss, many, percent, whole } from "./format.js";
import { curve } from "./history.js";

/** @typedef {import("./store.js").Store} Store */

/** @param {Store} store @returns {string} */
export function summary(store) {
  const { step, epoch, state, divergence, line } = store.session.peek();
  const scores = store.frame.peek()?.probes.scores?.info;
  const layers = store.layers.peek().filter(({ kind }) => kind === "dense");
  const said = [divergence ? divergence.sentence : `Step ${whole(step)}, epoch ${whole(Math.floor(epoch))}, ${state}.`];
  if (scores?.test?.accuracy != null) {
    const { test, train } = scores;
    said.push(
      `${percent(test.accuracy)} right on the test points, ${many(test.wrong, "point")} wrong of ${test.count}.`,
    );
    if (train?.accuracy != null) said.push(`${percent(train.accuracy)} right on the points to learn from.`);
  }
  if (scores?.test)
    said.push(`Test loss ${loss(scores.test.loss)}, train loss ${loss(scores.train?.loss)}${trend(store, line)}.`);
  said.push(
    `The network has ${layers.map(({ shape }) => whole(shape[0])).join(", ")} units from the first layer to the output.`,
  );
  return said.join(" ");
}

/** @param {Store} store @param {number} line */
function trend(store, line) {
  const { values } = curve(store.history, store.lines.peek(), line, "test_loss");
  if (values.length < 8) return "";
  const mean = (/** @type {number[]} */ part) => part.reduce((a, b) => a + b, 0) / part.length;
  const now = mean(values.slice(-Math.max(2, Math.floor(values.length / 10))));
  const before = mean(values.slice(Math.floor(values.length * 0.5), Math.ceil(values.length * 0.7)));
  return now < 0.9 * before ? ", falling" : now > 1.1 * before ? ", rising" : ", nearly level";
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
