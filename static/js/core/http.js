/**
 * Calls of the REST API; a refusal is thrown as `Refused`, with the server's own sentence. What is posted has a key by
 * which the server knows it again: where the answer is lost on its way it is asked for again, and acts once.
 */

import { Refused } from "./socket.js";
import { t } from "./texts.js";

/** Milliseconds before a lost POST is sent again. */
const AGAIN = [300, 1200];

/** As hard to guess as a token, since the answer may hold one. (`crypto.randomUUID` is not there over plain HTTP.) */
const drawKey = () =>
  [...crypto.getRandomValues(new Uint8Array(24))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {string} method @param {string} path @param {any} [body] @param {string | null} [token] @returns {Promise<any>} */
export async function call(method, path, body, token) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (token) headers.Authorization = `Bearer ${token}`;
  if (method === "POST") headers["Idempotency-Key"] = drawKey();
  const request = { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
  const answer = await sent(path, request, method === "POST" ? AGAIN : []);
  const said = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (!answer.ok) throw new Refused(said ?? { status: answer.status, detail: t("server.odd") });
  return said;
}

/** The answer; `fetch` rejects only where none came. @param {string} path @param {RequestInit} request
 * @param {number[]} pauses before the tries to come @returns {Promise<Response>} */
async function sent(path, request, [pause, ...more]) {
  try {
    return await fetch(path, request);
  } catch (error) {
    if (pause === undefined) throw error;
    await new Promise((resolve) => setTimeout(resolve, pause));
    return sent(path, request, more);
  }
}
