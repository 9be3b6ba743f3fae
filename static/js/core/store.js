/**
 * What the page knows: one store of signals. Server messages are gathered and told once per animation frame,
 * so a view draws at most once however much arrives.
 */

import { batch, computed, signal } from "@preact/signals-core";

import { createHistory } from "./history.js";
import { useKinds } from "./kinds.js";
import { saidCatalog, saidNames } from "./said.js";

/** @typedef {import("./types.js").Boot} Boot */
/** @typedef {import("./types.js").Frame} Frame */
/** @typedef {import("./types.js").Points} Points */
/** @typedef {import("./types.js").Inputs} Inputs */
/** @typedef {import("./types.js").SessionState} SessionState */
/** @typedef {import("./types.js").Selection} Selection */
/** @typedef {import("./types.js").Hover} Hover */
/** @typedef {ReturnType<typeof createStore>} Store */
/** A session left behind; `words` say what undo takes back. @typedef {{id: string, token: string | null, words: string, at?: {step: number, line: number}}} Former `at` where it is an older line of the same session */

/** The store as the server's page describes it: complete before any socket is open.
 * @param {Boot} boot
 * @param {Frame | null} first the frame of step 0 */
export function createStore(boot, first) {
  useKinds(boot.catalog.families?.layer);
  /** @type {SessionState} */
  const start = {
    id: null,
    token: null,
    line: 0,
    step: 0,
    head: 0,
    epoch: 0,
    state: "paused",
    metrics: {},
    stepsPerSecond: null,
    seeking: null,
    pace: 120,
    divergence: null,
    finished: null,
    incarnation: null,
    returns: 0,
    connection: "opening",
  };
  const session = signal(start);
  const experiment = signal(boot.experiment);
  const wants = signal(/** @type {Record<string, Record<string, any>>} */ ({}));
  const data = computed(() => experiment.value.data.kind);

  const store = {
    catalog: saidCatalog(boot.catalog),
    previews: Object.fromEntries(
      Object.entries(boot.previews ?? {}).map(([kind, preview]) => [kind, saidNames(preview)]),
    ),
    version: boot.version,
    session,
    experiment,
    data,
    layers: signal(boot.layers),
    parameters: signal(boot.parameters),
    lines: signal(/** @type {import("./types.js").Line[]} */ ([{ line: 0, parent: null, at: 0, head: 0, edits: [] }])),
    undoable: signal(/** @type {number[]} */ ([])),
    /** Channels, height and width of the data's pictures. */
    pictureShape: computed(() => boot.previews?.[data.value]?.shape ?? [1, 28, 28]),
    frame: signal(/** @type {Frame | null} */ (null)),
    points: signal(/** @type {Points | null} */ (null)),
    inputs: signal(/** @type {Inputs | null} */ (null)),
    history: createHistory(),
    selection: signal(/** @type {Selection} */ ({ unit: null, weight: null, example: null })),
    hover: signal(/** @type {Hover} */ ({ unit: null, weight: null, plane: null })),
    theme: signal(/** @type {"light" | "dark"} */ ("light")),
    big: signal(false),
    /** The layout of the first visit: larger units, evidence closed. */
    first: signal(true),
    /** A sentence under the header: what the server refused, and why. */
    notice: signal(/** @type {string | null} */ (null)),
    /** What each view wants to see: owner → probes with their queries. Told to the server as their union. */
    wants,
    /** Sessions left behind by a new experiment; undo goes back to them. */
    former: signal(/** @type {Former[]} */ ([])),
    /** What redo does across a new start, the next last. */
    ahead: signal(/** @type {import("./ahead.js").Ahead[]} */ ([])),
    /** A new session is being made: commands wait for it. */
    beginning: signal(false),
    /** What the line began as, with the edits since: made a session, it comes here again. `experiment` is how it stands. */
    origin: signal(boot.experiment),
    /** The socket of the page; null until it is made. */
    socket: /** @type {import("./socket.js").Socket | null} */ (null),
  };
  if (first) receive(store, first);
  return store;
}

/** Asks for probes in every frame, or (null) no longer: `want(store, "masks", {masks: {layer: "drop1"}})`.
 * @param {Store} store @param {string} owner @param {Record<string, any> | null} probes */
export function want(store, owner, probes) {
  const { [owner]: old, ...others } = store.wants.peek();
  if (JSON.stringify(old ?? null) === JSON.stringify(probes)) return;
  store.wants.value = probes ? { ...others, [owner]: probes } : others;
}

/** Takes a frame in: its static parts to their own signals, the rest as `frame`.
 * @param {Store} store @param {Frame} frame */
export function receive(store, frame) {
  batch(() => {
    receiveData(store, frame);
    const tested = frame.probes.scores?.info?.test?.loss;
    if (typeof tested === "number") store.history.notice(frame.line, frame.step, tested);
    store.frame.value = frame;
  });
}

/** Takes a frame's static parts in: the points, and the maps of the inputs.
 * @param {Store} store @param {Frame} frame */
export function receiveData(store, { arrays, probes }) {
  const [inputs, targets, test] = ["inputs", "targets", "test"].map((name) => arrays.get(`points.${name}`));
  const maps = arrays.get("inputs.maps");
  batch(() => {
    if (inputs && targets && test) {
      store.points.value = {
        inputs: /** @type {Float32Array} */ (/** @type {unknown} */ (inputs)),
        targets,
        test: /** @type {Uint8Array} */ (/** @type {unknown} */ (test)),
        numbers: arrays.get("points.numbers"),
        info: probes.points?.info ?? { columns: ["x1", "x2"], classes: 2, extent: [-6, 6, -6, 6] },
      };
    }
    if (maps) store.inputs.value = { maps, info: { ...probes.inputs, ...probes.inputs?.info } };
  });
}

/** The last step kept of the present line. While it trains its points come before its state says so.
 * @param {Store} store */
export function head(store) {
  const { line, step, head } = store.session.value;
  void store.history.version.value;
  return Math.max(step, head, store.history.last(line));
}

/** Changes some of the session's state. @param {Store} store @param {Partial<SessionState>} change */
export function update(store, change) {
  store.session.value = { ...store.session.peek(), ...change };
}

/** Pins a unit, a weight or an example; what is not named is let go (the example stays).
 * @param {Store} store @param {Partial<Selection>} chosen */
export function select(store, chosen) {
  const example = store.selection.peek().example;
  store.selection.value = { unit: null, weight: null, example, ...chosen };
}

/** @param {Store} store @param {Partial<Hover>} over */
export function hover(store, over) {
  store.hover.value = { unit: null, weight: null, plane: null, ...over };
}
