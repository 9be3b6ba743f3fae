/**
 * Two rules for the page's JavaScript: what a reader sees stands in `static/texts/`, and what is taken from there gets
 * the values it needs. `eslint.config.js` has them on, and a test runs them and shows that they find what they look for.
 */

import { readFileSync } from "node:fs";

const ENGLISH = JSON.parse(readFileSync(new URL("../../static/texts/en.json", import.meta.url), "utf8"));

/** Two words side by side are language, whatever they are for. */
const PROSE = /\p{L}{2,}[,.:;!?…]?\s+\p{L}{2,}/u;
const LETTERS = /\p{L}{2,}/u;
/** Classes of the style sheets, as in `tag-menu quiet`. */
const CLASSES = /^[a-z]+-[a-z-]+( [a-z-]+)*$|^(outlined|plain|solid)( [a-z-]+)+$/;
/** Selectors of elements. */
const SELECTOR = /\[[\w-]+[\]=]|:not\(/;

/** Attributes, properties and calls that hold names of the machine's. */
const NAMES = new Set(["class", "className", "style", "cssText", "font", "d", "accept", "role"]);
const MACHINE = new Set([
  ...["querySelector", "querySelectorAll", "closest", "matches", "matchMedia", "getContext", "Error", "TypeError"],
  ...[
    "addEventListener",
    "removeEventListener",
    "toggle",
    "add",
    "remove",
    "contains",
    "getPropertyValue",
    "split",
    "entries",
  ],
]);
/** Attributes and properties that are read out or shown. */
const SEEN = new Set([
  ...["title", "aria-label", "aria-valuetext", "aria-description", "alt", "placeholder", "textContent", "innerText"],
]);
/** Calls with a text among their arguments, by the place of the first one. */
const SAYS = { say: 1, sentence: 1, speak: 0, fillText: 0, strokeText: 0, makeCard: 1, tell: 0, about: 0, rest: 0 };

/** @param {any} node what is called */
const nameOf = ({ callee }) => callee.name ?? callee.property?.name;

/** Is this piece of code one that a reader sees, or is it for the machine, or can that not be said?
 * @param {any} node @returns {"seen" | "machine" | null} */
function place(node) {
  for (let [child, at] = [node, node.parent]; at; [child, at] = [at, at.parent]) {
    switch (at.type) {
      case "ConditionalExpression":
        if (child === at.test) return null;
        break;
      case "LogicalExpression":
      case "TemplateLiteral":
      case "ArrayExpression":
      case "SpreadElement":
        break;
      case "BinaryExpression":
        if (at.operator !== "+") return "machine";
        break;
      case "MemberExpression":
      case "SwitchCase":
      case "ImportDeclaration":
      case "TaggedTemplateExpression":
        return "machine";
      case "Property": {
        if (child === at.key) return "machine";
        const name = at.key.name ?? at.key.value;
        return NAMES.has(name) ? "machine" : SEEN.has(name) ? "seen" : null;
      }
      case "AssignmentExpression": {
        const name = at.left.property?.name;
        if (NAMES.has(name)) return "machine";
        return SEEN.has(name) || (name === "value" && at.left.object.property?.name === "notice") ? "seen" : null;
      }
      case "CallExpression":
      case "NewExpression": {
        const name = nameOf(at);
        const i = at.arguments.indexOf(child);
        if (MACHINE.has(name)) return "machine";
        if (name === "make") return i >= 2 ? "seen" : null;
        if ((name === "mark" || name === "setAttribute") && i === at.arguments.length - 1)
          return SEEN.has(at.arguments[i - 1]?.value) ? "seen" : "machine";
        if (name === "t" || name === "named") return "machine";
        // A deck of cards is told of settings, by their names.
        if (name === "tell" && at.arguments.length > 1) return "machine";
        return name in SAYS && i >= SAYS[/** @type {keyof typeof SAYS} */ (name)] ? "seen" : null;
      }
      default:
        return null;
    }
  }
  return null;
}

/** No text of the page stands in its code. */
const catalogued = {
  create: (/** @type {any} */ context) => {
    const look = (/** @type {any} */ node, /** @type {string} */ text) => {
      const where = place(node);
      if (
        where === "machine" ||
        CLASSES.test(text) ||
        SELECTOR.test(text) ||
        !(where === "seen" ? LETTERS : PROSE).test(text)
      )
        return;
      context.report({ node, message: `A reader sees “${text}”: it belongs into static/texts/.` });
    };
    return {
      Literal: (/** @type {any} */ node) => typeof node.value === "string" && look(node, node.value),
      TemplateLiteral: (/** @type {any} */ node) =>
        look(node, node.quasis.map((/** @type {any} */ part) => part.value.cooked).join("9")),
    };
  },
};

/** A text gets all the values that it has places for, and no others. */
const filled = {
  create: (/** @type {any} */ context) => ({
    CallExpression: (/** @type {any} */ node) => {
      const [key, values] = node.arguments;
      const text = node.callee.name === "t" && key?.type === "Literal" ? ENGLISH[key.value] : undefined;
      if (text === undefined) return;
      const forms = typeof text === "string" ? [text] : Object.values(text);
      const wanted = new Set(forms.flatMap((form) => [...form.matchAll(/\{(\w+)\}/g)].map((found) => found[1])));
      if (typeof text !== "string") wanted.add("n");
      const given = (values?.properties ?? []).map((/** @type {any} */ one) => one.key?.name ?? one.key?.value ?? "…");
      if (given.includes("…") || (values && values.type !== "ObjectExpression")) return;
      for (const name of wanted)
        if (!given.includes(name)) context.report({ node, message: `“${key.value}” needs the value ${name}.` });
      for (const name of given)
        if (!wanted.has(name)) context.report({ node, message: `“${key.value}” has no place for ${name}.` });
    },
  }),
};

export const rules = { catalogued, filled };
