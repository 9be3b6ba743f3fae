/** “Add a card”: every card there is, with its question; of those that say nothing now, why. */

import { make, mark, say } from "../core/dom.js";
import { why } from "./facts.js";
import { CARDS } from "./list.js";
import { deckOf } from "./state.js";

/** @typedef {import("../core/store.js").Store} Store */

/** @param {Store} store @returns {HTMLElement} the tile that opens it */
export function makeChooser(store) {
  const deck = deckOf(store);
  const rows = Object.entries(CARDS).map(([name, { title, asks }]) => {
    const box = make("input", {
      type: "checkbox",
      onchange: () => (box.checked ? deck.add(name) : deck.close(name)),
    });
    const reason = make("span", { class: "card-row-why" });
    return {
      name,
      box,
      reason,
      row: make(
        "label",
        { class: "card-row" },
        box,
        make("span", {}, make("b", {}, title), make("span", { class: "card-row-asks" }, asks), reason),
      ),
    };
  });
  const standard = make(
    "button",
    { type: "button", class: "outlined small", onclick: () => (deck.standard(), show()) },
    "As suits the experiment",
  );
  const dialog = make(
    "dialog",
    { class: "dialog choices", "aria-labelledby": "choices-title" },
    make(
      "form",
      { method: "dialog" },
      make("button", { class: "plain square close", "aria-label": "Close the list of cards" }, "×"),
    ),
    make("h2", { id: "choices-title" }, "Cards of evidence"),
    make(
      "p",
      { class: "lead" },
      "Each answers one question about your net. They stand in the order you put them in; the link you share brings them along.",
    ),
    make("div", { class: "choices-list" }, ...rows.map(({ row }) => row)),
    make("p", { class: "choices-foot" }, standard),
  );
  document.body.append(dialog);

  function show() {
    const facts = deck.facts.peek();
    for (const { name, box, reason, row } of rows) {
      box.checked = deck.shown.peek().includes(name);
      const words = why(name, facts);
      say(reason, words && `Nothing to say now: ${words}`);
      reason.hidden = !words;
      row.classList.toggle("quiet", Boolean(words));
    }
    standard.disabled = !deck.own.peek();
  }
  dialog.addEventListener("change", () => (standard.disabled = !deck.own.peek()));
  const tile = make(
    "button",
    {
      type: "button",
      class: "card-add",
      onclick: () => {
        show();
        dialog.showModal();
      },
    },
    make("span", { "aria-hidden": "true" }, "+"),
    "Add a card",
  );
  mark(tile, "aria-haspopup", "dialog");
  return tile;
}
