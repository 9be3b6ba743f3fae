/**
 * The numbers of one layer as the engine has them: asked for when the net stands still and somebody reads that layer.
 * While it trains they would be old before they came; then the frame's bytes are near enough.
 */

import { ask, running } from "../core/session.js";
import { numberAt } from "./numbers.js";

/** @typedef {import("../core/types.js").Frame} Frame */
/** @typedef {import("./state.js").Spot} Spot */

/** @param {import("../core/store.js").Store} store @param {import("./state.js").Pictures} shared
 * @param {() => void} come what is done when an answer came */
export function makeExact(store, { query, strips }, come) {
  /** @type {Frame | null} */
  let known = null;
  let busy = false;
  /** @type {{frame: Frame, wish: string} | null} what was asked for last: what does not fit is not asked for twice */
  let told = null;

  /** Asks for the layer of a place, where the net stands still. @param {Spot} spot @param {string} part
   * @param {Frame} frame */
  async function fetch(spot, part, frame) {
    const query_ = { ...query.peek(), layer: spot.layer, ...(part ? { gradients: true } : {}) };
    const wish = JSON.stringify(query_);
    const old = told?.frame === frame && told.wish === wish;
    if (busy || old || running(store) || frame.step !== store.session.peek().step) return;
    [busy, told] = [true, { frame, wish }];
    try {
      known = await ask(store, "features", query_);
      come();
    } catch {
      // The net has changed meanwhile: the next frame asks again.
    }
    busy = false;
  }

  return {
    /** What stands at a place: exactly where that is known, else as near as a frame says it. An exact number that a frame
     * contradicts is of another net, and is asked for anew.
     * @param {Frame} frame @param {Spot} spot @param {import("./paint.js").Part} part @param {string} first */
    read: (frame, spot, part, first) => {
      const near = numberAt(frame, strips.peek(), spot, part, first);
      if (!near || near.off === 0 || spot.layer === "input") return near;
      const exact = known && !running(store) ? numberAt(known, strips.peek(), spot, part, first) : null;
      const fits = (/** @type {number} */ v, /** @type {number} */ i) =>
        Math.abs(v - near.values[i]) <= 1.05 * near.off + 1e-6 * near.reach;
      if (exact && exact.values.length === near.values.length && exact.values.every(fits))
        return { ...exact, raw: near.raw, reach: near.reach };
      void fetch(spot, part, frame);
      return near;
    },
  };
}
