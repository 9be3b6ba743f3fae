/**
 * One safetensors message → one frame: typed arrays over the message, without copying.
 * Layout: 8 bytes header length (little-endian), the JSON header, the arrays.
 */

import { saidNames } from "./said.js";

/** @typedef {import("./types.js").Frame} Frame */
/** @typedef {import("./types.js").Tensor} Tensor */

const KINDS = {
  F64: Float64Array,
  F32: Float32Array,
  I32: Int32Array,
  U32: Uint32Array,
  I16: Int16Array,
  U16: Uint16Array,
  I8: Int8Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
};

/** Decodes a message; throws where it is not one.
 * @param {ArrayBuffer} buffer
 * @returns {Frame} */
export function decode(buffer) {
  if (buffer.byteLength < 8) throw new Error("frame is too short");
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const start = 8 + length;
  if (start > buffer.byteLength) throw new Error("frame header is longer than the frame");
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const told = JSON.parse(header.__metadata__?.tinkernet ?? "{}");
  const arrays = new Map();
  for (const [name, entry] of Object.entries(header)) {
    if (name !== "__metadata__") arrays.set(name, view(buffer, start, entry));
  }
  return {
    session: told.session ?? "",
    line: told.line ?? 0,
    step: told.step ?? 0,
    ask: told.ask ?? null,
    probes: inWords(told.probes ?? {}),
    arrays,
  };
}

/** What the probes tell, with the names of classes as the page's language has them. @param {Record<string, any>} probes */
function inWords(probes) {
  for (const probe of Object.values(probes)) if (probe.info) probe.info = saidNames(probe.info);
  return probes;
}

/** @param {ArrayBuffer} buffer @param {number} start @param {any} entry @returns {Tensor} */
function view(buffer, start, { dtype, shape, data_offsets: [from, to] }) {
  const kind = KINDS[/** @type {keyof typeof KINDS} */ (dtype)];
  if (!kind) throw new Error(`frame holds the unknown type ${dtype}`);
  const count = shape.reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b, 1);
  if (to - from !== count * kind.BYTES_PER_ELEMENT) throw new Error("frame array has the wrong size");
  const at = start + from;
  // Typed arrays stand only at multiples of their item size; the server pads, others may not.
  const aligned = at % kind.BYTES_PER_ELEMENT === 0;
  const made = aligned ? new kind(buffer, at, count) : new kind(buffer.slice(at, start + to));
  return Object.assign(made, { shape: [...shape] });
}

/** Decodes base64 (as the first frame stands in the page). @param {string} text @returns {Frame} */
export function decodeBase64(text) {
  const bytes = Uint8Array.from(atob(text.trim()), (c) => c.charCodeAt(0));
  return decode(bytes.buffer);
}

/** One picture of a stack (units × r × r) as a view. @param {Tensor} stack @param {number} i @returns {Tensor} */
export function slice(stack, i) {
  const [, height, width] = stack.shape;
  const part = stack.subarray(i * height * width, (i + 1) * height * width);
  return /** @type {Tensor} */ (Object.assign(part, { shape: [height, width] }));
}
