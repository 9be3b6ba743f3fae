/** Over every strip of the river its name and true shapes; before a block's, the button that opens it. */

import { make } from "../core/dom.js";
import { t } from "../core/texts.js";
import { headRoom } from "./layout.js";

/** @typedef {import("./strips.js").Strip} Strip */
/** @typedef {import("./layout.js").Placed} Placed */

const TOGGLE = 26; // before the head of a block

/** @param {Strip} strip @param {Placed} at @param {boolean} big */
function headOf(strip, { left, head, room }, big) {
  const { title, brief, says, opens, opened: open } = strip;
  const indent = opens || open ? TOGGLE : 0;
  const fits = (/** @type {string} */ words) => headRoom({ ...strip, brief: words, says: "" }, big) <= room;
  const lines = fits(says) ? [says] : says.split(/ (?=→)/);
  const made = make(
    "div",
    { class: "river-head" },
    make("strong", {}, fits(title) ? title : brief, make("em", { class: "river-still" }, t("cards.frozen"))),
    ...lines.map((words) => make("span", {}, words)),
  );
  Object.assign(made.style, { left: `${left}px`, top: `${head}px`, width: `${room}px`, paddingLeft: `${indent}px` });
  return made;
}

/** @param {import("@preact/signals-core").Signal<string[]>} opened paths of the blocks that show their inside */
export function makeHeads(opened) {
  const heads = make("div", { class: "river-heads" });
  const toggles = make("div", { class: "river-toggles" });

  /** Opens a block in its place, or closes it. @param {Strip} strip @param {Placed} at */
  function toggleOf({ called, opens, opened: open }, { left, head }) {
    const path = opens || open;
    const words = t(opens ? "river.open" : "river.close", { block: called });
    const made = make(
      "button",
      {
        type: "button",
        class: "river-toggle",
        "aria-label": words,
        title: words,
        "aria-expanded": !opens,
        onclick: () => {
          const others = opened.peek().filter((other) => other !== path && !other.startsWith(`${path}.`));
          opened.value = opens ? [...others, path] : others;
          /** @type {HTMLElement | undefined} */ (
            [...toggles.querySelectorAll("button")].find((other) => other.dataset.block === path)
          )?.focus();
        },
      },
      opens ? "+" : "−",
    );
    made.dataset.block = path;
    Object.assign(made.style, { left: `${left}px`, top: `${head}px` });
    return made;
  }

  let makers = /** @type {string[]} */ ([]);
  return {
    /** Which layers stand still. @param {string[]} frozen */
    still: (frozen) =>
      [...heads.children].forEach((head, i) => head.classList.toggle("still", frozen.includes(makers[i]))),
    elements: [heads, toggles],
    /** @param {Strip[]} list @param {Placed[]} placed @param {boolean} big */
    arrange: (list, placed, big) => {
      makers = list.map(({ maker }) => maker);
      heads.replaceChildren(...list.map((strip, i) => headOf(strip, placed[i], big)));
      toggles.replaceChildren(
        ...list.flatMap((strip, i) => (strip.opens || strip.opened ? [toggleOf(strip, placed[i])] : [])),
      );
    },
  };
}
