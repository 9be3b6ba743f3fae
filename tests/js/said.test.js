import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test, { afterEach, beforeEach } from "node:test";

import { catalogue } from "./english.js";
import { said, saidCatalog, saidEdit, saidNames, useSaid } from "../../static/js/core/said.js";
import { useTexts } from "../../static/js/core/texts.js";

const BOOK = JSON.parse(readFileSync(new URL("../../static/texts/engine/de.json", import.meta.url), "utf8"));

beforeEach(() => {
  useTexts("de", catalogue("de"));
  useSaid(BOOK);
});
afterEach(() => {
  useTexts("en", catalogue("en"));
  useSaid(null);
});

test("a refusal comes in German, with its numbers and names as German has them", () => {
  const cases = {
    "“learning_rate” is at most 10, not 12.5.": "„Lernrate“ ist höchstens 10, nicht 12,5.",
    "“units” is a whole number, not “many”.": "„Einheiten“ ist eine ganze Zahl, nicht „many“.",
    "“count” is at least 20, not -3.": "„Anzahl“ ist mindestens 20, nicht −3.",
    "“noise” is a number, not a list.": "„Rauschen“ ist eine Zahl, nicht eine Liste.",
    "The layer “conv2d” needs the field “channels”.": "Schicht „Faltung“: Das Feld „Kanäle“ fehlt.",
    "There is no painted point at (0.5, -2).": "Bei (0,5; −2) ist kein gemalter Punkt.",
    "This experiment needs about 1240 MB; a session may have 512 MB.":
      "Dieses Experiment braucht etwa 1.240 MB; eine Sitzung darf 512 MB haben.",
    "One step of this experiment takes 2.5e+10 multiplications; the limit is 2e+09.":
      "Ein Schritt dieses Experiments braucht 2,5 × 10¹⁰ Multiplikationen; die Grenze ist 2 × 10⁹.",
    "conv1: 8×8 input, kernel 9, padding 0 → 0×0: the kernel does not fit.":
      "conv1: Eingabe 8×8, Kern 9, Rand 0 → 0×0: Kern passt nicht hinein.",
  };
  for (const [english, german] of Object.entries(cases)) assert.equal(said(english), german);
});

test("a sentence inside a sentence is German too", () => {
  const diverged =
    "At step 1240 the numbers of dense1.weight left what a computer can hold: with learning rate 3.5 each step " +
    "overshot more than the one before. Everything up to step 1239 is kept.";
  assert.match(
    said(diverged),
    /^Bei Schritt 1\.240 haben die Zahlen von dense1\.weight .* Lernrate 3,5 .* Schritt 1\.239 ist/,
  );
  assert.equal(
    said(`${diverged} Go back, or change the learning rate.`),
    `${said(diverged)} Geh zurück, oder ändere die Lernrate.`,
  );
});

test("an edit comes in German words", () => {
  const cases = {
    "rate 0.1": "Lernrate 0,1",
    "rate 1e-05": "Lernrate 1 × 10⁻⁵",
    "batch 1240": "Batch 1.240",
    "test share 0.3": "Testanteil 0,3",
    "optimizer adam": "Optimierer Adam",
    "penalties l2 0.001, l1 0.1": "Strafterme l2 0,001, l1 0,1",
    "standardize on": "standardisieren an",
    "features x1, x2, sin(x1)": "Merkmale x1, x2, sin(x1)",
    "1 point added": "1 Punkt dazu",
    "3 points erased": "3 Punkte gelöscht",
    "dense1.weight[0, 1] = 0.5": "dense1.weight[0, 1] = 0,5",
    "dense1 frozen": "dense1 eingefroren",
    "tanh1 silent: 0, 2": "tanh1 still: 0, 2",
    "+ dropout": "+ Dropout",
    "undone: dense1 + unit": "zurückgenommen: dense1 + Einheit",
    "again: rate 0.1": "wieder: Lernrate 0,1",
    "λ 0.001": "λ 0,001",
  };
  for (const [english, german] of Object.entries(cases)) assert.equal(saidEdit(english), german);
});

test("of two sentences that fit it is the more definite one: each comes as its own", () => {
  for (const part of /** @type {const} */ (["sentences", "edits"])) {
    for (const [english, german] of Object.entries(/** @type {Record<string, string>} */ (BOOK[part]))) {
      const filled = (/** @type {string} */ text) => text.replace(/\{(\d+)\}/g, "z$1z");
      assert.equal((part === "edits" ? saidEdit : said)(filled(english)), filled(german));
    }
  }
});

test("what has no German stays as it is, and without a book all of it", () => {
  assert.equal(said("A sentence that nobody wrote."), "A sentence that nobody wrote.");
  assert.equal(said(""), "");
  useSaid(null);
  assert.equal(said("“noise” is a number, not a list."), "“noise” is a number, not a list.");
  assert.equal(saidEdit("1 point added"), "1 point added");
});

test("the catalogue and the names of classes come in German", () => {
  const catalog = /** @type {any} */ ({
    families: {
      data: {
        xor: {
          description: "Two half circles that reach into each other.\n\nMore.",
          fields: [{ says: "how many classes" }],
        },
      },
    },
  });
  const { xor } = saidCatalog(catalog).families.data;
  assert.equal(xor.description, "Zwei Halbkreise, die ineinandergreifen.");
  assert.equal(xor.fields[0].says, "wie viele Klassen");
  assert.deepEqual(saidNames({ class_names: ["brick", "7"] }).class_names, ["Ziegel", "7"]);
});
