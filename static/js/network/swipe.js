/**
 * How much of a network that is wider than its stage is in view: words, and a bar above them.
 */

import { make, say } from "../core/dom.js";
import { t } from "../core/texts.js";

/** @param {HTMLElement} stage what scrolls */
export function makeSwipe(stage) {
  const element = make("div", { class: "swipe", hidden: true });

  /** @param {{x: number}[]} places the columns' middles; none where all is in view */
  function show(places) {
    element.hidden = places.length === 0;
    if (element.hidden) return;
    const [from, to] = [stage.scrollLeft, stage.scrollLeft + stage.clientWidth];
    const seen = places.filter(({ x }) => x >= from && x <= to).length;
    say(element, t("net.swipe", { seen, of: places.length }));
    element.style.setProperty("--from", `${(100 * from) / stage.scrollWidth}%`);
    element.style.setProperty("--part", `${(100 * stage.clientWidth) / stage.scrollWidth}%`);
  }

  return { element, show };
}
