/** At the river's end: every class, how likely it is, and which one it is. */

import { make, mark, say } from "../core/dom.js";
import { fixed, percent } from "../core/format.js";
import { t } from "../core/texts.js";
import { unitAt } from "./layout.js";

/** @typedef {import("./strips.js").Strip} Strip */
/** @typedef {import("./layout.js").Placed} Placed */

/** @param {import("../core/store.js").Store} store @param {(k: number) => void} look what a click on a class does */
export function makeAnswers(store, look) {
  const element = make("div", { class: "river-answers", role: "group", "aria-label": t("river.answers") });

  /** A row for each, where the last strip is a list. @param {Strip[]} list @param {Placed[]} placed */
  function arrange(list, placed) {
    const last = list.length - 1;
    const strip = list[last];
    const names = store.frame.peek()?.probes.features?.info?.class_names ?? [];
    element.replaceChildren(
      ...Array.from({ length: strip.shape.length === 1 ? strip.count : 0 }, (_, k) => {
        const row = make(
          "button",
          { type: "button", class: "river-answer", onclick: () => look(k) },
          make("b", {}, names[k] ?? String(k)),
          make("span", { class: "river-bar" }, make("i", {})),
          make("em", {}, "–"),
        );
        const { x, y, step } = unitAt(placed[last], k, strip.count);
        Object.assign(row.style, { left: `${x}px`, top: `${y}px`, height: `${Math.min(step, 42)}px` });
        return row;
      }),
    );
    tell();
  }

  function tell() {
    const info = store.frame.peek()?.probes.features?.info;
    const p = info?.probabilities ?? null;
    const outputs = info?.outputs ?? [];
    const best = outputs.indexOf(Math.max(...outputs));
    const names = info?.class_names ?? [];
    [...element.children].forEach((row, k) => {
      const share = p ? (p[k] ?? 0) : 0;
      const [name, bar, number] = row.children;
      if (names[k]) say(name, names[k]);
      /** @type {HTMLElement} */ (bar.firstElementChild).style.width = `${100 * share}%`;
      say(number, p ? percent(share, 1) : fixed(outputs[k] ?? null, 2));
      row.classList.toggle("best", k === best);
      row.classList.toggle("target", k === info?.target);
      mark(row, "title", t(k === info?.target ? "river.answer.is" : "river.answer"));
    });
  }
  return { element, arrange, tell };
}
