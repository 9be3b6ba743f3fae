/** Calls of the REST API; a refusal is thrown as `Refused`, with the server's own sentence. */

import { Refused } from "./socket.js";
import { t } from "./texts.js";

/** @param {string} method @param {string} path @param {any} [body] @param {string | null} [token] @returns {Promise<any>} */
export async function call(method, path, body, token) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const said = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (!answer.ok) throw new Refused(said ?? { status: answer.status, detail: t("server.odd") });
  return said;
}
