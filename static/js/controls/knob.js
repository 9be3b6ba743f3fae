/**
 * Three ways to change one field: a slider over a ladder, a menu, a tick. Each tells its value again only when the
 * experiment changed, and never while a hand is on it.
 */

import { make, say } from "../core/dom.js";
import { knob as number, numberMarks } from "../core/format.js";
import { t } from "../core/texts.js";

/** Changes travel at most five times a second while a slider is dragged, and once when it is let go; where the future can
 * be tried, only then. */
const PATIENCE = 200;

/** @template T @typedef {{element: HTMLElement, show: (value: T, more?: {ladder?: number[], words?: string}) => void}} Control */

/** `with` is false where nothing can be shown; `end` after the hand has let go, and what it chose was sent.
 * @typedef {{with: (value: number) => boolean, end: () => void}} Attempt */

/** Position of a value on a ladder, between rungs where it stands between them.
 * @param {number[]} ladder @param {number} value */
export function rung(ladder, value) {
  const above = ladder.findIndex((x) => x >= value);
  if (above < 0) return ladder.length - 1;
  if (above === 0 || ladder[above] === value) return above;
  return above - 1 + (value - ladder[above - 1]) / (ladder[above] - ladder[above - 1]);
}

/** A number in words typed by hand: commas and points, a real minus and a percent sign are understood. A mark that
 * could be either stands between thousands if the page's language writes it there, and if no zero comes first.
 * @param {string} text @returns {number | null} */
export function readNumber(text) {
  const typed = text.trim().replace("−", "-").replace(/\s/g, "");
  const { group } = numberMarks();
  const grouped = group === "." ? /^-?[1-9]\d{0,2}(\.\d{3})+(?![\d.])/ : /^-?[1-9]\d{0,2}(,\d{3})+(?![\d,])/;
  const clean = typed.replace(grouped, (digits) => digits.replaceAll(group === "." ? "." : ",", "")).replace(",", ".");
  const share = clean.endsWith("%");
  const x = Number(share ? clean.slice(0, -1) : clean);
  return clean === "" || !Number.isFinite(x) ? null : share ? x / 100 : x;
}

/** The glossary's term of a control: that of its field. @param {string} id */
const termFor = (id) => id.replace(/^(data|optimizer|schedule|learner|training)-/, "").replaceAll("-", "_");

/** A slider over a ladder of values; double click or Enter on the value to type any other.
 * @param {object} given
 * @param {string} given.id @param {string} given.label @param {string} [given.says] a longer explanation
 * @param {number[]} given.ladder @param {(value: number) => void} given.change
 * @param {(value: number) => string} [given.words] how the value is shown
 * @param {Attempt} [given.attempt] shows what a value would do, while it is under the hand
 * @returns {Control<number>} */
export function slider({ id, label, says, ladder, change, words = number, attempt }) {
  let rungs = ladder;
  let value = rungs[0];
  let held = false;
  let timer = 0;
  let sent = NaN;

  const range = make("input", { id, type: "range", min: 0, max: rungs.length - 1, step: 1, title: says });
  const shown = make("button", { type: "button", class: "value", id: `${id}-value`, title: t("knob.type") });
  const element = make(
    "div",
    { class: "knob", "data-term": termFor(id) },
    make("label", { for: id, title: says }, label),
    shown,
    range,
  );

  const paint = () => {
    const at = rung(rungs, value);
    range.max = String(rungs.length - 1);
    range.value = String(Math.round(at));
    range.style.setProperty("--at", `${(100 * Number(range.value)) / Math.max(1, rungs.length - 1)}%`);
    range.setAttribute("aria-valuetext", words(value));
    say(shown, words(value));
    shown.setAttribute("aria-label", t("knob.value", { label, value: words(value) }));
  };
  const send = () => {
    clearTimeout(timer);
    timer = 0;
    if (value !== sent) change((sent = value));
    attempt?.end();
  };
  /** The hand lets go; a slider that is back where it began tells no change. */
  const letGo = () => {
    if (!held) return;
    held = false;
    send();
  };

  range.addEventListener("input", () => {
    held = true;
    value = rungs[Number(range.value)];
    paint();
    if (!attempt?.with(value)) timer ||= window.setTimeout(send, PATIENCE);
  });
  range.addEventListener("change", letGo);
  for (const kind of ["pointerup", "pointercancel", "blur"]) range.addEventListener(kind, () => setTimeout(letGo));

  const type = () => {
    const field = make("input", { class: "exact", inputmode: "decimal", "aria-label": t("knob.exact", { label }) });
    field.value = Number.isFinite(value) ? String(value).replace(".", numberMarks().decimal) : words(value);
    let done = false;
    const leave = (/** @type {boolean} */ keep) => {
      if (done) return;
      done = true;
      const given = keep ? readNumber(field.value) : null;
      field.replaceWith(shown);
      if (given !== null && given !== value) {
        value = given;
        paint();
        send();
      }
      shown.focus();
    };
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key !== "Enter" && event.key !== "Escape") return;
      // Else the same key press would open the value again, which has the focus by then.
      event.preventDefault();
      leave(event.key === "Enter");
    });
    field.addEventListener("blur", () => leave(true));
    shown.replaceWith(field);
    field.select();
  };
  shown.addEventListener("dblclick", type);
  // A mouse clicks twice, so that a stray click changes nothing; a key press means it.
  shown.addEventListener("click", (event) => {
    if (event.detail === 0 || matchMedia("(pointer: coarse)").matches) type();
  });

  return {
    element,
    show: (now, more) => {
      if (held) return;
      if (more?.ladder) rungs = more.ladder;
      value = now;
      sent = now;
      paint();
    },
  };
}

/** A menu with its label inside.
 * @param {object} given
 * @param {string} given.id @param {string} given.label @param {string} [given.says]
 * @param {Record<string, string>} given.options value → words @param {(value: string) => void} given.change
 * @returns {Control<string>} */
export function choice({ id, label, says, options, change }) {
  const select = make("select", { id, title: says });
  for (const [value, words] of Object.entries(options)) select.append(make("option", { value }, words));
  select.addEventListener("change", () => change(select.value));
  return {
    element: make(
      "div",
      { class: "choice", "data-term": termFor(id) },
      make("label", { for: id, title: says }, label),
      select,
    ),
    show: (value) => {
      if (select.value !== value) select.value = value;
    },
  };
}

/** @param {{id: string, label: string, says?: string, change: (on: boolean) => void}} given @returns {Control<boolean>} */
export function tick({ id, label, says, change }) {
  const box = make("input", { id, type: "checkbox" });
  box.addEventListener("change", () => change(box.checked));
  return {
    element: make("label", { class: "check", title: says, "data-term": termFor(id) }, box, label),
    show: (on) => {
      box.checked = on;
    },
  };
}
