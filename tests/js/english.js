/** The page's English texts, for tests of what says something: they have no page to find them in. Import it first. */

import { readFileSync } from "node:fs";

import { useTexts } from "../../static/js/core/texts.js";

/** The texts of a language, as its file has them. @param {string} language */
export const catalogue = (language) =>
  JSON.parse(readFileSync(new URL(`../../static/texts/${language}.json`, import.meta.url), "utf8"));

useTexts("en", catalogue("en"));
