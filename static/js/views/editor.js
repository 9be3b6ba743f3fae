/**
 * The net of pictures as a chain to be edited: layers added, removed, moved, their fields changed; shapes and
 * parameters at once. What can change while it trains does; the rest starts again, and undo goes back.
 */

import { effect } from "@preact/signals-core";

import { fields, word } from "../core/catalog.js";
import { restartWith } from "../core/change.js";
import { make, say } from "../core/dom.js";
import { percent } from "../core/format.js";
import { edit, set } from "../core/session.js";
import { t } from "../core/texts.js";
import { pictures } from "../pictures/state.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/types.js").Field} Field */

/** What a layer of this kind needs to be put in. @type {Record<string, any>} */
const FRESH = {
  conv2d: { channels: 8, padding: "same" },
  local2d: { channels: 4, padding: "same" },
  dense: { units: 32 },
  residual: { body: [{ kind: "conv2d", channels: 8, padding: "same" }, { kind: "relu" }] },
  parallel: {
    branches: [[{ kind: "conv2d", channels: 4, kernel: 1 }], [{ kind: "conv2d", channels: 4, padding: "same" }]],
  },
};
const LEFT_OUT = new Set(["step", "prelu"]);
const HIDDEN = new Set(["name", "initializer", "body", "shortcut", "branches", "bias_start", "eps", "momentum"]);

/** @param {HTMLElement} element @param {Store} store */
export function mount(element, store) {
  const { on } = pictures(store);
  const about = make("span", { class: "card-side" });
  const chain = make("ol", { class: "editor-chain" });
  const text = make("p", { class: "card-text" });
  element.replaceChildren(
    make("header", { class: "card-head" }, make("h3", {}, t("editor.title")), about),
    chain,
    text,
  );

  let [built, building] = ["", false];
  effect(() => {
    if (!on.value) return;
    const { layers } = store.experiment.value.model;
    const shapes = store.layers.value;
    const signature = JSON.stringify([layers, shapes.map(({ shape }) => shape)]);
    if (signature === built) return;
    built = signature;
    const focused = document.activeElement?.getAttribute("data-at");
    // A field that goes with something typed in it tells of a change; nobody has made it.
    building = true;
    chain.replaceChildren(
      ...layers.flatMap((layer, i) => [inserter(i), card(layer, i, layers.length)]),
      inserter(layers.length),
    );
    building = false;
    if (focused) /** @type {HTMLElement | null} */ (chain.querySelector(`[data-at="${focused}"]`))?.focus();
    const parameters = store.parameters.value;
    say(about, t("editor.about", { n: layers.length, parameters }));
    const most = shapes.reduce((a, b) => (b.parameters > a.parameters ? b : a), shapes[0]);
    const busy = shapes.reduce((a, b) => (b.multiply_adds > a.multiply_adds ? b : a), shapes[0]);
    say(
      text,
      most && busy
        ? t("editor.most", {
            most: most.name,
            share: percent(most.parameters / Math.max(1, parameters), 0),
            busy: busy.name,
          })
        : "",
    );
  });

  /** @param {any} layer @param {number} i @param {number} count */
  function card(layer, i, count) {
    const told = store.layers.peek().find(({ name }) => name === layer.name);
    const move = (/** @type {number} */ by) => () =>
      void edit(store, { kind: "layer_move", layer: layer.name, index: i + by });
    const tool = (/** @type {string} */ sign, /** @type {string} */ says, /** @type {() => void} */ act, off = false) =>
      make(
        "button",
        {
          type: "button",
          "aria-label": says,
          title: says,
          disabled: off,
          onclick: act,
          "data-at": `${layer.name}/${sign}`,
        },
        sign,
      );
    return make(
      "li",
      { class: "editor-layer" },
      make(
        "div",
        { class: "editor-head" },
        make("strong", {}, word(layer.kind)),
        make("span", { class: "editor-name" }, layer.name),
        tool("←", t("editor.back", { layer: layer.name }), move(-1), i === 0),
        tool("→", t("editor.on", { layer: layer.name }), move(1), i === count - 1),
        tool(
          "×",
          t("editor.remove", { layer: layer.name }),
          () => void edit(store, { kind: "layer_remove", layer: layer.name }),
          count === 1,
        ),
      ),
      make(
        "div",
        { class: "editor-fields" },
        ...fields(store, "layer", layer.kind)
          .filter(({ name }) => !HIDDEN.has(name))
          .map((field) => control(layer, field)),
        ...inside(layer),
      ),
      make(
        "div",
        { class: "editor-shape" },
        make("code", {}, told ? `→ ${told.shape.join(" × ")}` : ""),
        make("span", {}, told?.parameters ? t("editor.parameters", { n: told.parameters }) : t("editor.none")),
      ),
    );
  }

  /** What a block holds, in short. @param {any} layer */
  function inside(layer) {
    const chains = layer.body
      ? [layer.body, ...(layer.shortcut?.length ? [layer.shortcut] : [])]
      : (layer.branches ?? []);
    return chains.map((/** @type {any[]} */ part) =>
      make(
        "span",
        { class: "editor-inside" },
        part.map(({ kind, channels }) => (channels ? `${word(kind)} ${channels}` : word(kind))).join(" → ") ||
          t("editor.asis"),
      ),
    );
  }

  /** @param {any} layer @param {Field} field */
  function control(layer, field) {
    const value = layer[field.name];
    const id = `edit-${layer.name}-${field.name}`;
    /** A layer is found by its name: others may have been put in before it. @param {any[]} layers */
    const own = (layers) => layers.findIndex(({ name }) => name === layer.name);
    const send = async (/** @type {any} */ next) => {
      if (field.live === "now")
        return set(store, `/model/layers/${own(store.experiment.peek().model.layers)}/${field.name}`, next);
      return restartWith(
        store,
        ({ model }) => {
          const found = model.layers[own(model.layers)];
          if (found) found[field.name] = next;
        },
        `${layer.name}: ${word(field.name)} ${shown(next)}`,
      );
    };
    /** What is refused does not stay in the field, as if it were so.
     * @param {any} next @param {() => void} back */
    const change = async (next, back) => {
      if (building) return;
      if (JSON.stringify(next) === JSON.stringify(value) || !(await send(next))) back();
    };
    const given =
      typeof value === "boolean"
        ? make("input", {
            type: "checkbox",
            id,
            checked: value,
            "data-at": id,
            onchange: (/** @type {any} */ { target }) => void change(target.checked, () => (target.checked = value)),
          })
        : make("input", {
            type: "text",
            id,
            value: shown(value),
            inputmode: "decimal",
            autocomplete: "off",
            size: 5,
            "data-at": id,
            onchange: (/** @type {any} */ { target }) =>
              void change(read(target.value, value), () => (target.value = shown(value))),
          });
    return make("label", { for: id, title: field.says }, make("span", {}, word(field.name)), given);
  }

  /** A place between two layers, where one can be put in. @param {number} index */
  function inserter(index) {
    const menu = make(
      "select",
      { "aria-label": t("editor.put", { place: index + 1 }), class: "editor-plus", "data-at": `plus-${index}` },
      make("option", { value: "" }, "+"),
      ...Object.keys(store.catalog.families.layer ?? {})
        .filter((kind) => !LEFT_OUT.has(kind))
        .map((kind) => make("option", { value: kind }, word(kind))),
    );
    menu.addEventListener("change", () => {
      const kind = menu.value;
      menu.value = "";
      if (kind) void edit(store, { kind: "layer_insert", index, layer: { kind, ...FRESH[kind] } });
    });
    return make("li", { class: "editor-gap" }, menu);
  }
}

/** @param {any} value */
const shown = (value) => (value === null ? "auto" : Array.isArray(value) ? value.join("×") : String(value));

/** What was typed, as the field takes it: a number, “3×5”, “same”, or auto. @param {string} text @param {any} before */
function read(text, before) {
  const clean = text.trim().toLowerCase();
  if (clean === "auto" || clean === "") return null;
  const parts = clean.split(/[×x,\s]+/).filter(Boolean);
  if (parts.length === 2 && parts.every((part) => /^\d+$/.test(part))) return parts.map(Number);
  const number = Number(clean.replace("−", "-"));
  return Number.isFinite(number) ? number : typeof before === "string" || /^[a-z]+$/.test(clean) ? clean : before;
}
