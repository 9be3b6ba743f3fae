import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import test from "node:test";
import { fileURLToPath } from "node:url";

import { Linter } from "eslint";

import { rules } from "./text-rules.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Programs, for Python and a shell: no text of the page. */
const PROGRAMS = new Set(["static/js/core/scripts.js"]);
const linter = new Linter();

/** @param {string} code @returns {string[]} */
const faults = (code) =>
  linter
    .verify(code, {
      languageOptions: { ecmaVersion: 2024, sourceType: "module" },
      plugins: { texts: { rules } },
      rules: { "texts/catalogued": "error", "texts/filled": "error" },
    })
    .map(({ line, message }) => `${line}: ${message}`);

test("no text of the page stands in its modules, and every text gets its values", () => {
  const files = globSync("static/js/**/*.js", { cwd: ROOT }).filter((file) => !PROGRAMS.has(file));
  assert.ok(files.length > 100);
  const found = files.flatMap((file) => faults(readFileSync(ROOT + file, "utf8")).map((one) => `${file}:${one}`));
  assert.deepEqual(found, []);
});

test("what a reader would see is found wherever it stands", () => {
  for (const code of [
    'say(node, "Loss")',
    'say(node, on ? "Pause" : t("time.play"))',
    'make("button", { title: "Undo" })',
    'make("p", {}, `of ${n} points`)',
    'mark(node, "aria-label", `unit ${n}`)',
    'node.textContent = "Waiting"',
    'store.notice.value = "Gone"',
    'const WORDS = { adam: "the usual one" }',
    't("step.at")',
    't("step.at", { stop: 1 })',
  ])
    assert.notDeepEqual(faults(code), [], code);
  for (const code of [
    'make("div", { class: "card wide" }, t("part.train"))',
    'document.querySelector("header button")',
    'throw new Error("no such thing here")',
    'say(node, kind === "adam" ? t("part.train") : whole(3))',
    't("step.at", { step: 1 })',
  ])
    assert.deepEqual(faults(code), [], code);
});

test("no text of the page stands in its templates", () => {
  // A program's name and a version are the same in every language.
  const NAMES = new Set(["Tinkernet"]);
  const found = globSync("templates/**/*.html", { cwd: ROOT }).flatMap((file) => {
    const source = readFileSync(ROOT + file, "utf8")
      .replace(/\{#.*?#\}|\{%.*?%\}|<script\b[\s\S]*?<\/script>|<!doctype[^>]*>/gs, "")
      .replace(/\{\{.*?\}\}/gs, "");
    const shown = [...source.matchAll(/>([^<>]*)</g)].map((part) => part[1].trim());
    const said = [...source.matchAll(/(?:title|alt|placeholder|aria-(?:label|valuetext))="([^"]*)"/g)].map(
      (part) => part[1],
    );
    return [...shown, ...said]
      .filter((text) => /\p{L}{2}/u.test(text) && !NAMES.has(text))
      .map((text) => `${file}: ${text}`);
  });
  assert.deepEqual(found, []);
});
