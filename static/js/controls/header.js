/** The header: which experiment, undo, colours, help. */

import { effect } from "@preact/signals-core";

import { word } from "../core/catalog.js";
import { byId, make, mark, say } from "../core/dom.js";
import { termList, termOf } from "../core/glossary.js";
import { allKeys, keyWords } from "../core/keys.js";
import { remember } from "../core/memory.js";
import { keepUndo, undo, undoWords } from "../core/undo.js";
import { t } from "../core/texts.js";
import { drawPoints } from "./thumbnail.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {{id: string, title: string, says: string, experiment: any}} Preset */

/** @param {Store} store @param {Preset[]} presets @param {(preset: Preset) => void} choose */
export function mountMenu(store, presets, choose) {
  const button = byId("experiment-menu");
  const list = byId("experiment-list");
  const show = (/** @type {boolean} */ open) => {
    list.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  };
  const items = presets.map((preset) => {
    const preview = store.previews[preset.experiment.data.kind];
    const canvas = preview?.sheet ? null : make("canvas", { "aria-hidden": "true" });
    const item = make(
      "button",
      {
        type: "button",
        class: "menu-item",
        role: "menuitem",
        id: `experiment-${preset.id}`,
        onclick: () => {
          show(false);
          button.focus();
          choose(preset);
        },
      },
      canvas ?? make("img", { src: preview?.sheet, alt: "" }),
      make("strong", {}, preset.title),
      make("span", {}, preset.says),
    );
    list.append(item);
    const view = canvas && preview && drawPoints(canvas, preview);
    effect(() => {
      void store.theme.value;
      view?.redraw();
    });
    return item;
  });

  button.addEventListener("click", () => {
    show(list.hidden === true);
    if (!list.hidden) items[0].focus();
  });
  list.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 2, ArrowUp: -2, ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === "Escape") {
      show(false);
      button.focus();
    }
    if (by === undefined) return;
    event.preventDefault();
    const at = items.findIndex((item) => item === document.activeElement);
    items[(at + by + items.length) % items.length].focus();
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (!list.hidden && target instanceof Node && !list.contains(target) && !button.contains(target)) show(false);
  });
}

/** The name of the experiment: a preset's while its dataset is on, else the dataset's.
 * @param {Store} store @param {{title: string, kind: string}} chosen */
export function nameExperiment(store, chosen) {
  let { title, kind } = chosen;
  effect(() => {
    const now = store.data.value;
    say(byId("experiment-name"), now === kind ? title : word(now));
  });
  return (/** @type {{title: string, kind: string}} */ next) => {
    ({ title, kind } = next);
    say(byId("experiment-name"), title);
  };
}

/** @param {Store} store */
export function mountUndo(store) {
  const button = byId("undo", HTMLButtonElement);
  keepUndo(store);
  button.addEventListener("click", () => void undo(store));
  effect(() => {
    const words = undoWords(store);
    button.disabled = words === null;
    const says = words === null ? t("header.nothing") : t("header.undoes", { words });
    mark(button, "title", says);
    mark(button, "aria-label", says);
  });
}

/** @param {Store} store */
export function mountTheme(store) {
  const root = document.documentElement;
  const button = byId("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  let own = false;
  const take = (/** @type {boolean} */ dark) => {
    root.dataset.theme = dark ? "dark" : "light";
    mark(button, "aria-pressed", dark);
    store.theme.value = dark ? "dark" : "light";
  };
  take(root.dataset.theme === "dark");
  const flip = () => {
    own = true;
    const dark = root.dataset.theme !== "dark";
    remember("theme", dark ? "dark" : "light");
    take(dark);
  };
  button.addEventListener("click", flip);
  system.addEventListener("change", ({ matches }) => {
    if (!own) take(matches);
  });
  return flip;
}

/** What stands in the help's list of marks, by the names of its texts. */
// prettier-ignore
const MARKS = /** @type {const} */ (["sign", "act", "test", "point", "square", "curve", "hatched", "pale", "step", "epoch"]);

/** The help: every key of the page, and what its marks mean. */
export function mountHelp() {
  const dialog = byId("help-dialog", HTMLDialogElement);
  const open = () => {
    const focus = document.activeElement;
    byId("keys").replaceChildren(
      ...allKeys().flatMap(({ keys, says }) => [
        make("dt", {}, ...keys.map((key) => make("span", {}, ...keyWords(key).map((part) => make("kbd", {}, part))))),
        make("dd", {}, says),
      ]),
    );
    byId("glossary").replaceChildren(
      ...MARKS.flatMap((mark) => [make("dt", {}, t(`mark.${mark}`)), make("dd", {}, t(`mark.${mark}.says`))]),
    );
    byId("terms").replaceChildren(...termList());
    const term = termOf(focus);
    dialog.showModal();
    // Asked for on something, the help opens at its term.
    term?.focus();
    term?.scrollIntoView({ block: "center" });
  };
  byId("help").addEventListener("click", open);
  return open;
}
