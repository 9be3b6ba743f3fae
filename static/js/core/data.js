/**
 * The data's points and the inputs' maps stand still while a net trains, so they are not in every frame:
 * they are asked for when the data change, and once more at the end of the epoch, when points change sides.
 */

import { computed, effect } from "@preact/signals-core";

import { planeQuery } from "./plane.js";
import { ask } from "./session.js";
import { Refused } from "./socket.js";
import { receiveData } from "./store.js";

/** @typedef {import("./store.js").Store} Store */

/** Keeps `store.points` and `store.inputs` true. @param {Store} store @returns {() => void} */
export function followData(store) {
  const about = computed(() => {
    const { id, line, connection } = store.session.value;
    const { data, model } = store.experiment.value;
    return id && connection === "open" ? JSON.stringify([id, line, data, model.input, planeQuery(store)]) : "";
  });
  const epoch = computed(() => Math.floor(store.session.value.epoch));
  /** What was asked last, and the epoch by whose end it is asked again. */
  let [told, again] = ["", -1];
  let busy = false;

  async function follow() {
    if (busy) return;
    const now = about.peek();
    if (!now || (now === told && (again < 0 || epoch.peek() <= again))) return;
    again = now === told ? -1 : epoch.peek();
    told = now;
    busy = true;
    for (const probe of ["points", "inputs"]) {
      try {
        receiveData(store, await ask(store, probe, probe === "inputs" ? planeQuery(store) : {}));
      } catch (error) {
        // Pictures have no plane, and are not asked for it again; a cut connection asks when it is back.
        if (probe === "points" && !(error instanceof Refused)) told = "";
      }
    }
    busy = false;
    if (about.peek() !== told && about.peek()) follow();
  }

  return effect(() => {
    void [about.value, epoch.value];
    follow();
  });
}
