import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import test, { afterEach } from "node:test";

import { catalogue } from "./english.js";
import { readNumber } from "../../static/js/controls/knob.js";
import { fixed, knob, percent, small, whole } from "../../static/js/core/format.js";
import { listed, named, t, useTexts } from "../../static/js/core/texts.js";

const ENGLISH = catalogue("en");
const OTHERS = readdirSync(new URL("../../static/texts/", import.meta.url))
  .filter((name) => name.endsWith(".json") && name !== "en.json")
  .map((name) => name.replace(".json", ""));
const places = (/** @type {string} */ text) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();
const forms = (/** @type {any} */ text) => (typeof text === "string" ? [text] : Object.values(text));

afterEach(() => useTexts("en", ENGLISH));

test("every language has every text of the page, with the same values, in all its plural forms", () => {
  assert.ok(OTHERS.length > 0);
  for (const language of OTHERS) {
    const other = catalogue(language);
    assert.deepEqual(Object.keys(other).sort(), Object.keys(ENGLISH).sort(), language);
    const plurals = new Intl.PluralRules(language).resolvedOptions().pluralCategories.sort();
    for (const [key, text] of Object.entries(ENGLISH)) {
      const wanted = new Set(forms(text).flatMap(places));
      for (const form of forms(other[key])) {
        assert.ok(form.trim(), `${language}: ${key} is empty`);
        // "One" may be said without its figure; nothing else may be left out or made up.
        const given = new Set(places(form));
        if (typeof text !== "string") [wanted, given].forEach((set) => set.delete("n"));
        assert.deepEqual([...given].sort(), [...wanted].sort(), `${language}: ${key}`);
      }
      assert.equal(typeof other[key], typeof text, `${language}: ${key}`);
      if (typeof text !== "string") assert.deepEqual(Object.keys(other[key]).sort(), plurals, `${language}: ${key}`);
    }
  }
});

test("a text takes its values, a number as the language writes it, and the plural form that fits", () => {
  const texts = { a: "{n} of {all}: {x}", b: { one: "one step", other: "{n} steps" }, "kind.relu": "ReLU" };
  useTexts("en", texts);
  assert.equal(t(/** @type {any} */ ("a"), { n: 1240, all: "many", x: 0.03 }), "1,240 of many: 0.03");
  assert.equal(t(/** @type {any} */ ("b"), { n: 1 }), "one step");
  assert.equal(t(/** @type {any} */ ("b"), { n: 0 }), "0 steps");
  assert.equal(named("kind", "relu"), "ReLU");
  assert.equal(named("kind", "unheard"), null);
  assert.equal(listed(["a", "b"]), "a and b");
  useTexts("de", texts);
  assert.equal(t(/** @type {any} */ ("a"), { n: 1240, all: "many", x: 0.03 }), "1.240 of many: 0,03");
  assert.equal(listed(["a", "b"]), "a und b");
});

test("German writes a comma before decimals and a point between thousands, and reads them again", () => {
  useTexts("de", catalogue("de"));
  assert.equal(whole(-1234567), "−1.234.567");
  assert.equal(fixed(-1.9239), "−1,924");
  assert.equal(small(0.00382), "0,0038");
  assert.equal(knob(0.03), "0,03");
  assert.equal(percent(0.97), "97,0 %");
  for (const x of [1240, 0.03, -2.5, 0.005, 1234567]) assert.equal(readNumber(knob(x)), x);
  assert.equal(readNumber("1.240"), 1240);
  assert.equal(readNumber("1.240,5"), 1240.5);
  assert.equal(readNumber("0.005"), 0.005);
  assert.equal(readNumber("1.5"), 1.5);
  useTexts("en", ENGLISH);
  assert.equal(readNumber("1,240.5"), 1240.5);
  assert.equal(readNumber("0,005"), 0.005);
});
