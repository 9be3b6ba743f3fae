/**
 * The head of a column: its name, its number of units to change, its activation to choose, its dropout and norm;
 * and between two heads the place where something can be put in.
 */

import { word } from "../core/catalog.js";
import { make } from "../core/dom.js";
import { activations } from "../core/kinds.js";
import { edit, set } from "../core/session.js";
import { t } from "../core/texts.js";
import { activationWord } from "../geometry/columns.js";
import { INSERTS, addUnit, changeActivation, insertBehind, remove, removeColumn, removeUnit } from "./edits.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../geometry/columns.js").Column} Column */

const SHARES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];

/** @param {Store} store @param {Column[]} columns @param {number} c @returns {HTMLElement} */
export function makeHead(store, columns, c) {
  const column = columns[c];
  const name = make("div", { class: "head-name" }, make("b", {}, column.title), ...tags(store, column));
  const line = make("div", { class: "head-units" });
  if (column.role === "input") line.append(t("recipe.features", { n: column.units }));
  else if (column.role === "output") line.append(outputWords(column));
  else if (column.block)
    line.append(t("head.block", { units: column.units, activation: activationWord(column.activation) }));
  else line.append(stepper(store, column), activationMenu(store, column));
  if (column.role === "hidden") {
    name.append(
      make(
        "button",
        {
          class: "head-remove",
          type: "button",
          "aria-label": t("head.remove", { column: column.title }),
          title: t("head.remove", { column: column.title }),
          onclick: () => edit(store, ...removeColumn(store.experiment.peek(), column)),
        },
        "×",
      ),
    );
  }
  return make("div", { class: "head", role: "group", "aria-label": column.title, "data-term": "layer" }, name, line);
}

/** @param {Column} column */
function outputWords({ units, activation }) {
  return `${units} · ${activationWord(activation)}`;
}

/** @param {Store} store @param {Column} column */
function stepper(store, column) {
  const button = (/** @type {string} */ sign, /** @type {string} */ words, /** @type {any} */ change) =>
    make(
      "button",
      {
        type: "button",
        class: "step-button",
        "aria-label": t("head.in", { what: words, column: column.title }),
        title: words,
        disabled: sign === "−" && column.units <= 1,
        onclick: () => edit(store, change),
      },
      sign,
    );
  return make(
    "span",
    { class: "stepper" },
    button("−", t("head.less"), removeUnit(column)),
    make("span", { class: "count" }, String(column.units)),
    button("+", t("head.more"), addUnit(column)),
  );
}

/** A menu that looks like a word. @param {Record<string, string>} options value → words
 * @param {string} value @param {string} label @param {(value: string) => void} chosen @param {string} look a class
 * @param {string} term of the glossary */
function menu(options, value, label, chosen, look, term) {
  const list = make("select", { class: look, "aria-label": label, title: label, "data-term": term });
  for (const [key, words] of Object.entries(options)) {
    list.append(make("option", { value: key, selected: key === value }, words));
  }
  list.addEventListener("change", () => chosen(list.value));
  // An arrow on a closed menu would take the next entry at once, and every choice here is a change of the net: it opens.
  list.addEventListener("keydown", (event) => {
    if (event.altKey || !/^Arrow(Up|Down)$/.test(event.key) || !list.showPicker) return;
    event.preventDefault();
    list.showPicker();
  });
  return list;
}

/** @param {Store} store @param {Column} column */
function activationMenu(store, column) {
  // To leave the activation away and to put identity there answer the same: one of them is enough in a menu.
  const kinds = Object.fromEntries(
    activations()
      .filter((kind) => kind !== "identity" || kind === column.activation)
      .map((kind) => [kind, activationWord(kind)]),
  );
  return menu(
    { linear: activationWord(null), ...kinds },
    column.activation ?? "linear",
    t("head.activation", { column: column.title }),
    (kind) => edit(store, ...changeActivation(column, kind)),
    "plain-menu",
    "activation",
  );
}

/** @param {Store} store @param {Column} column */
function tags(store, column) {
  const made = [];
  for (const norm of column.norms) {
    const layer = store.experiment
      .peek()
      .model.layers.slice(column.from, column.to)
      .find(({ kind }) => kind === norm);
    made.push(
      menu(
        { stay: word(norm), away: t("head.away") },
        "stay",
        t("head.in", { what: word(norm), column: column.title }),
        () => edit(store, remove(String(layer?.name))),
        "tag-menu quiet",
        "normalization",
      ),
    );
  }
  const { dropout } = column;
  if (dropout) {
    const shares = [...new Set([...SHARES, dropout.p])].sort((a, b) => a - b);
    const options = Object.fromEntries(shares.map((p) => [`p${p}`, t("head.share", { p })]));
    made.push(
      menu(
        { ...options, away: t("head.wake") },
        `p${dropout.p}`,
        t("head.dropout", { column: column.title }),
        (value) =>
          value === "away"
            ? edit(store, remove(dropout.name))
            : set(store, `/model/layers/${dropout.at}/p`, Number(value.slice(1))),
        "tag-menu",
        "dropout",
      ),
    );
  }
  return made;
}

/** The + between two columns. @param {Store} store @param {Column[]} columns @param {number} c the column before it */
export function makeInsert(store, columns, c) {
  const fitting = INSERTS.filter(
    (what) => !(what === "dropout" && columns[c].dropout) && !(what === "residual" && columns[c].role === "input"),
  );
  const entries = [["", t("head.put")], ...fitting.map((what) => [what, t(`insert.${what}`)])];
  const list = menu(
    Object.fromEntries(entries),
    "",
    t("head.insert", { column: columns[c].title }),
    (what) => {
      if (what) edit(store, ...insertBehind(columns, c, what));
      list.value = "";
    },
    "insert-menu",
    "layer",
  );
  return make(
    "label",
    { class: "insert", "data-term": "layer", title: t("head.insert", { column: columns[c].title }) },
    "+",
    list,
  );
}
