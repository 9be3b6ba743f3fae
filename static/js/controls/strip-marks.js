/** The changes along the way, as buttons on the strip: short words, whole words on hover, a click goes there. */

import { effect } from "@preact/signals-core";

import { byId, make } from "../core/dom.js";
import { fixed } from "../core/format.js";
import { strokes } from "../core/marks.js";
import { seek } from "../core/session.js";
import { head } from "../core/store.js";
import { t } from "../core/texts.js";
import { room } from "./strip-geometry.js";

/** @typedef {import("../core/store.js").Store} Store */

/** A number written by hand, in a word. @param {{array: string, value: number}} edit */
const writeWords = ({ array, value }) =>
  t(array.endsWith(".bias") ? "mark.bias" : "mark.weight", { value: fixed(value, 2) });

/** @param {Store} store @param {() => number} span the last step in the picture; read inside an effect */
export function mountMarks(store, span) {
  const group = byId("marks");
  let shown = "";
  const place = () => {
    const { line } = store.session.value;
    const made = store.lines.value.find((l) => l.line === line)?.edits ?? [];
    const says = (/** @type {import("../core/types.js").EditMark} */ mark) =>
      mark.kind === "write" ? writeWords(mark.edit) : mark.words;
    // An undo is told by what it took back.
    const undone = (/** @type {any} */ edit) =>
      made
        .filter(({ n }) => n === edit.edit)
        .map(says)
        .join();
    const edits = strokes(made).map((mark) => ({
      ...mark,
      words: mark.kind === "undo" ? t("mark.undo", { what: undone(mark.edit) }) : says(mark),
      whole: mark.kind === "write" ? t("mark.hand", { what: mark.words }) : "",
    }));
    void head(store);
    const last = span();
    const width = group.clientWidth;
    const spots = edits.map((edit) => ({ edit, x: (edit.at / last) * width })).sort((a, b) => a.x - b.x);
    const key = JSON.stringify([spots.map(({ edit, x }) => [edit.n, edit.words, Math.round(x)]), width]);
    if (key === shown) return;
    shown = key;
    group.replaceChildren(
      ...room(spots, width).map(({ short, left }, i) => {
        const { edit, x } = spots[i];
        const words = t("mark.at", { what: edit.whole || edit.words, step: edit.at });
        const button = make(
          "button",
          {
            type: "button",
            class: `mark${left ? " left" : ""}${short ? " short" : ""}`,
            title: words,
            "aria-label": t("mark.go", { what: words }),
            onclick: () => void seek(store, edit.at, line),
          },
          edit.words,
        );
        button.style.left = `${x}px`;
        return button;
      }),
    );
    group.setAttribute("aria-label", edits.length ? t("mark.changes", { n: edits.length }) : t("mark.none"));
  };
  effect(place);
  new ResizeObserver(place).observe(group);
}
