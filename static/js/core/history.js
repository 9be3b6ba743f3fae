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
 * @property {() => void} clear
 */

/** @returns {History} */
export function createHistory() {
  /** @type {Map<number, Columns>} */
  const lines = new Map();
  const version = signal(0);

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
    last: (line) => lines.get(line)?.step.at(-1) ?? 0,
    clear: () => {
      lines.clear();
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
    const values = columns?.[column];
    if (!columns || !values) continue;
    // A line that still grows is ahead of what `lines` last said of its head.
    const end = number === line ? columns.step.length : firstAfter(columns.step, to);
    for (let i = firstAfter(columns.step, from); i < end; i++) {
      const value = values[i];
      if (value == null) continue;
      made.steps.push(columns.step[i]);
      made.values.push(value);
    }
  }
  return made;
}
