/**
 * A button over every map of the river, for those who do not point: one a strip takes Tab, arrows go from map to map;
 * on the map looked into, and on the picture, one pixel on.
 */

import { make } from "../core/dom.js";
import { t } from "../core/texts.js";

/** @typedef {import("./strips.js").Strip} Strip */
/** @typedef {import("./layout.js").Placed} Placed */
/** @typedef {import("./state.js").Pictures} Pictures */

/** @type {Record<string, [number, number]>} rows and columns */
const BY = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** A strip as it is called aloud. @param {Strip} strip */
export const nameOf = ({ within, title }) => (within && !title.startsWith(within) ? `${within}: ${title}` : title);

/** @param {Pictures} shared @param {(s: number, k: number) => void} look looks into the middle of a map
 * @param {() => void} spoken says aloud what the focus is on */
export function makeStops({ place: chosen, over, spot }, look, spoken) {
  const element = make("div", { class: "river-stops" });

  /** @param {Strip[]} list @param {Placed[]} placed */
  function arrange(list, placed) {
    element.replaceChildren(
      ...list.flatMap((strip, s) =>
        placed[s].maps.map((box, k) => {
          const says =
            s === 0 ? t("river.input") : t("river.map", { layer: nameOf(strip), map: k + 1, of: strip.shape[0] });
          const button = make("button", {
            type: "button",
            class: "river-stop",
            "aria-label": says,
            tabindex: k ? -1 : 0,
          });
          Object.assign(button.style, {
            left: `${box.x}px`,
            top: `${box.y}px`,
            width: `${box.width}px`,
            height: `${box.height}px`,
          });
          button.addEventListener("focus", () => {
            over.value = { layer: strip.path, channel: k };
            if (button.matches(":focus-visible")) spot.value = startOf(strip, k);
          });
          button.addEventListener("blur", () => (spot.value = null));
          button.addEventListener("keydown", (event) => walk(event, list, placed, s, k));
          button.addEventListener("click", (event) => event.detail === 0 && look(s, k));
          return button;
        }),
      ),
    );
  }

  /** Where reading begins on a map: at the place looked into, else in the middle.
   * @param {Strip} strip @param {number} k @returns {import("./state.js").Spot} */
  function startOf({ path, maker, shape }, k) {
    const at = chosen.peek();
    const own = at && maker !== "" && at.layer === maker && at.channel === k;
    const [y, x] = own ? [at.y, at.x] : [shape[1] >> 1, shape[2] >> 1];
    return { layer: path, channel: k, y, x, kernel: false };
  }

  /** @param {KeyboardEvent} event @param {Strip[]} list @param {Placed[]} placed @param {number} s @param {number} k */
  function walk(event, list, placed, s, k) {
    const by = BY[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const at = chosen.peek();
    const strip = list[s];
    const [, rows, columns] = strip.shape;
    const from = s === 0 ? (spot.peek() ?? startOf(strip, k)) : at;
    const own = s === 0 || (at && at.layer === strip.maker && at.channel === k);
    if (from && own && !event.shiftKey) {
      const y = Math.min(rows - 1, Math.max(0, from.y + by[0]));
      const x = Math.min(columns - 1, Math.max(0, from.x + by[1]));
      if (at && s > 0) chosen.value = { ...at, y, x };
      spot.value = { layer: strip.path, channel: k, y, x, kernel: false };
      return spoken();
    }
    const next = Math.min(placed[s].maps.length - 1, Math.max(0, k + by[0] + by[1]));
    const first = placed.slice(0, s).reduce((n, { maps }) => n + maps.length, 0);
    /** @type {HTMLElement} */ (element.children[first + next]).focus();
  }
  return { element, arrange };
}
