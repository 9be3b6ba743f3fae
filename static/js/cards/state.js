/**
 * Which cards are shown in which order, and what each was told: of the two labs each its own. What a person chose is
 * remembered in this browser; a link brings its own, which is remembered only once it is changed here.
 */

import { computed, effect, signal } from "@preact/signals-core";

import { recall, remember } from "../core/memory.js";
import { factsOf, why } from "./facts.js";
import { decode, encode, moved, put, suited } from "./order.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("./order.js").Deck} Deck */
/** @typedef {ReturnType<typeof make>} Chosen */

/** @type {WeakMap<Store, Chosen>} */
const made = new WeakMap();

/** The one state of a store. @param {Store} store @returns {Chosen} */
export function deckOf(store) {
  let known = made.get(store);
  if (!known) made.set(store, (known = make(store)));
  return known;
}

/** @param {Store} store */
function make(store) {
  const none = /** @type {Deck} */ ({ cards: null, options: {} });
  const facts = computed(() => factsOf(store));
  const lab = computed(() => (facts.value.pictures ? "pictures" : "plane"));
  const link = decode(new URLSearchParams(globalThis.location?.hash.slice(1) ?? "").get("v"));
  const known = (/** @type {string} */ name) => decode(recall(`cards.${name}`)) ?? none;
  const decks = signal(
    /** @type {Record<string, Deck>} */ ({ plane: known("plane"), pictures: known("pictures"), link: link ?? none }),
  );
  // What a link says holds for the lab that its experiment opens.
  let waits = link !== null;
  const deck = computed(() => (decks.value.link !== none ? decks.value.link : decks.value[lab.value]));
  const standard = () => suited(facts.peek(), (name) => why(name, facts.peek()));
  const shown = signal(deck.peek().cards ?? standard());

  /** @param {Deck} next @param {boolean} [kept] */
  function set(next, kept = true) {
    const name = lab.peek();
    decks.value = { ...decks.peek(), link: none, [name]: next };
    shown.value = next.cards ?? shown.peek();
    if (kept) remember(`cards.${name}`, encode(next));
  }

  let last = "";
  effect(() => {
    const { id, incarnation } = store.session.value;
    const { cards } = deck.value;
    // Nothing moves under a hand that adds a layer: what suits is asked with the next session only.
    const key = `${id}:${incarnation}:${lab.value}`;
    if (waits && incarnation !== null) {
      waits = false;
      queueMicrotask(() => set(decks.peek().link, false));
    }
    if (cards) shown.value = cards;
    else if (key !== last) shown.value = standard();
    last = key;
  });

  return {
    /** Names of the cards, in order. */
    shown,
    facts,
    /** Whether a person chose them. */
    own: computed(() => deck.value.cards !== null),
    /** As a link says it; empty where nothing was chosen. */
    text: computed(() => encode({ ...deck.value, cards: deck.value.cards && shown.value })),
    /** What a card was told. @param {string} name @returns {string} */
    option: (name) => deck.value.options[name] ?? "",
    /** @param {string} name @param {string} told capital letters and figures */
    tell: (name, told) => set({ ...deck.peek(), options: { ...deck.peek().options, [name]: told } }),
    /** @param {string} name */
    close: (name) => set({ ...deck.peek(), cards: shown.peek().filter((other) => other !== name) }),
    /** @param {string} name */
    add: (name) =>
      void (
        shown.peek().includes(name) || set({ ...deck.peek(), cards: put(shown.peek(), name, shown.peek().length) })
      ),
    /** @param {string} name @param {number} by */
    move: (name, by) => set({ ...deck.peek(), cards: moved(shown.peek(), name, by) }),
    /** @param {string} name @param {number} at */
    put: (name, at) => set({ ...deck.peek(), cards: put(shown.peek(), name, at) }),
    /** As suits the experiment. */
    standard: () => {
      set({ ...deck.peek(), cards: null });
      shown.value = standard();
    },
  };
}
