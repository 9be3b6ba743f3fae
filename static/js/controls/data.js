/** Tiles of datasets, and the knobs of the chosen one. */

import { effect } from "@preact/signals-core";

import { field, fields, isNumber, ladderOf, options, word } from "../core/catalog.js";
import { restartWith, takeData } from "../core/change.js";
import { recipeWords } from "../core/recipes.js";
import { byId, make, mark } from "../core/dom.js";
import { fixed, percent } from "../core/format.js";
import { set } from "../core/session.js";
import { t } from "../core/texts.js";
import { choice, slider } from "./knob.js";
import { drawPencil, drawPoints } from "./thumbnail.js";

/** @typedef {import("../core/store.js").Store} Store */

const SHARES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/** @param {Store} store */
export function mountData(store) {
  const tiles = byId("data-tiles");
  // Pictures have no points to draw: their tiles are the image lab's.
  const kinds = Object.keys(options(store, "data")).filter((kind) => store.previews[kind]?.inputs);
  const pick = (/** @type {string} */ kind) => {
    if (kind === store.data.peek()) return;
    void restartWith(store, (experiment) => takeData(store, experiment, kind), word(kind), recipeWords(kind));
  };
  const buttons = kinds.map((kind) => {
    const canvas = make("canvas", { "aria-hidden": "true" });
    const says = store.catalog.families.data[kind]?.description ?? "";
    const button = make(
      "button",
      {
        id: `data-${kind}`,
        type: "button",
        role: "radio",
        class: "tile",
        "aria-label": word(kind),
        title: t("data.tile", { name: word(kind), says: says.split("\n")[0], brings: recipeWords(kind) }),
        onclick: () => pick(kind),
      },
      canvas,
    );
    tiles.append(button);
    const preview = store.previews[kind];
    const view = kind === "canvas" ? drawPencil(canvas) : preview && drawPoints(canvas, preview);
    effect(() => {
      void store.theme.value;
      view?.redraw();
    });
    return button;
  });
  effect(() => {
    const at = kinds.indexOf(store.data.value);
    buttons.forEach((button, i) => {
      mark(button, "aria-checked", i === at);
      button.tabIndex = i === Math.max(0, at) ? 0 : -1;
    });
  });
  // As in any group of radio buttons, arrows move; here only Enter or space chooses, since choosing starts anew.
  tiles.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const at = buttons.findIndex((button) => button === document.activeElement);
    if (by === undefined || at < 0) return;
    event.preventDefault();
    // A first visit shows the first of them only.
    const there = buttons.filter((button) => button.checkVisibility());
    there[(there.indexOf(buttons[at]) + by + there.length) % there.length].focus();
  });

  mountKnobs(store);
}

/** @param {Store} store */
function mountKnobs(store) {
  const place = byId("data-knobs");
  const noise = slider({
    id: "noise",
    label: t("data.noise"),
    ladder: [0, 0.1, 0.2, 0.3, 0.4, 0.5],
    words: (x) => fixed(x, 2),
    change: (value) => void set(store, "/data/noise", value),
  });
  const share = slider({
    id: "train-share",
    label: t("data.share"),
    says: t("data.share.says"),
    ladder: SHARES,
    words: (x) => percent(x, 0),
    change: (value) => void set(store, "/data/test_share", Number((1 - value).toFixed(6))),
  });
  share.element.classList.add("when-lab");
  const pieces = make("div", { class: "when-lab" });
  place.append(pieces, noise.element, share.element);
  mountPieces(store, pieces);
  effect(() => {
    const { data } = store.experiment.value;
    const found = field(store, "data", data.kind, "noise");
    noise.element.hidden = !found || !isNumber(found) || data.noise === undefined;
    if (found && data.noise !== undefined) {
      noise.element.title = store.catalog.families.data[data.kind]?.noise_says ?? found.says;
      noise.show(data.noise, { ladder: ladderOf(found, [0, 0.5]) });
    }
    share.element.hidden = data.test_share === undefined;
    if (data.test_share !== undefined) share.show(Number((1 - data.test_share).toFixed(6)));
  });
}

/** How many classes, rings, squares: the whole number that makes the set, one menu for each that it has.
 * @param {Store} store @param {HTMLElement} place */
function mountPieces(store, place) {
  let made = "";
  /** @type {(() => void)[]} */
  let shows = [];
  effect(() => {
    const { data } = store.experiment.value;
    if (data.kind !== made) {
      made = data.kind;
      shows = [];
      const own = fields(store, "data", made).filter(
        ({ name, live, default: start, low, high }) =>
          live === "reset" && Number.isInteger(start) && low !== null && high !== null && data[name] !== undefined,
      );
      const menus = own.map((f) => {
        const rungs = f.ladder.length
          ? f.ladder
          : Array.from({ length: Number(f.high) - Number(f.low) + 1 }, (_, i) => Number(f.low) + i);
        const change = (/** @type {string} */ value) =>
          void restartWith(store, ({ data: now }) => void (now[f.name] = Number(value)), `${value} ${word(f.name)}`);
        const menu = choice({
          id: `data-${f.name}`,
          label: word(f.name),
          says: t("data.pieces", { says: f.says }),
          options: Object.fromEntries(rungs.map((n) => [n, String(n)])),
          change,
        });
        shows.push(() => menu.show(String(store.experiment.value.data[f.name])));
        return menu.element;
      });
      place.replaceChildren(...menus);
      place.hidden = menus.length === 0;
    }
    for (const show of shows) show();
  });
}
