/**
 * What a hand holds still: units whose answers are held at 0, layers that learn no more. What is shown is what the
 * frame's own step had; what is changed starts from what the session has now, so that two quick presses add up.
 */

import { ask, begun, change, inTurn } from "./session.js";
import { speak } from "./speak.js";
import { t } from "./texts.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./types.js").Frame} Frame */
/** @typedef {import("../geometry/columns.js").Column} Column */
/** @typedef {{silenced: Record<string, number[]>, frozen: string[]}} Held units by layer; layers */

const BLOCKS = new Set(["residual", "parallel"]);

/** @param {Frame | null | undefined} frame @returns {Held} */
export const heldIn = (frame) => ({ silenced: {}, frozen: [], ...frame?.probes.parameters?.info });

/** The layer of a column whose weights learn; null for the inputs. A block whose inside stays closed goes as a whole.
 * @param {Column} column @returns {string | null} */
export const learns = ({ role, weight, key }) => (role === "input" ? null : (weight?.replace(/\.weight$/, "") ?? key));

/** Holds a unit's answer at 0, or lets it answer again. @param {Store} store @param {string} layer the one that answers
 * @param {number} unit counted from 0 @param {string} name for the ear */
export const flipSilent = (store, layer, unit, name) =>
  flip(store, ({ silenced }) => {
    const old = silenced[layer] ?? [];
    const on = !old.includes(unit);
    const units = on ? [...old, unit].sort((a, b) => a - b) : old.filter((one) => one !== unit);
    return [{ kind: "silence", layer, units }, t(on ? "hand.silent.said" : "hand.answers.said", { unit: name })];
  });

/** Lets a layer's numbers stand still, or learn again. @param {Store} store @param {string} layer
 * @param {string} name for the ear */
export const flipFrozen = (store, layer, name) =>
  flip(store, ({ frozen }) => {
    const on = !frozen.includes(layer);
    return [{ kind: "freeze", layer, on }, t(on ? "hand.frozen.said" : "hand.learns.said", { column: name })];
  });

/** @param {Store} store @param {(held: Held) => [Record<string, any>, string]} edit and what it did, in words */
const flip = (store, edit) =>
  inTurn(store, async () => {
    await begun(store);
    // What is held is told with any layer's numbers: those of the smallest are enough, of a large net they all were not.
    const layers = store.layers.peek().filter(({ kind, parameters }) => parameters > 0 && !BLOCKS.has(kind));
    const [least] = layers.sort((a, b) => a.parameters - b.parameters);
    const now = await ask(store, "parameters", least ? { layer: least.name } : {}).catch(() => null);
    if (!now) return null;
    const [made, said] = edit(heldIn(now));
    const answer = await change(store, [made]);
    if (answer) speak(said);
    return answer;
  });
