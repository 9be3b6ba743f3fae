/**
 * A unit's map in the field's own resolution, asked for while it is looked at, newest frame first.
 */

import { planeQuery } from "../core/plane.js";
import { ask } from "../core/session.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/types.js").Frame} Frame */

/** Cells across. */
const RESOLUTION = 64;

/** @param {Store} store @param {() => {layer: string, column: number} | null} shown the unit; column 0: an input
 * @param {() => void} redraw */
export function makeFine(store, shown, redraw) {
  let map = /** @type {Frame | null} */ (null);
  let asking = false;

  async function refine() {
    const unit = shown();
    if (!unit) map = null;
    if (!unit || asking || unit.column === 0) return;
    asking = true;
    try {
      map = await ask(store, "neurons", { layer: unit.layer, resolution: RESOLUTION, ...planeQuery(store) });
      redraw();
    } catch {
      map = null;
    }
    asking = false;
    if (shown() && shown()?.layer !== unit.layer) refine();
  }

  return { refine, map: () => map };
}
