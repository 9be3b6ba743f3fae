/** “Add a card”: every card there is, with its question; of those that say nothing now, why. */

import { make, mark, say } from "../core/dom.js";
import { t } from "../core/texts.js";
import { why } from "./facts.js";
import { asksOf, CARDS, titleOf } from "./list.js";
import { deckOf } from "./state.js";

/** @typedef {import("../core/store.js").Store} Store */

/** @param {Store} store @returns {HTMLElement} the tile that opens it */
export function makeChooser(store) {
  const deck = deckOf(store);
  const rows = Object.keys(CARDS).map((name) => {
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
        make("span", {}, make("b", {}, titleOf(name)), make("span", { class: "card-row-asks" }, asksOf(name)), reason),
      ),
    };
  });
  const standard = make(
    "button",
    { type: "button", class: "outlined small", onclick: () => (deck.standard(), show()) },
    t("cards.suits"),
  );
  const dialog = make(
    "dialog",
    { class: "dialog choices", "aria-labelledby": "choices-title" },
    make(
      "form",
      { method: "dialog" },
      make("button", { class: "plain square close", "aria-label": t("cards.shut") }, "×"),
    ),
    make("h2", { id: "choices-title" }, t("cards.title")),
    make("p", { class: "lead" }, t("cards.lead")),
    make("div", { class: "choices-list" }, ...rows.map(({ row }) => row)),
    make("p", { class: "choices-foot" }, standard),
  );
  document.body.append(dialog);

  function show() {
    const facts = deck.facts.peek();
    for (const { name, box, reason, row } of rows) {
      box.checked = deck.shown.peek().includes(name);
      const words = why(name, facts);
      say(reason, words && t("cards.nothing", { why: words }));
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
    t("cards.add"),
  );
  mark(tile, "aria-haspopup", "dialog");
  return tile;
}
