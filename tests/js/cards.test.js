/** Cards: chosen, moved, told in a link; and what the loss card's picture is made of. */

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import test from "node:test";

import "./english.js";
import { why } from "../../static/js/cards/facts.js";
import { KINDS } from "../../static/js/cards/key.js";
import { asksOf, CARDS, markOf, readsOf, titleOf } from "../../static/js/cards/list.js";
import { decode, encode, moved, put, SIGNS, suited } from "../../static/js/cards/order.js";
import { eased } from "../../static/js/geometry/ease.js";
import { part, zoomed } from "../../static/js/geometry/zoom.js";

const FACTS = {
  pictures: false,
  classes: 2,
  loss: "logistic",
  rule: false,
  dropouts: [],
  norms: [],
  bends: true,
};
const suit = (/** @type {any} */ more) => {
  const facts = { ...FACTS, ...more };
  return suited(facts, (name) => why(name, facts));
};

test("every card has a sign of its own, a question, a key, a view and a sentence", () => {
  assert.deepEqual(Object.keys(SIGNS).sort(), Object.keys(CARDS).sort());
  assert.equal(new Set(Object.values(SIGNS)).size, Object.keys(SIGNS).length);
  const views = readdirSync("static/js/views");
  const sentences = readdirSync("static/js/sentences");
  for (const [name, marks] of Object.entries(CARDS)) {
    assert.match(SIGNS[name], /^[a-z]$/);
    assert.ok(titleOf(name) !== name && readsOf(name).length > 20, name);
    assert.match(asksOf(name), /\?$/);
    for (const mark of marks) assert.ok(KINDS.includes(mark) && markOf(name, mark), `${name}: ${mark}`);
    assert.ok(views.includes(`${name}.js`), name);
    assert.ok(sentences.includes(`${name}.js`), name);
  }
});

test("a deck comes back from its text, with what its cards were told", () => {
  const deck = { cards: ["loss", "calibration", "masks"], options: { loss: "N5" } };
  assert.equal(encode(deck), "lN5km");
  assert.deepEqual(decode("lN5km"), deck);
  assert.deepEqual(decode(encode({ cards: [], options: {} })), { cards: [], options: {} });
  assert.equal(encode({ cards: null, options: { loss: "N" } }), "~lN");
  assert.deepEqual(decode("~lN"), { cards: null, options: { loss: "N" } });
  assert.equal(encode({ cards: null, options: { loss: "" } }), "");
});

test("a text of elsewhere does no harm", () => {
  assert.equal(decode(""), null);
  assert.equal(decode(null), null);
  assert.equal(decode("zz%3C"), null);
  assert.deepEqual(decode("lzXlg")?.cards, ["loss", "gradients"]);
});

test("cards move by one place, and stay at the ends", () => {
  const cards = ["loss", "masks", "weights"];
  assert.deepEqual(moved(cards, "masks", -1), ["masks", "loss", "weights"]);
  assert.deepEqual(moved(cards, "weights", 1), cards);
  assert.deepEqual(moved(cards, "loss", -1), cards);
  assert.deepEqual(moved(cards, "length", 1), cards);
  assert.deepEqual(put(cards, "weights", 0), ["weights", "loss", "masks"]);
});

test("what suits depends on the experiment: classes, dropout, norms, pictures, the perceptron’s rule", () => {
  assert.deepEqual(suit({}).slice(0, 4), ["loss", "gradients", "activations", "weights"]);
  assert.equal(suit({}).at(-1), "masks");
  assert.equal(suit({ dropouts: ["drop1"] })[1], "masks");
  assert.deepEqual(suit({ classes: 3, loss: "softmax_cross_entropy" }).slice(0, 4), [
    "loss",
    "confusion",
    "unsure",
    "calibration",
  ]);
  assert.ok(suit({ norms: ["norm1"] }).includes("normalization"));
  assert.ok(!suit({}).includes("normalization"));
  const pictures = suit({ pictures: true, classes: 10, loss: "softmax_cross_entropy" });
  assert.ok(pictures.includes("calibration") && !pictures.includes("unsure") && !pictures.includes("confusion"));
  const rule = suit({ rule: true, loss: "", bends: false });
  assert.ok(!rule.includes("gradients") && !rule.includes("calibration") && rule.includes("confusion"));
  assert.ok(!suit({ classes: 0, loss: "squared_error" }).includes("confusion"));
  assert.match(why("calibration", { ...FACTS, loss: "hinge" }), /no probabilities/);
  assert.equal(why("loss", FACTS), "");
});

test("a part of the run is looked at closer, and never leaves it", () => {
  assert.deepEqual(part(300, 100, 1000), { from: 100, to: 300 });
  assert.equal(part(300, 302, 1000), null);
  assert.deepEqual(zoomed(null, 1000, 500, 2), { from: 250, to: 750 });
  assert.deepEqual(zoomed(null, 1000, 0, 2), { from: 0, to: 500 });
  assert.deepEqual(zoomed({ from: 800, to: 1000 }, 1000, 1000, 0.5), { from: 600, to: 1000 });
  assert.equal(zoomed({ from: 250, to: 750 }, 1000, 500, 0.5), null);
  const close = zoomed({ from: 0, to: 5 }, 1000, 2, 10);
  assert.ok(close && close.to - close.from === 4);
});

test("smoothing is a corrected exponential mean: a level stays, noise falls, level 0 changes nothing", () => {
  const steps = Array.from({ length: 200 }, (_, i) => i + 1);
  const flat = eased({ steps, values: steps.map(() => 0.7) }, 0.9).values;
  assert.ok(flat.every((v) => Math.abs(v - 0.7) < 1e-12));
  const noisy = steps.map((_, i) => (i % 2 ? 1 : 0));
  const calm = eased({ steps, values: noisy }, 0.95).values.slice(100);
  assert.ok(calm.every((v) => Math.abs(v - 0.5) < 0.03));
  assert.deepEqual(eased({ steps, values: noisy }, 0).values, noisy);
  // By hand: β = ½; a point that covers two steps weighs as two.
  const { values } = eased({ steps: [1, 3], values: [1, 0] }, 0.5);
  assert.ok(Math.abs(values[0] - 1) < 1e-12 && Math.abs(values[1] - 0.125 / 0.875) < 1e-12);
});
