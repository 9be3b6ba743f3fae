/**
 * One example on its way through the net: every layer's numbers, the formula of one unit with the real numbers, and at
 * the end its loss. Left and right go from layer to layer, up and down from unit to unit.
 */

import { computed, effect, signal } from "@preact/signals-core";

import { columns } from "../cards/layers.js";
import { palette, mix, css, rgb } from "../core/colour.js";
import { make, mark, say } from "../core/dom.js";
import { fixed } from "../core/format.js";
import { want } from "../core/store.js";
import { t } from "../core/texts.js";
import { className } from "../geometry/columns.js";
import { sentence } from "../marks/sentence.js";
import { pictures } from "../pictures/state.js";
import { formula, lossFormula, says } from "../sentences/passage.js";
import { makeCard } from "./card.js";

/** @typedef {import("../core/store.js").Store} Store */

/** More answers of a layer are not drawn; the rest is said. */
const MOST = 24;

/** @param {HTMLElement} element @param {Store} store @returns {() => void} */
export function mount(element, store) {
  const steps = make("div", {
    class: "passage-steps",
    role: "tablist",
    "aria-label": t("cards.layers"),
    "data-arrows": "",
  });
  const units = make("div", {
    class: "passage-units",
    role: "listbox",
    "aria-label": t("cards.answers"),
    "data-arrows": "",
  });
  const sum = make("p", { class: "passage-sum" });
  const body = make("div", { class: "passage" }, steps, units, sum);
  const card = makeCard(element, t("card.passage"), t("cards.passage.asks"), body);
  const { on, shown } = pictures(store);
  const chosen = signal({ split: /** @type {"train" | "test"} */ ("test"), index: 0 });
  /** Which layer and unit are looked at; "" is the input, null the loss. */
  const layer = signal(/** @type {string | null} */ (null));
  const unit = signal(0);

  const go = (/** @type {number} */ by) => () => {
    const metrics = store.session.peek().metrics;
    const { split, index } = chosen.peek();
    const points = store.points.peek();
    const of = points
      ? points.test.reduce((n, test) => n + Number(test === (split === "test" ? 1 : 0)), 0)
      : (metrics[`${split}_count`] ?? 100);
    chosen.value = { split, index: (((index + by) % of) + of) % of };
  };
  const words = make("button", {
    type: "button",
    class: "card-choice",
    title: t("cards.split"),
    onclick: () => (chosen.value = { split: chosen.peek().split === "test" ? "train" : "test", index: 0 }),
  });
  const arrow = (/** @type {string} */ sign, /** @type {string} */ name, /** @type {number} */ by) =>
    make("button", { type: "button", class: "card-choice step", "aria-label": name, onclick: go(by) }, sign);
  card.head.append(arrow("‹", t("cards.before"), -1), words, arrow("›", t("cards.next"), 1));

  /** The example of the batch that is chosen on the network, as a training point; of pictures the one on its way. */
  const query = computed(() => {
    if (on.value) {
      const { split, index, drawing } = shown.value;
      return drawing ? { drawing } : { split, index };
    }
    const { example } = store.selection.value;
    const where = example === null ? undefined : store.frame.value?.arrays.get("masks.batch.index")?.[example];
    const points = store.points.value;
    if (where === undefined || !points || points.test[where]) return chosen.value;
    let index = 0;
    for (let i = 0; i < where; i++) index += points.test[i] ? 0 : 1;
    return { split: /** @type {"train"} */ ("train"), index };
  });
  const info = () => store.frame.value?.probes.passage?.info;

  /** Everything that can be chosen, from the input to the loss. @returns {{name: string | null, words: string}[]} */
  function stops() {
    const layers = /** @type {{name: string, kind: string}[]} */ (info()?.layers ?? []);
    const ends = info()?.loss == null ? [] : [{ name: null, words: t("cards.lossstop") }];
    return [{ name: "", words: t("cards.input") }, ...layers.map(({ name }) => ({ name, words: name })), ...ends];
  }

  /** @param {string | null} name */
  function stop(name) {
    layer.value = name;
    unit.value = 0;
  }

  let fresh = true;

  /** Keys of both lists: across the layers, down the units. @param {KeyboardEvent} event */
  function keys(event) {
    const all = stops();
    const at = all.findIndex(({ name }) => name === layer.peek());
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const down = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (by) stop(all[Math.max(0, Math.min(all.length - 1, at + by))].name);
    else if (down) unit.value = Math.max(0, Math.min(numbers().length - 1, unit.peek() + down));
    else return;
    event.preventDefault();
    event.stopPropagation();
    const list = by ? steps : units.childElementCount ? units : steps;
    queueMicrotask(() => /** @type {HTMLElement | null} */ (list.querySelector('[tabindex="0"]'))?.focus());
  }
  body.addEventListener("keydown", keys);

  /** What the chosen layer answers. @returns {number[]} */
  function numbers() {
    const name = layer.value;
    const array = name === null ? null : store.frame.value?.arrays.get(`passage.${name || "input"}`);
    return array ? Array.from(array.slice(0, 4096)) : [];
  }

  /** Buttons as many as there are, reused. @param {HTMLElement} list @param {number} n
   * @param {(i: number) => HTMLElement} build */
  function keep(list, n, build) {
    while (list.children.length > n) list.lastElementChild?.remove();
    for (let i = list.children.length; i < n; i++) list.append(build(i));
    return /** @type {HTMLElement[]} */ ([...list.children]);
  }

  function show() {
    const told = info();
    const all = stops();
    // At first the last layer: what is said, and why.
    if (fresh || !all.some(({ name }) => name === layer.peek())) stop(told?.layers?.at(-1)?.name ?? "");
    fresh = false;
    keep(steps, all.length, (i) =>
      make("button", { type: "button", role: "tab", onclick: () => stop(stops()[i]?.name ?? null) }),
    ).forEach((one, i) => {
      const here = all[i].name === layer.value;
      say(one, all[i].words);
      mark(one, "aria-selected", here);
      one.tabIndex = here ? 0 : -1;
      // Of many layers the chosen one is in view.
      if (
        here &&
        (one.offsetLeft < steps.scrollLeft || one.offsetLeft + one.offsetWidth > steps.scrollLeft + steps.clientWidth)
      )
        steps.scrollLeft = one.offsetLeft - steps.clientWidth / 3;
    });
    const values = numbers();
    const seen = values.slice(0, MOST);
    const p = palette();
    const most = Math.max(1e-9, ...seen.map(Math.abs));
    const names = layer.value === "" && !on.value ? (columns(store)[0]?.names ?? []) : [];
    keep(units, seen.length, (i) =>
      make("button", { type: "button", role: "option", onclick: () => (unit.value = i) }),
    ).forEach((one, i) => {
      const here = i === unit.value && layer.value !== "";
      say(one, fixed(seen[i], 2));
      mark(one, "aria-selected", here);
      mark(
        one,
        "aria-label",
        t("cards.unitvalue", { name: names[i] ?? t("cards.unitn", { n: i + 1 }), value: fixed(seen[i], 3) }),
      );
      mark(one, "title", names[i] ?? t("cards.unitn", { n: i + 1 }));
      one.tabIndex = i === Math.min(unit.value, seen.length - 1) ? 0 : -1;
      const tint = mix(rgb(p.mid), rgb(seen[i] < 0 ? p.low : p.high), Math.min(1, Math.abs(seen[i]) / most) * 0.55);
      one.style.background = css(tint);
    });
    units.hidden = !seen.length;
    sentence(sum, told ? arithmetic(told, values) : "");
  }

  /** The line below: where the number comes from. @param {any} told @param {number[]} values */
  function arithmetic(told, values) {
    if (layer.value === null) {
      const kind = store.experiment.value.training.loss?.kind ?? "";
      return t("cards.sum.loss", { sum: lossFormula(kind, told) });
    }
    const more = values.length > MOST ? t("cards.sum.shown", { shown: MOST, n: values.length }) : "";
    if (layer.value === "") {
      const names = on.value ? t("cards.sum.pixels") : (columns(store)[0]?.names ?? []).join(", ");
      return `${t("cards.sum.comes", { names })}${more}`;
    }
    if (told.unit?.layer !== layer.value || told.unit.index !== unit.value) return "…";
    const kind = told.layers.find((/** @type {any} */ one) => one.name === layer.value)?.kind;
    const arrays = store.frame.value?.arrays;
    const [w, x] = ["weights", "sources"].map((name) => arrays?.get(`passage.${name}`));
    const terms = w && x ? Array.from(w, (v, i) => /** @type {[number, number]} */ ([v, x[i]])) : [];
    const sum = formula({ kind, terms, ...told.unit });
    return `${values.length > 1 ? t("cards.sum.unit", { n: unit.value + 1, sum }) : sum}${more}`;
  }

  const ends = [
    effect(() => {
      const asked = layer.value ? { layer: layer.value, unit: unit.value } : {};
      want(store, "passage", { passage: { ...query.value, ...asked } });
    }),
    effect(() => {
      const { split, index } = /** @type {any} */ (query.value);
      const n = index + 1;
      const point = split === "test" ? t("cards.testpoint", { n }) : t("cards.trainpoint", { n });
      const picture = split === "test" ? t("cards.testpicture", { n }) : t("cards.trainpicture", { n });
      say(words, split ? (on.value ? picture : point) : t("cards.drawing"));
      for (const one of card.head.querySelectorAll("button")) one.disabled = on.value;
    }),
    effect(() => {
      void [store.theme.value, store.layers.value];
      const told = info();
      const problem = store.frame.value?.probes.passage?.problem;
      // A unit, a layer that is gone.
      if (problem && layer.value) stop(null);
      card.rest(told ? "" : t("cards.wait.numbers"));
      if (!told) return;
      show();
      const classes = store.previews[store.data.value]?.classes ?? 2;
      const classNames = store.points.value?.info ?? store.previews[store.data.value];
      const names =
        classes === 2 && !on.value
          ? [t("cards.orange"), t("cards.blue")]
          : Array.from(
              { length: classes },
              (_, k) => (on.value && classNames?.class_names?.[k]) || className(classNames, k),
            );
      card.says(says({ probabilities: told.probabilities, target: told.target, loss: told.loss, names }));
    }),
  ];
  return () => {
    for (const end of ends) end();
    want(store, "passage", null);
  };
}
