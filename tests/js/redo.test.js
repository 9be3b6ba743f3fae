import assert from "node:assert/strict";
import test from "node:test";

import { signal } from "@preact/signals-core";

import "./english.js";
import { carried, next, put, taken } from "../../static/js/core/ahead.js";
import { strokes } from "../../static/js/core/marks.js";

/** A change of the learning rate. @param {number} n @param {number} value @returns {any} */
const rate = (n, value) => ({ n, at: 0, kind: "set", words: `rate ${value}`, edit: { kind: "set", value, at: 0 } });
/** @param {number} n @param {number} of @returns {any} */
const undone = (n, of) => ({ n, at: 0, kind: "undo", words: "", edit: { kind: "undo", edit: of, at: 0 } });

/** @param {any[]} edits of line 0 @returns {any} */
const storeWith = (edits) => ({
  session: signal({ id: "s", line: 0, step: 5 }),
  lines: signal([{ line: 0, parent: null, at: 0, head: 5, edits }]),
  undoable: signal([]),
  ahead: signal([]),
});

test("a reset carries what had been undone, the first to be done again last, as edits of no step yet", () => {
  const store = storeWith([rate(0, 1), rate(1, 2), undone(2, 1), undone(3, 0)]);
  assert.deepEqual(
    carried(store).map(({ words, edits }) => [words, edits]),
    [
      ["rate 2", [{ kind: "set", value: 2, at: null }]],
      ["rate 1", [{ kind: "set", value: 1, at: null }]],
    ],
  );
});

test("nothing is carried where something new was done since, or nothing was undone", () => {
  assert.deepEqual(carried(storeWith([rate(0, 1), undone(1, 0), rate(2, 3)])), []);
  assert.deepEqual(carried(storeWith([rate(0, 1)])), []);
});

test("what was carried holds on the new line, through its own redoing, until something new is done", () => {
  const store = storeWith([rate(0, 1), rate(1, 2), undone(2, 1), undone(3, 0)]);
  const found = carried(store);
  const edits = (/** @type {any[]} */ marks) => {
    store.lines.value = [store.lines.value[0], { line: 1, parent: null, at: 0, head: 0, edits: marks }];
  };
  store.session.value = { ...store.session.value, line: 1, step: 0 };
  edits([]);
  for (const one of found) put(store, one);
  assert.equal(next(store)?.words, "rate 1");
  taken(store, 1);
  assert.equal(next(store), null);
  edits([rate(0, 1)]);
  assert.equal(next(store)?.words, "rate 2");
  // A second reset takes along what is left.
  assert.deepEqual(
    carried(store).map(({ words }) => words),
    ["rate 2"],
  );
  edits([rate(0, 1), rate(1, 9)]);
  assert.equal(next(store), null);
});

test("a reset that was undone is done again only from where it was undone", () => {
  const store = storeWith([rate(0, 1)]);
  put(store, { words: "the reset", reset: { step: 3, line: 1, back: { step: 5, line: 0 } } });
  assert.equal(next(store)?.reset?.line, 1);
  store.session.value = { ...store.session.value, line: 1 };
  assert.equal(next(store), null);
});

test("points painted at one step are one mark, with their number", () => {
  const add = (/** @type {number} */ n, /** @type {number} */ at) => ({
    n,
    at,
    kind: "points_add",
    words: "1 point added",
    edit: { points: [[n, 0, 1]], examples: [] },
  });
  const told = strokes([add(0, 5), add(1, 5), add(2, 9), { ...add(3, 9), kind: "set", words: "rate 1", edit: {} }]);
  assert.deepEqual(
    told.map(({ n, words }) => [n, words]),
    [
      [1, "2 points added"],
      [2, "1 point added"],
      [3, "rate 1"],
    ],
  );
});
