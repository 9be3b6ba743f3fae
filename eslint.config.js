import js from "@eslint/js";
import globals from "globals";

import { rules } from "./tests/js/text-rules.js";

export default [
  { ignores: ["static/vendor/", "node_modules/", ".venv/", ".bench/"] },
  js.configs.recommended,
  {
    files: ["static/js/**/*.js"],
    languageOptions: { globals: globals.browser },
    plugins: { texts: { rules } },
    rules: {
      "texts/catalogued": "error",
      "texts/filled": "error",
      "prefer-const": "error",
      "no-var": "error",
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", destructuredArrayIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // Modules are imported by the name of what they export; text reaches the page as text.
      "no-restricted-syntax": [
        "error",
        { selector: "ExportDefaultDeclaration", message: "Export by name." },
        { selector: "AssignmentExpression[left.property.name=/^(inner|outer)HTML$/]", message: "Use textContent." },
      ],
    },
  },
  {
    // Programs, for Python and a shell.
    files: ["static/js/core/scripts.js"],
    rules: { "texts/catalogued": "off" },
  },
  {
    files: ["tests/**/*.js", "tests/**/*.mjs", "tests/**/*.cjs", "eslint.config.js"],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
  },
];
