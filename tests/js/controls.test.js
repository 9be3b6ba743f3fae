import assert from "node:assert/strict";
import test from "node:test";

import { readNumber, rung } from "../../static/js/controls/knob.js";
import { suits } from "../../static/js/core/change.js";
import { keyWords } from "../../static/js/core/keys.js";
import { changesTo, curl, literal, python } from "../../static/js/core/scripts.js";

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

const lines = [
  {
    line: 0,
    parent: null,
    at: 0,
    head: 90,
    edits: [
      { n: 0, at: 10, kind: "set", words: "rate 0.1", edit: { kind: "set", at: 10, path: "/a", value: 1 } },
      { n: 1, at: 10, kind: "undo", words: "undo", edit: { kind: "undo", at: 10, edit: 0 } },
      { n: 2, at: 50, kind: "set", words: "batch 8", edit: { kind: "set", at: 50, path: "/b", value: 8 } },
    ],
  },
];

test("the changes that led to a step are told in order, without those ahead", () => {
  assert.deepEqual(changesTo(lines, 0, 20), [
    {
      at: 10,
      edits: [
        { kind: "set", path: "/a", value: 1 },
        { kind: "undo", edit: 0 },
      ],
    },
  ]);
  assert.deepEqual(
    changesTo(lines, 0, 50).map(({ at }) => at),
    [10, 50],
  );
});

test("the script walks to each change, makes it, and walks on", () => {
  const run = { experiment: { seed: 7 }, step: 60, changes: changesTo(lines, 0, 60), origin: "http://h:1" };
  const text = python(run);
  const order = ["train_to(10)", '"path": "/a"', "train_to(50)", '"path": "/b"', "train_to(60)"].map((s) =>
    text.indexOf(s),
  );
  assert.deepEqual(
    order,
    [...order].sort((a, b) => a - b),
  );
  assert.ok(order.every((at) => at > 0));
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
