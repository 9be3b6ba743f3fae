/**
 * How much room the network's picture has: how far apart its columns stand, how its heads are broken, and how large
 * its units may be.
 */

import { isCalm } from "./calm.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../geometry/columns.js").Column} Column */
/** @typedef {import("../geometry/layout.js").Room} Room */

/** Least distance of two columns; where they need more than there is, the picture is swiped. */
const LEAST_PITCH = 76;
/** Below this distance a head breaks into lines, sooner where a name has a tag beside it. */
const WIDE_PITCH = 128;
const TAGGED_PITCH = 172;
/** Below this one it has one thing a line. */
const TIGHT_PITCH = 106;
/** What the first and last column need beside the distances. */
const ENDS = 146;
/** On a phone heads are short, so that all columns are in view: least distance, and what the ends need. */
const [CALM_PITCH, CALM_ENDS] = [34, 118];
/** Below this distance a short head has room for a letter only. */
const BRIEF_PITCH = 56;

/** @param {Column[]} columns */
const tagged = (columns) => columns.some(({ dropout, norms }) => dropout || norms.length);

/** @param {Column[]} columns */
const widePitch = (columns) => (tagged(columns) ? TAGGED_PITCH : WIDE_PITCH);

/** The sheet's width and the distance of its columns, in pixels; `short`: the heads are a phone's, `brief`: and have
 * room for a letter only; `narrow`, `tight`: the others break; `beside`: what a head leaves free of that distance. @param {Store} store @param {Column[]} columns
 * @param {number} least what is in view */
export function spreadOut(store, columns, least) {
  const short = isCalm(store);
  const [ends, closest] = short ? [CALM_ENDS, CALM_PITCH] : [ENDS, LEAST_PITCH];
  const gaps = columns.length - 1;
  const width = Math.max(least, ends + gaps * closest);
  const pitch = (width - ends) / Math.max(1, gaps);
  return {
    width,
    pitch,
    short,
    brief: short && pitch < BRIEF_PITCH,
    // A tag breaks into a line of its own before it reaches what inserts a layer, beside the name.
    beside: !short && pitch < widePitch(columns) && pitch >= WIDE_PITCH ? 32 : 8,
    narrow: !short && pitch < widePitch(columns),
    tight: !short && pitch < TIGHT_PITCH,
  };
}

/** @param {Store} store @param {Column[]} columns @param {ReturnType<typeof spreadOut>} spread @param {number} height
 * @returns {Room} */
export function roomFor(store, columns, { width, pitch, short, narrow, tight }, height) {
  const [first, big] = [store.first.peek(), store.big.peek()];
  const most = big
    ? { input: 86, hidden: 96, output: 112, outputs: 100 }
    : first && pitch >= WIDE_PITCH
      ? { input: 89, hidden: 89, output: 112, outputs: 92 }
      : { input: 56, hidden: 72, output: 96, outputs: 92 };
  // Curves need room between columns to be told apart.
  const cap = short ? Math.max(22, pitch - 24) : Math.max(34, pitch - 40);
  const longest = Math.max(0, ...(columns[0]?.names ?? []).map((name) => name.length));
  return {
    width,
    height,
    top: short ? 56 : !narrow ? 54 : !tight ? 72 : tagged(columns) ? 92 : 70,
    // Long names of a table's columns are written out where there is room.
    left: Math.min(pitch > 200 ? Math.max(104, width * 0.19) : 104, 18 + longest * 7.4),
    right: short ? 16 : pitch >= WIDE_PITCH ? 14 : 8,
    gap: 7,
    most: {
      input: Math.min(most.input, cap),
      hidden: Math.min(most.hidden, cap),
      output: Math.min(most.output, short ? cap : cap + 20),
      outputs: Math.min(most.outputs, short ? cap : cap + 20),
    },
  };
}
