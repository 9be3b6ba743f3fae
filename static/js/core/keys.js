/**
 * The keys of the page: one table, which the help shows and the page obeys. Views add theirs.
 */

import { named } from "./texts.js";

/** @typedef {object} Key
 * @property {string[]} keys as in `KeyboardEvent.key`, with `ctrl+` or `shift+` before it
 * @property {string} says
 * @property {((event: KeyboardEvent) => void) | null} run null where the key belongs to what has the focus
 */

/** @type {Key[]} */
const table = [];

/** @param {...Key} keys */
export const addKeys = (...keys) => table.push(...keys);

export const allKeys = () => [...table];

const TYPING = "input:not([type=range]):not([type=checkbox]), textarea, select, [contenteditable]";
const PRESSED = "button, a[href], summary, [role=radio], [role=menuitem], [role=button]";
// A dialog keeps the keys, but for one that only shows a card larger.
const HOLDING = "dialog[open]:not([data-keys])";
const MOVING = "[role=slider], [role=radiogroup] *, input[type=range], [role=menu] *, [data-arrows] *, [data-arrows]";

/** Whether the last focus came from a mouse or a finger: such a button does not keep the space bar from play. */
let touched = false;

/** Obeys the table; what has the focus comes first: a button keeps space, a slider its arrows. */
export function listen() {
  document.addEventListener("pointerdown", () => (touched = true), true);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Tab" || event.key.startsWith("Arrow")) touched = false;
    const on = event.target instanceof Element ? event.target : document.body;
    if (event.defaultPrevented || event.altKey || on.matches(TYPING) || document.querySelector(HOLDING)) return;
    if (on.matches(PRESSED) && (event.key === "Enter" || (event.key === " " && !touched))) return;
    if (/^(Arrow|Home|End)/.test(event.key) && on.matches(MOVING)) return;
    const found = table.find(({ keys, run }) => run && keys.some((key) => fits(key, event)));
    if (!found) return;
    event.preventDefault();
    found.run?.(event);
  });
  // A button is pressed when space is let go; that press was taken for play.
  document.addEventListener("keyup", (event) => {
    const on = event.target instanceof Element ? event.target : document.body;
    if (event.key === " " && touched && on.matches("button") && !document.querySelector(HOLDING))
      event.preventDefault();
  });
  // A menu chosen with the mouse gives the keys back.
  document.addEventListener("change", ({ target }) => {
    if (touched && target instanceof HTMLSelectElement) target.blur();
  });
}

/** @param {string} key @param {KeyboardEvent} event */
function fits(key, event) {
  const parts = key.split("+");
  const name = parts.pop() || "+";
  const ctrl = parts.includes("ctrl");
  if (ctrl !== (event.ctrlKey || event.metaKey)) return false;
  // Shift is part of a character like ? already; it counts only where the table or a named key says so.
  if (parts.includes("shift") !== event.shiftKey && (name.length > 1 || parts.includes("shift"))) return false;
  return event.key.toLowerCase() === name.toLowerCase();
}

/** Keys that are not named by their character. @type {Record<string, string>} */
const NAMES = { " ": "space", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };

/** A key as it is written on the keyboard. @param {string} key */
export const keyWords = (key) =>
  (key === "+" ? ["+"] : key.split("+")).map((part) => {
    const name = NAMES[part] ?? part;
    return named("key", name.toLowerCase()) ?? (name.length === 1 ? name.toLowerCase() : name);
  });
