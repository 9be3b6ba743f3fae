import assert from "node:assert/strict";
import test from "node:test";

import { createHistory, curve, firstAfter, way, whole } from "../../static/js/core/history.js";

const lines = [
  { line: 0, parent: null, at: 0, head: 6, edits: [] },
  { line: 1, parent: 0, at: 3, head: 5, edits: [] },
  { line: 2, parent: 1, at: 4, head: 4, edits: [] },
];

test("a line has the edits it inherited, which are told once", () => {
  const mark = (/** @type {number} */ n) => ({ n, at: n, kind: "set", words: `edit ${n}` });
  const told = [
    { line: 0, parent: null, at: 0, head: 6, inherited: 0, edits: [mark(0), mark(1), mark(2)] },
    { line: 1, parent: 0, at: 3, head: 5, inherited: 2, edits: [mark(2), mark(3)] },
    { line: 2, parent: 1, at: 4, head: 4, inherited: 3, edits: [] },
    { line: 3, parent: null, at: 0, head: 0, inherited: 0, edits: [] },
  ];
  const found = whole(told);
  assert.deepEqual(
    found.map((line) => line.edits.map(({ n }) => n)),
    [[0, 1, 2], [0, 1, 2, 3], [0, 1, 2], []],
  );
  assert.deepEqual(found[2]?.edits[2], told[1]?.edits[0]);
  assert.ok(!("inherited" in (found[1] ?? {})));
});

test("points follow one another, and a point that comes again changes nothing", () => {
  const history = createHistory();
  history.add(0, 0, { step: [1, 2], loss_mean: [0.9, 0.8] });
  history.add(0, 2, { step: [3, 4], loss_mean: [0.7, 0.6] });
  history.add(0, 2, { step: [3, 4], loss_mean: [0.7, 0.6] });
  assert.deepEqual(history.line(0), { step: [1, 2, 3, 4], loss_mean: [0.9, 0.8, 0.7, 0.6] });
  assert.equal(history.last(0), 4);
});

test("walking a known stretch again leaves the future beyond it", () => {
  const history = createHistory();
  history.add(0, 0, { step: [1, 2, 3, 4], loss_mean: [4, 3, 2, 1] });
  history.add(0, 1, { step: [2], loss_mean: [30] });
  assert.deepEqual(history.line(0), { step: [1, 2, 3, 4], loss_mean: [4, 30, 2, 1] });
});

test("a coarser point takes the place of those it covers", () => {
  const history = createHistory();
  history.add(0, 0, { step: [1, 2, 3, 4], loss_mean: [4, 3, 2, 1] });
  history.add(0, 0, { step: [2, 4], loss_mean: [3.5, 1.5] });
  assert.deepEqual(history.line(0), { step: [2, 4], loss_mean: [3.5, 1.5] });
});

test("a column that comes later is empty before", () => {
  const history = createHistory();
  history.add(0, 0, { step: [1], loss_mean: [1] });
  history.add(0, 1, { step: [2], loss_mean: [0.5], test_loss: [0.6] });
  assert.deepEqual(history.line(0)?.test_loss, [null, 0.6]);
  assert.deepEqual(curve(history, [lines[0]], 0, "test_loss"), { steps: [2], values: [0.6] });
});

test("the way to a line goes through its ancestors as far as they were left", () => {
  assert.deepEqual(way(lines, 2), [
    { line: 0, from: 0, to: 3 },
    { line: 1, from: 3, to: 4 },
    { line: 2, from: 4, to: 4 },
  ]);
});

test("a curve takes each stretch from the line that owns it", () => {
  const history = createHistory();
  history.add(0, 0, { step: [1, 2, 3, 4, 5, 6], loss_mean: [10, 20, 30, 40, 50, 60] });
  history.add(1, 3, { step: [4, 5], loss_mean: [41, 51] });
  assert.deepEqual(curve(history, lines, 1, "loss_mean"), { steps: [1, 2, 3, 4, 5], values: [10, 20, 30, 41, 51] });
});

test("a line ahead of what the lines say is shown to its end", () => {
  const history = createHistory();
  history.add(0, 0, { step: [5, 9], loss_mean: [1, 2] });
  assert.deepEqual(curve(history, [lines[0]], 0, "loss_mean").steps, [5, 9]);
});

test("every change is told", () => {
  const history = createHistory();
  const before = history.version.value;
  history.add(0, 0, { step: [1], loss_mean: [1] });
  assert.ok(history.version.value > before);
  history.add(0, 1, { step: [] });
  assert.equal(history.last(0), 1);
});

test("the first entry above a number", () => {
  assert.equal(firstAfter([1, 3, 5], 3), 2);
  assert.equal(firstAfter([1, 3, 5], 0), 0);
  assert.equal(firstAfter([], 4), 0);
});

test("a test loss that came with a frame stands in the curve, from step 0 on", () => {
  const history = createHistory();
  const lines = [{ line: 0, parent: null, at: 0, head: 30, edits: [] }];
  history.notice(0, 0, 0.9);
  history.notice(0, 12, 0.7);
  history.add(0, 0, { step: [10, 20, 30], loss_mean: [1, 2, 3], test_loss: [0.8, null, 0.5] });
  history.notice(0, 30, 9);
  history.notice(0, 5, 0.85);
  assert.deepEqual(curve(history, lines, 0, "test_loss"), {
    steps: [0, 5, 10, 12, 30],
    values: [0.9, 0.85, 0.8, 0.7, 0.5],
  });
  assert.deepEqual(curve(history, lines, 0, "loss_mean").steps, [10, 20, 30]);
  const left = [...lines, { line: 1, parent: 0, at: 11, head: 20, edits: [] }];
  history.notice(1, 15, 0.6);
  assert.deepEqual(curve(history, left, 1, "test_loss").steps, [0, 5, 10, 15]);
  history.clear();
  assert.deepEqual(curve(history, lines, 0, "test_loss").steps, []);
});
