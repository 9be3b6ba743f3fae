/**
 * Sentences with the words that matter in bold.
 */

import { make } from "../core/dom.js";

/** Writes a sentence in which **words** are bold, where it is another than before.
 * @param {HTMLElement} node @param {string} text */
export function sentence(node, text) {
  if (node.dataset.said === text) return;
  node.dataset.said = text;
  node.replaceChildren(...text.split("**").map((part, i) => (i % 2 ? make("b", {}, part) : part)));
}
