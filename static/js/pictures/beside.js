/**
 * A second session that goes step by step with the page's own: it follows where that one went, back in time too, or
 * both go on together.
 */

import { decode } from "../core/frame.js";
import { call } from "../core/http.js";
import { ask, command } from "../core/session.js";

/** @typedef {import("../core/store.js").Store} Store */

const STRIDE = 6; // steps that both make by turns
const MOST = 60; // steps it makes at once to come after

/** What both have come to at one step: the size of each layer's gradient, from the picture on.
 * @typedef {{step: number, losses: {steps: number[], values: number[]}, norms: number[], own: number[]}} Beside */

/** Opens a session beside the store's own; throws `Refused` where the server has no room.
 * @param {Store} store @param {any} experiment @param {(now: Beside) => void} told */
export async function open(store, experiment, told) {
  const made = await call("POST", "/api/sessions", { experiment });
  const path = `/api/sessions/${made.id}`;
  const owner = store.session.peek().id;
  let [step, ended, together, timer] = [0, false, false, 0];
  const losses = { steps: /** @type {number[]} */ ([]), values: /** @type {number[]} */ ([]) };

  const post = async (/** @type {string} */ what, /** @type {any} */ body) => {
    ({ step } = await call("POST", `${path}/${what}`, body, made.token));
  };
  async function turn() {
    const { step: here, id } = store.session.peek();
    if (ended || id !== owner) return close();
    let moved = true;
    if (step > here) await post("seek", { step: here });
    else if (step < here) await post("step", { steps: Math.min(MOST, here - step) });
    else if (together) {
      await Promise.all([command(store, { kind: "step", steps: STRIDE }), post("step", { steps: STRIDE })]);
      // A refused step moves nothing; it is not asked for without end.
      if (store.session.peek().step === here) together = false;
    } else moved = false;
    if (moved) await tell();
    if (!ended) timer = window.setTimeout(safely, moved ? 0 : 150);
  }
  const safely = () => void turn().catch(() => close());

  /** Curve and gradients as they are now. */
  async function tell() {
    const since = losses.steps.at(-1) ?? 0;
    if (step > since) {
      const { columns } = await call("GET", `${path}/history?since=${since}`, undefined, made.token);
      losses.steps.push(...columns.step);
      losses.values.push(...columns.loss_mean);
    }
    const at = step;
    const [norms, own] = await Promise.all([theirs(), ask(store, "gradients").then(sizes, () => [])]);
    told({ step: at, losses, norms, own });
  }
  /** @returns {Promise<number[]>} none at step 0, where no step has been made */
  async function theirs() {
    const headers = { Accept: "application/x-safetensors", Authorization: `Bearer ${made.token}` };
    const answer = await fetch(`${path}/probes/gradients`, { headers });
    return answer.ok ? sizes(decode(await answer.arrayBuffer())) : [];
  }

  function close() {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    void call("DELETE", path, undefined, made.token).catch(() => null);
  }
  safely();
  return {
    close,
    isOpen: () => !ended,
    /** Both on and on, or only after the page's own. @param {boolean} on */
    together: (on) => {
      together = on;
    },
    layers: made.layers,
  };
}

/** The gradient's size at every convolution, from the picture on: of a chain and of what is in blocks alike.
 * @param {import("../core/types.js").Frame} frame @returns {number[]} */
function sizes({ arrays, probes }) {
  const info = probes.gradients?.info ?? {};
  return Object.keys(info)
    .filter((path) => arrays.get(`gradients.${path}.weight`)?.shape.length === 4)
    .filter((path) => !path.includes("shortcut"))
    .map((path) => info[path].norm);
}
