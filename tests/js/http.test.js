import assert from "node:assert/strict";
import test from "node:test";

import "./english.js";
import { call } from "../../static/js/core/http.js";

/** What is sent while the first answers are lost. @param {any} t @param {number} lost @param {string} method */
async function tried(t, lost, method) {
  t.mock.method(globalThis, "setTimeout", (/** @type {() => void} */ run) => setImmediate(run));
  /** @type {any[]} */
  const requests = [];
  t.mock.method(globalThis, "fetch", async (/** @type {string} */ _, /** @type {any} */ request) => {
    requests.push(request);
    if (requests.length <= lost) throw new TypeError("Failed to fetch");
    return { ok: true, status: 201, json: async () => ({ id: "made" }) };
  });
  const answer = await call(method, "/api/sessions", method === "POST" ? {} : undefined).catch((error) => error);
  return { requests, answer, keys: requests.map(({ headers }) => headers["Idempotency-Key"]) };
}

test("a POST whose answer is lost is sent again with the same key, so that it acts once", async (t) => {
  const { answer, keys } = await tried(t, 2, "POST");
  assert.equal(answer.id, "made");
  assert.equal(keys.length, 3);
  assert.equal(new Set(keys).size, 1);
  assert.match(keys[0], /^[A-Za-z0-9_.:-]{16,128}$/);
});

test("every POST has a key of its own", async (t) => {
  const first = await tried(t, 0, "POST");
  t.mock.reset();
  const second = await tried(t, 0, "POST");
  assert.notEqual(first.keys[0], second.keys[0]);
});

test("after three tries it is told, and what only asks is not asked again", async (t) => {
  const posted = await tried(t, 9, "POST");
  assert.equal(posted.requests.length, 3);
  assert.match(posted.answer.message, /fetch/);
  t.mock.reset();
  const got = await tried(t, 9, "GET");
  assert.deepEqual(got.keys, [undefined]);
});
