/**
 * The curves: points of every line, in order of steps. A point covers `steps` steps and ends at `step`.
 */

import { signal } from "@preact/signals-core";

/** @typedef {import("./types.js").Line} Line */

/** Columns of one line, or of a way through several. Where a metric was not evaluated stands null.
 * @typedef {Record<string, (number | null)[]> & {step: number[]}} Columns */

/** @typedef {object} History
 * @property {import("@preact/signals-core").Signal<number>} version rises with every change
 * @property {(line: number, since: number, columns: Record<string, any[]>) => void} add
 * @property {(line: number) => Columns | null} line
 * @property {(line: number) => number} last the last step that is known; 0 if none
 * @property {(line: number, step: number, loss: number) => void} notice a test loss that came with a frame
 * @property {(line: number) => {step: number, value: number}[]} noticed in order of steps
 * @property {() => void} clear
 */

/** More are thinned out: the strip has no more pixels than that. */
const NOTICED = 1600;

/** @returns {History} */
export function createHistory() {
  /** @type {Map<number, Columns>} */
  const lines = new Map();
  const version = signal(0);
  /** The server tests a few times a second; frames bring the test's loss more often, and at step 0.
   * @type {Map<number, {step: number, value: number}[]>} */
  const seen = new Map();

  /** @param {number} line @param {number} step @param {number} value */
  function notice(line, step, value) {
    let list = seen.get(line) ?? [];
    const at = list.findIndex((one) => one.step >= step);
    if (at < 0) list.push({ step, value });
    else list.splice(at, list[at].step === step ? 1 : 0, { step, value });
    if (list.length > NOTICED) list = list.filter((_, i) => i % 2 === 0);
    seen.set(line, list);
  }

  /** The columns tile (since, last step given]: what was known there is replaced; what lies ahead stays.
   * @param {number} line @param {number} since @param {Record<string, any[]>} columns */
  function add(line, since, columns) {
    const count = columns.step?.length ?? 0;
    if (!count) return;
    const known = lines.get(line) ?? /** @type {Columns} */ ({ step: [] });
    const size = known.step.length;
    const from = firstAfter(known.step, since);
    const to = Math.max(from, firstAfter(known.step, columns.step[count - 1]));
    for (const name of new Set([...Object.keys(known), ...Object.keys(columns)])) {
      const column = (known[name] ??= Array(size).fill(null));
      column.splice(from, to - from, ...(columns[name] ?? Array(count).fill(null)));
    }
    lines.set(line, known);
    version.value++;
  }

  return {
    version,
    add,
    line: (line) => lines.get(line) ?? null,
    notice,
    noticed: (line) => seen.get(line) ?? [],
    last: (line) => lines.get(line)?.step.at(-1) ?? 0,
    clear: () => {
      lines.clear();
      seen.clear();
      version.value++;
    },
  };
}

/** Index of the first entry above `x` in a rising list. @param {number[]} list @param {number} x */
export function firstAfter(list, x) {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] > x) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Lines with all their edits: a message tells each edit once, of the line on which it was made.
 * @param {(Line & {inherited: number})[]} told @returns {Line[]} */
export function whole(told) {
  /** @type {Line[]} */
  const made = [];
  for (const { inherited, ...line } of told) {
    const theirs = made.find((one) => one.line === line.parent)?.edits ?? [];
    made.push({ ...line, edits: [...theirs.slice(0, inherited), ...line.edits] });
  }
  return made;
}

/** The way from step 0 to a line's end: which line holds the steps (from, to].
 * @param {Line[]} lines @param {number} line @returns {{line: number, from: number, to: number}[]} */
export function way(lines, line) {
  const parts = [];
  let to = Infinity;
  for (let at = lines.find((l) => l.line === line); at; at = lines.find((l) => l.line === at?.parent)) {
    const from = at.parent === null ? 0 : at.at;
    parts.unshift({ line: at.line, from, to: Math.min(to, at.head) });
    to = from;
    if (at.parent === null) break;
  }
  return parts;
}

/** One column along a way, as points that were evaluated. @param {History} history @param {Line[]} lines
 * @param {number} line @param {string} column @returns {{steps: number[], values: number[]}} */
export function curve(history, lines, line, column) {
  /** @type {{steps: number[], values: number[]}} */
  const made = { steps: [], values: [] };
  const parts = way(lines, line);
  for (const { line: number, from, to } of parts.length ? parts : [{ line, from: 0, to: Infinity }]) {
    const columns = history.line(number);
    const values = columns?.[column] ?? [];
    const steps = columns?.step ?? [];
    // A line that still grows is ahead of what `lines` last said of its head.
    const end = number === line ? Infinity : to;
    const seen = column === "test_loss" ? history.noticed(number).filter(({ step }) => step <= end) : [];
    // What was seen at step 0 stands before the first step.
    let next = from === 0 ? 0 : seen.findIndex(({ step }) => step > from);
    if (next < 0) next = seen.length;
    const add = (/** @type {number} */ step, /** @type {number} */ value) => {
      made.steps.push(step);
      made.values.push(value);
    };
    for (let i = firstAfter(steps, from); i < steps.length && steps[i] <= end; i++) {
      const value = values[i];
      if (value == null) continue;
      for (; next < seen.length && seen[next].step < steps[i]; next++) add(seen[next].step, seen[next].value);
      if (seen[next]?.step === steps[i]) next++;
      add(steps[i], value);
    }
    for (; next < seen.length; next++) add(seen[next].step, seen[next].value);
  }
  return made;
}
