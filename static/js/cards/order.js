/**
 * Which cards stand in which order, as a short text for the link: a letter a card, behind it what the card was told
 * (capital letters and figures): `lNm` is the loss on a linear axis, then the masks. A leading `~` keeps the order that
 * suits the experiment, and only the options hold.
 */

/** @typedef {{cards: string[] | null, options: Record<string, string>}} Deck `cards` null: as suits the experiment */

/** Letters of the cards: in links, so they never change. @type {Record<string, string>} */
export const SIGNS = {
  loss: "l",
  masks: "m",
  rests: "r",
  gradients: "g",
  updates: "u",
  curvature: "v",
  activations: "a",
  weights: "w",
  spread: "s",
  length: "n",
  confusion: "c",
  unsure: "y",
  calibration: "k",
  normalization: "b",
  drift: "d",
  passage: "e",
};

const NAMES = Object.fromEntries(Object.entries(SIGNS).map(([name, sign]) => [sign, name]));

/** @param {Deck} deck @returns {string} empty where nothing was chosen */
export function encode({ cards, options }) {
  const told = (/** @type {string} */ name) => `${SIGNS[name]}${options[name] ?? ""}`;
  if (cards) return cards.length ? cards.map(told).join("") : "0";
  const names = Object.keys(options).filter((name) => options[name]);
  return names.length ? `~${names.map(told).join("")}` : "";
}

/** What a text says; unknown letters are passed over, of a card named twice the first counts.
 * @param {string | null} text @returns {Deck | null} null where it says nothing that is known */
export function decode(text) {
  if (!text) return null;
  /** @type {string[]} */
  const cards = [];
  /** @type {Record<string, string>} */
  const options = {};
  for (const [, sign, told] of text.matchAll(/([a-z])([A-Z0-9]*)/g)) {
    const name = NAMES[sign];
    if (!name || cards.includes(name)) continue;
    cards.push(name);
    if (told) options[name] = told;
  }
  if (text.startsWith("~")) return cards.length ? { cards: null, options } : null;
  return cards.length || text === "0" ? { cards, options } : null;
}

/** The list with one card moved by some places; at an end it stays. @param {string[]} cards @param {string} name
 * @param {number} by */
export function moved(cards, name, by) {
  const at = cards.indexOf(name);
  const to = Math.max(0, Math.min(cards.length - 1, at + by));
  return at < 0 ? cards : put(cards, name, to);
}

/** The list with one card at a place. @param {string[]} cards @param {string} name @param {number} at */
export function put(cards, name, at) {
  const others = cards.filter((other) => other !== name);
  return [...others.slice(0, at), name, ...others.slice(at)];
}

/** The cards that suit an experiment, in the order of its questions. @param {import("./facts.js").Facts} facts
 * @param {(name: string) => string} why a card has nothing to say; empty where it has */
export function suited(facts, why) {
  const about = ["gradients", "activations", "normalization", "weights"];
  const answers = ["confusion", "unsure", "calibration"];
  const rest = facts.dropouts.length ? ["masks"] : [];
  const order =
    facts.classes > 2 && !facts.pictures
      ? ["loss", ...answers, ...rest, ...about]
      : ["loss", ...rest, ...about, ...(facts.pictures ? ["updates"] : []), ...answers];
  const found = order.filter((name) => !why(name));
  if (found.length < 7) found.push(...["length", "updates"].filter((name) => !why(name) && !found.includes(name)));
  // Where nothing rests yet the last card offers it.
  return rest.length ? found : [...found, "masks"];
}
