import assert from "node:assert/strict";
import test from "node:test";

import "./english.js";
import { readNumber, rung } from "../../static/js/controls/knob.js";
import { wallAt } from "../../static/js/controls/limit.js";
import { upToAll } from "../../static/js/controls/rungs.js";
import { fits, read } from "../../static/js/core/until.js";
import { changed } from "../../static/js/diverged/fields.js";
import { ratesBeside } from "../../static/js/diverged/product.js";
import { leap } from "../../static/js/diverged/valley.js";
import { suits } from "../../static/js/core/change.js";
import { keyWords } from "../../static/js/core/keys.js";
import { curl, literal, python } from "../../static/js/core/scripts.js";

test("a value stands on its rung, or between two", () => {
  const ladder = [0.001, 0.003, 0.01];
  assert.equal(rung(ladder, 0.003), 1);
  assert.equal(rung(ladder, 0.002), 0.5);
  assert.equal(rung(ladder, 5), 2);
  assert.equal(rung(ladder, 0), 0);
});

test("numbers are read as people type them", () => {
  assert.equal(readNumber("0,03"), 0.03);
  assert.equal(readNumber("1,240"), 1240);
  assert.equal(readNumber("−2.5"), -2.5);
  assert.equal(readNumber("50 %"), 0.5);
  assert.equal(readNumber("1e-5"), 1e-5);
  assert.equal(readNumber(""), null);
  assert.equal(readNumber("fast"), null);
});

test("a dataset gets the loss that suits its classes, and keeps one that does", () => {
  assert.equal(suits("logistic", 3), "softmax_cross_entropy");
  assert.equal(suits("softmax_cross_entropy", 2), "logistic");
  assert.equal(suits("hinge", 2), "hinge");
  assert.equal(suits("squared_error", 3), "squared_error");
  assert.equal(suits("logistic", 0), "squared_error");
});

test("values are written as Python writes them", () => {
  assert.equal(literal({ a: [1, true, null, "x"] }), '{"a": [1, True, None, "x"]}');
  const long = literal({ first: "x".repeat(60), second: "y".repeat(60) });
  assert.match(long, /^\{\n {4}"first": "x+",\n {4}"second": "y+",\n\}$/);
});

test("the script carries the edits, which act when their steps come, and walks to the step", () => {
  const edits = [{ kind: "set", at: 10, path: "/a", value: true }];
  const text = python({ experiment: { seed: 7, edits }, step: 60, origin: "http://h:1" });
  assert.ok(text.includes('"edits": [{"kind": "set", "at": 10, "path": "/a", "value": True}]'), text);
  assert.ok(text.indexOf('"at": 10') < text.indexOf("train_to(60)"));
});

test("the shell keeps its quotes whatever the experiment says", () => {
  assert.match(curl({ experiment: { name: "it's" }, step: 3, origin: "http://h:1" }), /it'\\''s/);
});

test("keys are named as the keyboard names them", () => {
  assert.deepEqual(keyWords("ctrl+z"), ["ctrl", "z"]);
  assert.deepEqual(keyWords(" "), ["space"]);
  assert.deepEqual(keyWords("shift+ArrowLeft"), ["shift", "←"]);
  assert.deepEqual(keyWords("+"), ["+"]);
});

test("the wall stands at the limit on the ladder, and at the end where it lies beyond", () => {
  const ladder = [0.01, 0.1, 1];
  assert.equal(wallAt(ladder, 0.1), 0.5);
  assert.ok(Math.abs(wallAt(ladder, 0.055) - 0.25) < 1e-12);
  assert.equal(wallAt(ladder, 1), 1);
  assert.equal(wallAt(ladder, 80), 1);
  assert.equal(wallAt(ladder, 1e-9), 0);
});

test("a batch goes up to all there are", () => {
  assert.deepEqual(upToAll([1, 32, 64, 128], 100), [1, 32, 64, Infinity]);
  assert.deepEqual(upToAll([1, 32], null), [1, 32, Infinity]);
});

test("a goal is remembered, and one that cannot be is none", () => {
  assert.deepEqual(read("accuracy 0.95"), { end: "accuracy", value: 0.95 });
  assert.equal(read("accuracy 95"), null);
  assert.equal(read("step 1.5"), null);
  assert.equal(read("colour 3"), null);
  assert.equal(read(null), null);
  assert.ok(fits("idle", 500) && !fits("epoch", 0));
});

test("a leap is a crossing of the valley that landed farther out", () => {
  assert.deepEqual(leap([10, 11, 12, 13], [0, -1, 3, -6]), { step: 12, times: 3 });
  assert.equal(leap([10, 11, 12], [0, 1, 9]), null);
});

test("rates beside the one that failed are smaller, the chosen one among them", () => {
  const rates = ratesBeside(0.8, 0.07);
  assert.ok(rates.includes(0.07));
  assert.equal(rates.at(-1), 0.8);
  assert.deepEqual(
    rates,
    [...rates].sort((a, b) => a - b),
  );
});

test("what a run out of the numbers did to the answer is not called little where its loss grew", () => {
  assert.match(changed(4, { accuracy: 0.52, loss: 1 }, { accuracy: 0.47, loss: 9 }), /4 steps.*47/);
  assert.match(changed(13, { loss: 0.606 }, { loss: 2e38 }), /13 steps.*0\.606/);
  assert.match(changed(2, { accuracy: 0.5, loss: 0.9 }, { accuracy: 0.5, loss: null }), /beyond/);
  assert.match(changed(1, { accuracy: 0.5, loss: 0.9 }, { accuracy: 0.5, loss: 1 }), /hardly/);
});
