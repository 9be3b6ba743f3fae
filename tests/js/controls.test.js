import assert from "node:assert/strict";
import test from "node:test";

import "./english.js";
import { readNumber, rung } from "../../static/js/controls/knob.js";
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
