/**
 * The test pictures: the surest mistakes, who is taken for whom (every cell opens its pictures), and what the net is
 * most and least sure of. A picture, clicked, goes down the river.
 */

import { computed, effect, signal } from "@preact/signals-core";

import { picture } from "../core/canvas.js";
import { css, mix, palette, rgb } from "../core/colour.js";
import { byId, make, mark } from "../core/dom.js";
import { many, percent } from "../core/format.js";
import { sentence } from "../marks/sentence.js";
import { putRaw, tables } from "../pictures/paint.js";
import { refresh } from "../pictures/refresh.js";
import { pictures } from "../pictures/state.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/types.js").Frame} Frame */
/** @typedef {import("../core/types.js").Tensor} Tensor */

const SHOWN = 24;
const ORDERS = /** @type {const} */ ([
  ["wrong", "mistakes"],
  ["confusion", "confusion"],
  ["unsure", "least sure"],
  ["sure", "most sure"],
]);

/** @param {HTMLElement} element @param {Store} store */
export function mount(element, store) {
  const { shown, on } = pictures(store);
  const order = signal(/** @type {string} */ ("wrong"));
  /** The cell of the confusion matrix whose pictures are shown. */
  const cell = signal(/** @type {{target: number, said: number} | null} */ (null));

  const tabs = ORDERS.map(([name, words]) =>
    make(
      "button",
      {
        type: "button",
        class: "seg",
        onclick: () => {
          cell.value = null;
          order.value = name;
        },
      },
      words,
    ),
  );
  const sheet = make("div", { class: "tested-sheet" });
  const matrix = make("table", { class: "tested-matrix" });
  const frame = make("div", { class: "tested-frame" }, sheet, matrix);
  const text = make("p", { class: "card-text" });
  element.replaceChildren(
    make(
      "header",
      { class: "card-head" },
      make("h3", {}, "Test pictures"),
      make("span", { class: "card-about" }, make("span", { class: "segments" }, ...tabs)),
    ),
    frame,
    text,
  );

  const matrixOn = computed(() => order.value === "confusion" && cell.value === null);
  refresh(
    store,
    "mistakes",
    element,
    () => {
      if (!on.value || matrixOn.value) return null;
      const which = cell.value;
      if (which) return { order: "sure", target: which.target, answer_is: which.said, count: SHOWN };
      return { order: order.value, count: SHOWN };
    },
    showPictures,
  );
  refresh(store, "confusion", element, () => (on.value && matrixOn.value ? {} : null), showMatrix);
  effect(() => {
    tabs.forEach((tab, i) => mark(tab, "aria-pressed", ORDERS[i][0] === order.value));
    sheet.hidden = matrixOn.value;
    matrix.hidden = !matrixOn.value;
  });

  /** @param {Frame} answer */
  function showPictures({ arrays, probes }) {
    const stack = arrays.get("mistakes.pictures");
    const [said, target, sure, index] = ["said", "target", "sure", "index"].map((name) =>
      arrays.get(`mistakes.${name}`),
    );
    const { info } = probes.mistakes ?? {};
    if (!said || !target || !sure || !index) return;
    const names = info.class_names;
    const colours = tables(palette());
    sheet.replaceChildren(
      ...Array.from(said, (answer, i) => {
        const tile = picture();
        if (stack) putRaw(tile, part(stack, i), colours);
        const right = answer === target[i];
        const says = right ? names[answer] : `${names[target[i]]} → ${names[answer]}`;
        const words = right
          ? `A ${names[answer]}, ${percent(sure[i], 0)} sure`
          : `A ${names[target[i]]}, taken for ${names[answer]}, ${percent(sure[i], 0)} sure`;
        return make(
          "button",
          {
            type: "button",
            class: right ? "tested-picture" : "tested-picture wrong",
            title: `${words}. Click: send it down the river.`,
            "aria-label": `${words}: send it down the river`,
            onclick: () => {
              shown.value = { split: "test", index: index[i], drawing: null };
              byId("river").scrollIntoView();
            },
          },
          tile.canvas,
          make("span", {}, says),
          make("em", {}, percent(sure[i], 0)),
        );
      }),
    );
    const of = info.count < info.of ? `the first ${info.count} of ${info.of}` : `${info.count}`;
    if (cell.peek()) {
      const { target: is, said: was } = /** @type {any} */ (cell.peek());
      sentence(text, `**${info.found}** of ${of} test pictures are ${names[is]} and taken for ${names[was]}.`);
    } else if (order.peek() === "wrong") {
      sentence(
        text,
        info.found
          ? `**${info.found}** of ${of} test pictures are answered wrong; the surest mistakes come first.`
          : `None of ${of} test pictures is answered wrong.`,
      );
    } else {
      const middle = sure[Math.min(sure.length - 1, SHOWN >> 1)];
      sentence(
        text,
        `Of ${of} test pictures these are the **${order.peek() === "sure" ? "most" : "least"} sure**, about ${percent(middle, 0)}.`,
      );
    }
  }

  /** @param {Frame} answer */
  function showMatrix({ arrays, probes }) {
    const counts = arrays.get("confusion.counts");
    const { info } = probes.confusion ?? {};
    if (!counts || !info) return;
    const names = info.class_names;
    const n = names.length;
    const p = palette();
    const [paper, ink] = [rgb(p.card), rgb(p.accent)];
    const off = Math.max(1, ...Array.from(counts).filter((_, i) => i % (n + 1)));
    let worst = { count: 0, target: 0, said: 0 };
    matrix.replaceChildren(
      make("caption", {}, "rows: what it is · columns: what the net says"),
      make("tr", {}, make("td", {}), ...names.map((/** @type {string} */ name) => make("th", { scope: "col" }, name))),
      ...names.map((/** @type {string} */ name, /** @type {number} */ target) =>
        make(
          "tr",
          {},
          make("th", { scope: "row" }, name),
          ...names.map((/** @type {string} */ other, /** @type {number} */ said) => {
            const count = counts[target * n + said];
            if (target !== said && count > worst.count) worst = { count, target, said };
            const button = make(
              "button",
              {
                type: "button",
                disabled: !count,
                title: `${many(count, "picture")} of ${name} taken for ${other}`,
                "aria-label": `${name} taken for ${other}: ${count}`,
                onclick: () => (cell.value = { target, said }),
              },
              count ? String(count) : "",
            );
            const share = target === said ? 0.18 : count ? 0.25 + (0.6 * count) / off : 0;
            button.style.background = css(mix(paper, target === said ? rgb(p.line) : ink, target === said ? 1 : share));
            if (share > 0.6) button.style.color = "#ffffff";
            return make("td", {}, button);
          }),
        ),
      ),
    );
    const of = info.count < info.of ? `the first ${info.count} of ${info.of}` : `${info.count}`;
    sentence(
      text,
      worst.count
        ? `Of ${of} test pictures, **${names[worst.target]}** is taken for **${names[worst.said]}** most often: ${worst.count} times. A cell opens its pictures.`
        : `All of ${of} test pictures are on the diagonal: no class is taken for another.`,
    );
  }
}

/** One picture of a stack. @param {Tensor} stack @param {number} i @returns {Tensor} */
function part(stack, i) {
  const [, channels, height, width] = stack.shape;
  const size = channels * height * width;
  return /** @type {Tensor} */ (
    Object.assign(stack.subarray(i * size, (i + 1) * size), { shape: [channels, height, width] })
  );
}
