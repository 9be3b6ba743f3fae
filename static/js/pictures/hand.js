/**
 * What a hand can do to a map of the river and its layer: hold the map at 0, let the layer stand still. Two buttons of
 * the close-up, and their keys for the map that has the focus or is looked into.
 */

import { make, mark, say } from "../core/dom.js";
import { flipFrozen, flipSilent } from "../core/held.js";
import { t } from "../core/texts.js";
import { pictures } from "./state.js";
import { nameOf } from "./stops.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("./strips.js").Strip} Strip */

/** What is held in a net of pictures, as a frame tells it with its maps. @param {any} info of the probe `features`
 * @returns {import("../core/held.js").Held} */
export const heldBy = (info) => ({ silenced: info?.silenced ?? {}, frozen: info?.frozen ?? [] });

/** The map that is meant: the one with the focus, else the one looked into.
 * @param {Store} store @returns {{strip: Strip, last: boolean, channel: number} | null} */
function meant(store) {
  const { over, place, strips } = pictures(store);
  const focused = document.activeElement?.matches(".river-stop") ? over.peek() : null;
  const list = strips.peek();
  const at = place.peek();
  const s = list.findIndex(({ path, maker }) =>
    focused ? path === focused.layer : at !== null && maker !== "" && maker === at.layer,
  );
  const channel = focused?.channel ?? at?.channel ?? 0;
  return s > 0 ? { strip: list[s], last: s === list.length - 1, channel } : null;
}

/** A map or unit, as it is called. @param {Strip} strip @param {number} channel */
const called = (strip, channel) =>
  strip.shape.length === 3
    ? t("hand.map", { layer: nameOf(strip), map: channel + 1 })
    : t("readout.unit", { layer: nameOf(strip), n: channel + 1 });

/** Holds the map that is meant at 0, or lets it answer again. @param {Store} store */
export function silenceMap(store) {
  const found = meant(store);
  if (found && !found.last) void flipSilent(store, found.strip.path, found.channel, called(found.strip, found.channel));
}

/** Lets its layer stand still, or learn again. @param {Store} store */
export function freezeMap(store) {
  const found = meant(store);
  if (found && learns(store, found.strip)) void flipFrozen(store, found.strip.maker, short(found.strip));
}

/** Whether a strip's maker has numbers that learn. @param {Store} store @param {Strip} strip */
const learns = (store, { maker }) =>
  store.layers.peek().some(({ name, parameters }) => name === maker && parameters > 0);

/** @param {Strip} strip */
const short = (strip) => nameOf(strip).split(" · ")[0];

/** @param {Store} store */
export function makeHand(store) {
  const button = (/** @type {string} */ term, /** @type {(store: Store) => void} */ act) =>
    make("button", { type: "button", class: "outlined small", "data-term": term, onclick: () => act(store) });
  const [silent, frozen] = [button("silence", silenceMap), button("freeze", freezeMap)];
  const element = make("div", { class: "inside-hand" }, silent, frozen);
  return {
    element,
    /** @param {Strip} strip @param {number} channel @param {boolean} last whether it is the net's answer
     * @param {any} info of the probe `features` */
    show: (strip, channel, last, info) => {
      const held = heldBy(info);
      const off = held.silenced[strip.path]?.includes(channel);
      const map = strip.shape.length === 3;
      silent.hidden = last;
      frozen.hidden = !learns(store, strip);
      say(silent, t(off ? "hand.answer" : map ? "hand.silence.map" : "hand.silence"));
      say(frozen, t(held.frozen.includes(strip.maker) ? "hand.learn" : "hand.freeze"));
      mark(silent, "title", t(map ? "hand.silence.map.says" : "hand.silence.says"));
      mark(frozen, "title", t("hand.freeze.says", { column: short(strip) }));
    },
  };
}
