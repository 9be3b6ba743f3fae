/** The lock at the head of a layer whose numbers stand still: beside its name, so that nothing moves when it comes. */

import { make } from "../core/dom.js";
import { t } from "../core/texts.js";
import { sample } from "../marks/sample.js";

/** A lock, 9 × 11. */
const SHAPE = /** @type {any} */ ([
  ["path", { d: "M2.2 5.5 V3.6 a2.3 2.3 0 0 1 4.6 0 V5.5", fill: "none", class: "stroke-soft", "stroke-width": 1.3 }],
  ["rect", { x: 0.8, y: 5, width: 7.4, height: 5.6, rx: 1.2, class: "fill-soft" }],
]);

/** Puts a lock to a head, or takes it away. @param {Element} head @param {boolean} on */
export function lock(head, on) {
  const found = head.querySelector(".lock");
  if (on === Boolean(found)) return;
  if (found) return found.remove();
  const made = make("i", { class: "lock", role: "img", "aria-label": t("head.frozen"), title: t("head.frozen") });
  made.append(sample(9, SHAPE));
  head.querySelector("b")?.append(made);
}
