/**
 * What travels between server and page, and what the page remembers: the shapes of `core/store.js`.
 * Nothing here runs; the types are read by `tsc --checkJs`.
 */

/**
 * @template T
 * @typedef {import("@preact/signals-core").Signal<T>} Signal
 */

/** @typedef {Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array} Numbers */

/** A named array of a frame: a typed array over the message, with its shape (row by row, last index fastest).
 * @typedef {Numbers & {shape: number[]}} Tensor */

/** The answers of all subscribed probes, taken at one step.
 * @typedef {object} Frame
 * @property {string} session
 * @property {number} line
 * @property {number} step
 * @property {number | null} ask the id of the question it answers; null for a subscribed frame
 * @property {Record<string, ProbeInfo>} probes
 * @property {Map<string, Tensor>} arrays by `probe.array`, as `boundary.probabilities`
 */

/** @typedef {Record<string, any>} ProbeInfo with `lo`, `hi`, `ranges`, `query`, `info` where the probe has them */

/** @typedef {{kind: string, name?: string} & Record<string, any>} Kind one thing chosen: its kind and flat fields */

/** @typedef {object} Experiment
 * @property {number} format
 * @property {number} seed
 * @property {Record<string, number>} [seeds]
 * @property {Kind} data
 * @property {{input: Kind, layers: Kind[]}} model
 * @property {{loss?: Kind, learner: Kind}} training
 * @property {any[]} [edits]
 */

/** @typedef {{name: string, kind: string, shape: number[], parameters: number, multiply_adds: number}} LayerInfo */

/** @typedef {{n: number, at: number, kind: string, words: string, edit: any}} EditMark */

/** One line of the session's life; line 0 has no parent.
 * @typedef {{line: number, parent: number | null, at: number, head: number, edits: EditMark[]}} Line */

/** @typedef {{step: number, array: string, knob: string, sentence: string}} Divergence */

/** @typedef {Record<string, any>} Metrics the columns of the last history point */

/** @typedef {"opening" | "open" | "reconnecting" | "lost" | "busy"} Connection */

/** @typedef {object} SessionState
 * @property {string | null} id
 * @property {string | null} token
 * @property {number} line
 * @property {number} step
 * @property {number} head the farthest step of this line, as last told
 * @property {number} epoch
 * @property {"paused" | "running" | "diverged" | "finished" | "lost"} state
 * @property {Metrics} metrics
 * @property {number | null} stepsPerSecond
 * @property {number | null} seeking the step a long replay goes to
 * @property {number | "max"} pace steps a second
 * @property {Divergence | null} divergence
 * @property {{until: string, goal: number, value: number, sentence: string} | null} finished what ended the last run
 * @property {number} returns the step to which a lost session comes back; 0: it begins anew
 * @property {number | null} incarnation how often the session was restarted; null before it is attached
 * @property {Connection} connection
 */

/** @typedef {object} Points
 * @property {Float32Array} inputs N × columns, as drawn
 * @property {Numbers} targets class numbers, or values
 * @property {Uint8Array} test 1 = kept for the test
 * @property {Numbers} [numbers] of each in the set itself; −1 where a hand painted it
 * @property {{columns: string[], classes: number, class_names?: string[], extent: number[], plane?: [number, number], paintable?: boolean}} info
 */

/** Maps of all plane features, which change with the data's extent only.
 * @typedef {{maps: Tensor, info: Record<string, any>}} Inputs */

/** @typedef {{layer: string, unit: number}} Unit */
/** @typedef {{array: string, index: number[]}} Weight */
/** @typedef {{unit: Unit | null, weight: Weight | null, example: number | null}} Selection */
/** @typedef {{unit: Unit | null, weight: Weight | null, plane: [number, number] | null}} Hover */

/** One field of a kind, as the catalogue tells it.
 * @typedef {object} Field
 * @property {string} name
 * @property {any} type
 * @property {any} default
 * @property {string} says
 * @property {"now" | "next_epoch" | "reset"} live
 * @property {number[]} ladder
 * @property {number | null} low
 * @property {number | null} high
 * @property {boolean} [open_low]
 * @property {boolean} [open_high]
 */

/** `place` among its family; `role` of a layer: see `core/kinds.js`.
 * @typedef {{description: string, place: number, role?: import("./kinds.js").Role, fields: Field[], title?: string,
 *   noise_says?: string, schema?: any}} CatalogKind */
/** @typedef {{families: Record<string, Record<string, CatalogKind>>, limits: Record<string, any>, default: Experiment, presets?: any[]}} Catalog */

/** A few points of a dataset, for its tile. Of a set of pictures only `classes`, `targets`, and in their place
 * `sheet`, an image of four of them (a data URI), with `shape` (channels, height, width) and `class_names`.
 * @typedef {{inputs: [number, number][], targets: number[], classes: number, extent: number[],
 *   sheet?: string, shape?: [number, number, number], class_names?: string[]}} Preview */

/** What the server writes into the page.
 * @typedef {object} Boot
 * @property {Catalog} catalog
 * @property {Record<string, Preview>} previews
 * @property {Experiment} experiment
 * @property {LayerInfo[]} layers
 * @property {number} parameters
 * @property {{bytes: number, multiply_adds: number}} cost
 * @property {string} version
 */

/** RFC 9457, as the server answers when it refuses.
 * @typedef {{title?: string, status: number, detail: string, pointer?: string, limit?: number, known?: string[]}} Problem */

export {};
