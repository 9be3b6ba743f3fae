/**
 * Over every strip of the river its name, its true shapes and the ends of its numbers; before a block's, the button that
 * opens it, in a later convolution's the one that shows its kernels.
 */

import { make, say } from "../core/dom.js";
import { t } from "../core/texts.js";
import { figure } from "./readout.js";
import { headRoom } from "./layout.js";
import { nameOf } from "./stops.js";

/** @typedef {import("./strips.js").Strip} Strip */
/** @typedef {import("./layout.js").Placed} Placed */

const TOGGLE = 26; // before the head of a block

/** @param {Strip} strip @param {Placed} at @param {boolean} big @param {() => void} kernels shows them */
function headOf(strip, { left, head, room }, big, kernels) {
  const { title, brief, says, opens, opened: open } = strip;
  const indent = opens || open ? TOGGLE : 0;
  const fits = (/** @type {string} */ words) => headRoom({ ...strip, brief: words, says: "" }, big) <= room;
  const lines = fits(says) ? [says] : says.split(/ (?=→)/);
  const made = make(
    "div",
    { class: "river-head" },
    make("strong", {}, fits(title) ? title : brief, make("em", { class: "river-still" }, t("cards.frozen"))),
    ...lines.map((words) => make("span", {}, words)),
    make("div", { class: "river-ends" }, make("small", {}), ...(strip.kernels ? [kernelsOf(strip, kernels)] : [])),
  );
  Object.assign(made.style, { left: `${left}px`, top: `${head}px`, width: `${room}px`, paddingLeft: `${indent}px` });
  return made;
}

/** Shows the kernels of a later convolution. @param {Strip} strip @param {() => void} act */
function kernelsOf(strip, act) {
  const words = t("river.kernels", { layer: nameOf(strip).split(" · ")[0] });
  const cls = "river-kernels";
  return make("button", { type: "button", class: cls, "aria-label": words, title: words, onclick: act });
}

/** The smallest and the largest number of a strip, in words; "" where a frame has none.
 * @param {import("../core/types.js").Frame} frame @param {Record<string, [number, number][]>} ranges by layer
 * @param {string} path @param {import("./paint.js").Part} part */
export function endsOf(frame, ranges, path, part) {
  const values = frame.arrays.get(`features.${path}${part}`);
  // Numbers of a vector come as they are, maps as bytes between their ends.
  const all = ranges[path]?.length ? ranges[path].flat() : values?.shape.length === 1 ? Array.from(values) : [];
  if (!all.length) return "";
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const reach = Math.max(Math.abs(low), Math.abs(high));
  return t("river.ends", { low: figure(low, reach).replace("+", ""), high: figure(high, reach).replace("+", "") });
}

/** @param {import("@preact/signals-core").Signal<string[]>} opened paths of the blocks that show their inside
 * @param {(s: number) => void} kernels shows those of a strip */
export function makeHeads(opened, kernels) {
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
    /** What the numbers of every strip lie between. @param {string[]} words one a strip */
    ends: (words) => heads.querySelectorAll("small").forEach((ends, i) => say(ends, words[i])),
    elements: [heads, toggles],
    /** @param {Strip[]} list @param {Placed[]} placed @param {boolean} big */
    arrange: (list, placed, big) => {
      makers = list.map(({ maker }) => maker);
      heads.replaceChildren(...list.map((strip, i) => headOf(strip, placed[i], big, () => kernels(i))));
      toggles.replaceChildren(
        ...list.flatMap((strip, i) => (strip.opens || strip.opened ? [toggleOf(strip, placed[i])] : [])),
      );
    },
  };
}
