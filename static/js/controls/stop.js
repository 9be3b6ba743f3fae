/** Where training stops by itself: one end and its value, and what was reached, in words. */

import { effect } from "@preact/signals-core";

import { make, mark, say } from "../core/dom.js";
import { knob, loss, percent, whole } from "../core/format.js";
import { setPace } from "../core/session.js";
import { speak } from "../core/speak.js";
import { t } from "../core/texts.js";
import { ENDS, fits, setUntil, until } from "../core/until.js";
import { readNumber } from "./knob.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/until.js").End} End */

/** @type {End[]} */
const KINDS = ["step", "epoch", "test_loss", "accuracy", "idle"];

/** A goal as it stands in the field. @param {End} end @param {number} value */
const shown = (end, value) =>
  end === "accuracy" ? percent(value, value * 100 === Math.round(value * 100) ? 0 : 1) : knob(value);

/** What ended a run, in words. @param {{until: string, goal: number, value: number}} finished @param {number} step */
export function reachedWords({ until: end, goal, value }, step) {
  const n = end === "epoch" || end === "step" || end === "idle" ? Math.round(value) : 0;
  if (end === "accuracy") return t("stop.reached.accuracy", { step, value: percent(value), goal: percent(goal) });
  if (end === "idle") return t("stop.reached.idle", { step, n });
  if (end === "epoch") return t("stop.reached.epoch", { step, n });
  if (end === "step") return t("stop.reached.step", { step });
  return t("stop.reached.loss", { step, value: loss(value), goal: loss(goal) });
}

/** @param {Store} store @returns {HTMLElement} the control, to be put in its place */
export function mountStop(store) {
  const title = make("span", {}, t("stop.title"));
  const select = make(
    "select",
    { id: "stop-at", "aria-label": t("stop.label") },
    make("option", { value: "" }, t("stop.never")),
  );
  for (const kind of KINDS) select.append(make("option", { value: kind }, t(`stop.${kind}`)));
  const field = make("input", {
    id: "stop-value",
    class: "exact",
    inputmode: "decimal",
    "aria-label": t("stop.value"),
    hidden: true,
  });
  const element = make(
    "div",
    { class: "speed stop", title: t("stop.says"), "data-term": "stop" },
    title,
    make("div", {}, select, field),
  );
  // A run under way takes the new end at once.
  const again = () => void setPace(store, store.session.peek().pace);

  select.addEventListener("change", () => {
    const end = /** @type {End | ""} */ (select.value);
    setUntil(store, end ? { end, value: ENDS[end].start } : null);
    again();
    if (end) {
      field.focus();
      field.select();
    }
  });
  const take = () => {
    const wish = until(store).peek();
    const given = readNumber(field.value);
    if (!wish || given === null) return paint();
    const value = wish.end === "accuracy" && given > 1 ? given / 100 : given;
    if (fits(wish.end, value) && value !== wish.value) {
      setUntil(store, { end: wish.end, value });
      again();
    }
    paint();
  };
  field.addEventListener("change", take);
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") take();
  });

  function paint() {
    const wish = until(store).peek();
    select.value = wish?.end ?? "";
    field.hidden = !wish;
    if (wish && document.activeElement !== field) field.value = shown(wish.end, wish.value);
  }
  let told = "";
  effect(() => {
    void until(store).value;
    const { finished, step, id, line } = store.session.value;
    paint();
    const words = finished ? reachedWords(finished, step) : "";
    say(title, finished ? t("stop.done", { step: whole(step) }) : t("stop.title"));
    mark(element, "data-done", Boolean(finished));
    mark(element, "title", words || t("stop.says"));
    const key = finished ? `${id}:${line}:${step}` : "";
    if (key && key !== told) setTimeout(() => speak(words), 600); // after the summary that every rest brings
    told = key;
  });
  return element;
}
