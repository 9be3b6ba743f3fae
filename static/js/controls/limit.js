/** The limit on the learning rate's slider: a wall where steps begin to grow, hatched beyond. */

import { effect } from "@preact/signals-core";

import { field, ladderOf } from "../core/catalog.js";
import { curvatureNow, followCurvature } from "../core/curvature.js";
import { make, mark, say } from "../core/dom.js";
import { knob } from "../core/format.js";
import { t } from "../core/texts.js";
import { rung } from "./knob.js";

/** @typedef {import("../core/store.js").Store} Store */

/** Where a limit stands on a ladder, as a share of the slider’s way; 1 where it lies beyond its end.
 * @param {number[]} ladder @param {number} limit */
export const wallAt = (ladder, limit) =>
  limit >= ladder[ladder.length - 1] ? 1 : Math.max(0, rung(ladder, limit)) / Math.max(1, ladder.length - 1);

/** @param {Store} store @param {HTMLElement} element the slider’s */
export function mountLimit(store, element) {
  const wall = make("span", { class: "knob-wall", "aria-hidden": "true", hidden: true });
  const words = make("span", { class: "knob-limit", id: "rate-limit" });
  element.classList.add("limited");
  element.append(wall, words);
  element.querySelector("input")?.setAttribute("aria-describedby", words.id);
  followCurvature(store, () => !store.first.peek() && element.offsetParent !== null);
  effect(() => {
    const found = curvatureNow(store).value;
    const { optimizer } = store.experiment.value.training.learner;
    const limit = optimizer && found?.limit;
    if (!limit) {
      wall.hidden = true;
      const none = optimizer && found && found.factor === null && found.step > 0;
      say(words, none ? t("limit.none") : "");
      return;
    }
    const ladder = ladderOf(field(store, "optimizer", optimizer.kind, "learning_rate"), [0.001, 0.01, 0.1, 1]);
    const at = wallAt(ladder, limit);
    const over = found.product > (found.factor ?? Infinity);
    wall.hidden = at >= 1;
    wall.style.setProperty("--wall", String(at));
    mark(element, "data-over", over);
    say(words, t(at >= 1 ? "limit.far" : "limit.now", { limit: knob(Number(limit.toPrecision(2))) }));
    mark(
      words,
      "title",
      t("limit.means", { step: found.step, sharpness: knob(Number(found.sharpness.toPrecision(3))) }),
    );
  });
}
