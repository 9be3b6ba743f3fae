/**
 * What the hand holds: a class, a value, the eraser, or nothing; and the row of buttons to take it from.
 */

import { computed, effect, signal } from "@preact/signals-core";

import { make, mark } from "../core/dom.js";
import { t } from "../core/texts.js";
import { classLetter, className } from "../geometry/columns.js";
import { GLYPH_PATHS, glyphSample, sample } from "../marks/sample.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {number | "erase" | null} Hand a class (or the place of a value), the eraser, or nothing */

/** The values a brush can give where the data have values. */
const VALUES = [-1, -0.5, 0, 0.5, 1];

/** @param {Store} store @param {() => void} changed another thing was taken */
export function makeHand(store, changed) {
  const hand = signal(/** @type {Hand} */ (null));
  const may = computed(() => {
    const info = store.points.value?.info;
    return { erase: Boolean(info), paint: info?.paintable === true, classes: info?.classes ?? 2 };
  });
  const row = make("div", {
    class: "brush-row when-lab",
    role: "radiogroup",
    "aria-label": t("brush.name"),
    "data-term": "brush",
  });

  /** @param {string} words @param {string} key @param {Hand} value @param {(Node | string)[]} shape */
  function button(words, key, value, ...shape) {
    const made = make(
      "button",
      {
        type: "button",
        class: "brush",
        role: "radio",
        title: `${words} (${key})`,
        "aria-label": words,
        "data-hand": String(value),
      },
      ...shape,
    );
    made.addEventListener("click", () => take(hand.peek() === value ? null : value));
    return made;
  }

  /** @param {number} k */
  function glyph(k) {
    const { classes } = may.peek();
    if (classes > 2) return glyphSample(k, 5.5);
    const high = classes === 2 ? k === 1 : VALUES[k] > 0;
    const look = classes === 0 && VALUES[k] === 0 ? "brush-middle" : high ? "brush-high" : "brush-low";
    const r = classes === 2 ? 5 : 3 + 2 * Math.abs(VALUES[k]);
    return sample(14, [["path", { d: GLYPH_PATHS[0], transform: `translate(7 7) scale(${r})`, class: look }]]);
  }

  let built = "";
  function build() {
    const { paint, erase, classes } = may.value;
    const info = store.points.peek()?.info;
    const key = JSON.stringify([paint, erase, classes, info?.class_names]);
    if (key === built) return;
    built = key;
    if (hand.peek() !== null) hand.value = null;
    const kinds = paint ? Array.from({ length: classes || VALUES.length }, (_, k) => k) : [];
    const rubber = sample(14, [
      ["path", { d: "M2 9.5L8 3.5L12 7.5L7.5 12H4.5ZM5.2 6.3L9.2 10.3", class: "brush-line" }],
    ]);
    const says = make("span", { class: "brush-says" });
    row.classList.toggle("lettered", paint && classes > 2);
    row.classList.toggle("several", paint && classes > 3);
    row.replaceChildren(
      says,
      ...kinds.map((k) =>
        button(
          classes ? t("brush.class", { name: className(info ?? {}, k) }) : t("brush.value", { value: VALUES[k] }),
          String(k + 1),
          k,
          glyph(k),
          ...(classes > 2 ? [classLetter(info ?? {}, k)] : []),
        ),
      ),
      ...(erase ? [button(t("brush.eraser"), "e", "erase", rubber)] : []),
    );
  }

  /** @param {Hand} value */
  function take(value) {
    hand.value = value;
    changed();
  }

  /** The label of what the hand holds. */
  function label() {
    const now = hand.peek();
    return may.peek().classes ? Number(now) : VALUES[Number(now)];
  }

  /** What a key takes into the hand; null where it takes nothing. @param {string} key
   * @returns {{value: Hand} | null} */
  function chooses(key) {
    const { paint, classes } = may.peek();
    const place = Number(key) - 1;
    if (paint && place >= 0 && place < (classes || VALUES.length)) return { value: place };
    return key === "e" ? { value: "erase" } : null;
  }

  /** @param {Hand} now */
  const told = (now) => {
    if (now === null) return may.value.paint ? "brush.off" : "brush.lone";
    return now === "erase" ? "brush.rubs" : "brush.paints";
  };

  const ends = [
    effect(build),
    effect(() => {
      const now = hand.value;
      void may.value;
      for (const one of row.querySelectorAll("button")) mark(one, "aria-checked", one.dataset.hand === String(now));
      const says = row.querySelector(".brush-says");
      if (says) says.textContent = t(told(now));
    }),
  ];
  return { row, hand, may, take, chooses, label, stop: () => ends.forEach((end) => end()) };
}
