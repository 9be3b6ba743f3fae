import assert from "node:assert/strict";
import test from "node:test";

import { decode, slice } from "../../static/js/core/frame.js";

/** A safetensors message as the server packs it; `pad` is what follows the header, to shift the arrays. */
function message(arrays, told, pad = 8) {
  const header = { __metadata__: { tinkernet: JSON.stringify(told) } };
  const parts = [];
  let at = 0;
  for (const [name, [dtype, shape, data]] of Object.entries(arrays)) {
    header[name] = { dtype, shape, data_offsets: [at, at + data.byteLength] };
    parts.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    at += data.byteLength;
  }
  let text = JSON.stringify(header);
  while (text.length % 8 !== pad % 8) text += " ";
  const buffer = new ArrayBuffer(8 + text.length + at);
  new DataView(buffer).setBigUint64(0, BigInt(text.length), true);
  const bytes = new Uint8Array(buffer);
  bytes.set(new TextEncoder().encode(text), 8);
  let offset = 8 + text.length;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return buffer;
}

const told = { v: 1, session: "s", line: 2, step: 30, probes: { boundary: { lo: 0, hi: 1 } } };
const arrays = {
  "parameters.dense1.weight": ["F32", [2, 3], Float32Array.of(0.5, -1, 2, 3, 4, 5)],
  "boundary.probabilities": ["U8", [2, 2], Uint8Array.of(0, 127, 128, 255)],
};

test("a frame says its session, line and step, and holds each array with its shape", () => {
  const frame = decode(message(arrays, told));
  assert.deepEqual([frame.session, frame.line, frame.step, frame.ask], ["s", 2, 30, null]);
  assert.deepEqual(frame.probes.boundary, { lo: 0, hi: 1 });
  const weight = frame.arrays.get("parameters.dense1.weight");
  assert.ok(weight instanceof Float32Array);
  assert.deepEqual(weight.shape, [2, 3]);
  assert.deepEqual([...weight], [0.5, -1, 2, 3, 4, 5]);
});

test("arrays stand over the message without a copy where they are aligned", () => {
  const buffer = message(arrays, told);
  assert.equal(decode(buffer).arrays.get("boundary.probabilities").buffer, buffer);
  assert.equal(decode(buffer).arrays.get("parameters.dense1.weight").buffer, buffer);
});

test("an array that is not aligned is read all the same", () => {
  const frame = decode(message(arrays, told, 3));
  assert.deepEqual([...frame.arrays.get("parameters.dense1.weight")], [0.5, -1, 2, 3, 4, 5]);
});

test("the answer to a question carries its number", () => {
  assert.equal(decode(message({}, { ...told, ask: 18 })).ask, 18);
});

test("one picture of a stack is a view of it", () => {
  const stack = Object.assign(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), { shape: [2, 2, 2] });
  const second = slice(stack, 1);
  assert.deepEqual([...second], [5, 6, 7, 8]);
  assert.deepEqual(second.shape, [2, 2]);
  assert.equal(second.buffer, stack.buffer);
});

test("what is no frame is refused with a reason", () => {
  assert.throws(() => decode(new ArrayBuffer(4)), /too short/);
  const long = new ArrayBuffer(16);
  new DataView(long).setBigUint64(0, 1000n, true);
  assert.throws(() => decode(long), /longer than the frame/);
  assert.throws(() => decode(message({ x: ["F8", [1], Uint8Array.of(1)] }, told)), /unknown type F8/);
  assert.throws(() => decode(message({ x: ["F32", [3], Float32Array.of(1)] }, told)), /wrong size/);
});
