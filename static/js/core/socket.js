/**
 * The page's one socket: commands and questions go out with a number, answers come back to who asked.
 * Frames cost a credit: the next is sent only when the last was drawn, so a slow page sees fewer frames and
 * never a queue. A lost connection is tried again, ever more slowly, and nothing that was asked is forgotten.
 */

import { pause } from "./again.js";
import { decode } from "./frame.js";
import { said } from "./said.js";
import { t } from "./texts.js";

/** @typedef {import("./types.js").Frame} Frame */
/** @typedef {import("./types.js").Problem} Problem */

/** @typedef {object} Socket
 * @property {(message: Record<string, any>) => void} send dropped while there is no connection
 * @property {(message: Record<string, any>) => Promise<any>} request answered by `answer`, `problem` or a frame
 * @property {() => boolean} isOpen
 * @property {() => void} retry tries at once instead of waiting
 * @property {() => void} close
 */

/** What the server refused; `problem` has the pointer and the limit. */
export class Refused extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(said(problem.detail || problem.title || "") || t("server.refused"));
    this.problem = problem;
  }
}

/** Opens the socket and keeps it open.
 * @param {{opened: () => void, closed: () => void, event: (message: any) => void, frame: (frame: Frame) => void}} told
 * @returns {Socket} */
export function openSocket(told) {
  const address = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/stream`;
  /** @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void}>} */
  const waiting = new Map();
  /** @type {WebSocket | null} */
  let socket = null;
  let tries = 0;
  let timer = 0;
  let number = 0;
  let ended = false;

  function connect() {
    clearTimeout(timer);
    socket = new WebSocket(address);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      tries = 0;
      told.opened();
    };
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") hear(JSON.parse(data));
      else see(decode(data));
    };
    socket.onclose = lost;
  }

  function lost() {
    for (const { reject } of waiting.values()) reject(new Error(t("socket.lost")));
    waiting.clear();
    if (ended) return;
    told.closed();
    timer = window.setTimeout(connect, pause(tries));
    tries += 1;
  }

  /** @param {any} message */
  function hear(message) {
    const asked = waiting.get(message.id);
    if (asked && message.type === "answer") {
      waiting.delete(message.id);
      asked.resolve(message.answer);
    } else if (asked && message.type === "problem") {
      waiting.delete(message.id);
      asked.reject(new Refused(message.problem));
    } else told.event(message);
  }

  /** @param {Frame} frame */
  function see(frame) {
    if (frame.ask === null) told.frame(frame);
    else {
      waiting.get(frame.ask)?.resolve(frame);
      waiting.delete(frame.ask);
    }
  }

  const isOpen = () => socket?.readyState === WebSocket.OPEN;
  /** @param {Record<string, any>} message */
  const send = (message) => {
    if (isOpen()) socket?.send(JSON.stringify(message));
  };

  connect();
  return {
    send,
    isOpen,
    request: (message) =>
      new Promise((resolve, reject) => {
        if (!isOpen()) {
          reject(new Error(t("socket.none")));
          return;
        }
        const id = ++number;
        waiting.set(id, { resolve, reject });
        send({ ...message, id });
      }),
    retry: () => {
      if (socket?.readyState === WebSocket.CLOSED) connect();
    },
    close: () => {
      ended = true;
      socket?.close();
    },
  };
}
