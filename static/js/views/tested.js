/**
 * The test pictures: the surest mistakes, who is taken for whom (every cell opens its pictures), and what the net is
 * most and least sure of. A picture, clicked, goes down the river.
 */

import { computed, effect, signal } from "@preact/signals-core";

import { picture } from "../core/canvas.js";
import { css, mix, palette, rgb } from "../core/colour.js";
import { byId, make, mark } from "../core/dom.js";
import { percent, whole } from "../core/format.js";
import { t } from "../core/texts.js";
import { sentence } from "../marks/sentence.js";
import { putRaw, tables } from "../pictures/paint.js";
import { refresh } from "../pictures/refresh.js";
import { pictures } from "../pictures/state.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/types.js").Frame} Frame */
/** @typedef {import("../core/types.js").Tensor} Tensor */

const SHOWN = 24;
const ORDERS = /** @type {const} */ (["wrong", "confusion", "unsure", "sure"]);

/** @param {HTMLElement} element @param {Store} store */
export function mount(element, store) {
  const { shown, on } = pictures(store);
  const order = signal(/** @type {string} */ ("wrong"));
  /** The cell of the confusion matrix whose pictures are shown. */
  const cell = signal(/** @type {{target: number, said: number} | null} */ (null));

  const tabs = ORDERS.map((name) =>
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
      t(`tested.${name}`),
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
      make("h3", {}, t("tested.title")),
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
    tabs.forEach((tab, i) => mark(tab, "aria-pressed", ORDERS[i] === order.value));
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
          ? t("tested.right", { is: names[answer], sure: percent(sure[i], 0) })
          : t("tested.taken", { is: names[target[i]], said: names[answer], sure: percent(sure[i], 0) });
        return make(
          "button",
          {
            type: "button",
            class: right ? "tested-picture" : "tested-picture wrong",
            title: t("tested.click", { words }),
            "aria-label": t("tested.send", { words }),
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
    const of = partOf(info);
    if (cell.peek()) {
      const { target: is, said: was } = /** @type {any} */ (cell.peek());
      sentence(text, t("tested.cell", { found: info.found, of, is: names[is], said: names[was] }));
    } else if (order.peek() === "wrong") {
      sentence(text, info.found ? t("tested.mistakes", { found: info.found, of }) : t("tested.none", { of }));
    } else {
      const middle = sure[Math.min(sure.length - 1, SHOWN >> 1)];
      sentence(
        text,
        t(order.peek() === "sure" ? "tested.surest" : "tested.unsurest", { of, sure: percent(middle, 0) }),
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
      make("caption", {}, t("tested.caption")),
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
                title: t("tested.count", { n: count, is: name, said: other }),
                "aria-label": t("tested.cell.label", { is: name, said: other, count }),
                onclick: () => (cell.value = { target, said }),
              },
              count ? whole(count) : "",
            );
            const share = target === said ? 0.18 : count ? 0.25 + (0.6 * count) / off : 0;
            button.style.background = css(mix(paper, target === said ? rgb(p.line) : ink, target === said ? 1 : share));
            if (share > 0.6) button.style.color = "#ffffff";
            return make("td", {}, button);
          }),
        ),
      ),
    );
    const of = partOf(info);
    sentence(
      text,
      worst.count
        ? t("tested.worst", { of, is: names[worst.target], said: names[worst.said], n: worst.count })
        : t("tested.diagonal", { of }),
    );
  }
}

/** How many test pictures were looked at, in words. @param {{count: number, of: number}} info */
const partOf = ({ count, of }) => (count < of ? t("tested.first", { count, of }) : whole(count));

/** One picture of a stack. @param {Tensor} stack @param {number} i @returns {Tensor} */
function part(stack, i) {
  const [, channels, height, width] = stack.shape;
  const size = channels * height * width;
  return /** @type {Tensor} */ (
    Object.assign(stack.subarray(i * size, (i + 1) * size), { shape: [channels, height, width] })
  );
}
