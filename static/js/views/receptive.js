/**
 * What the place looked into can see of the picture: its field by formula, layer by layer, the size of the answer's
 * gradient by every pixel, and the pieces of the test pictures that its map answers most to.
 */

import { effect } from "@preact/signals-core";

import { picture } from "../core/canvas.js";
import { palette } from "../core/colour.js";
import { make, say } from "../core/dom.js";
import { fixed } from "../core/format.js";
import { said } from "../core/said.js";
import { want } from "../core/store.js";
import { t } from "../core/texts.js";
import { sentence } from "../marks/sentence.js";
import { putRaw, tables } from "../pictures/paint.js";
import { refresh } from "../pictures/refresh.js";
import { pictures } from "../pictures/state.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/types.js").Tensor} Tensor */

const PATCHES = 9;
const HEADS = /** @type {const} */ (["layer", "formula", "rule"]);

/** @param {HTMLElement} element @param {Store} store */
export function mount(element, store) {
  const { place, on, query } = pictures(store);
  const about = make("span", { class: "card-side" });
  const support = picture();
  support.canvas.className = "receptive-support";
  const table = make("table", { class: "receptive-table" });
  const patches = make("div", { class: "receptive-patches" });
  const empty = make("p", { class: "card-empty" }, t("receptive.empty"));
  const body = make(
    "div",
    { class: "receptive-body" },
    make("figure", {}, support.canvas, make("figcaption", {}, t("receptive.pixels"))),
    table,
    make("figure", { class: "receptive-most" }, patches, make("figcaption", {}, t("receptive.pieces"))),
  );
  const text = make("p", { class: "card-text" });
  element.replaceChildren(
    make("header", { class: "card-head" }, make("h3", {}, t("receptive.title")), about),
    empty,
    body,
    text,
  );

  // The river asks for the same while it is on screen; this card may be there alone.
  effect(() => {
    const at = on.value ? place.value : null;
    if (!at) return want(store, "receptive", null);
    const { layer, channel, y, x } = at;
    want(store, "receptive", { receptive: { ...query.value, layer, channel, y, x } });
  });
  effect(() => {
    void [store.frame.value, place.value, store.theme.value];
    show();
  });
  refresh(
    store,
    "patches",
    element,
    () => {
      const at = place.value;
      return on.value && at ? { layer: at.layer, channel: at.channel, count: PATCHES } : null;
    },
    ({ arrays, probes }) => {
      const stack = arrays.get("patches.patches");
      const values = arrays.get("patches.values");
      if (!stack || !values) return;
      const colours = tables(palette());
      const [count, channels, height, width] = stack.shape;
      const size = channels * height * width;
      patches.replaceChildren(
        ...Array.from({ length: count }, (_, i) => {
          const tile = picture();
          const raw = Object.assign(stack.subarray(i * size, (i + 1) * size), { shape: [channels, height, width] });
          putRaw(tile, /** @type {Tensor} */ (raw), colours);
          tile.canvas.title = t("receptive.answers", { value: fixed(values[i], 2) });
          tile.canvas.className = "receptive-patch";
          return tile.canvas;
        }),
      );
      patches.title = t("receptive.among", { n: probes.patches?.info?.count ?? 0 });
    },
  );

  function show() {
    const at = place.peek();
    const frame = store.frame.peek();
    const told = frame?.probes.receptive;
    const map = frame?.arrays.get("receptive.support");
    const known = Boolean(at && map && told?.info && told.query?.layer === at.layer);
    // Off the screen, and until the answer comes, what was shown stays: a card that shrinks moves the page.
    if (at && !known && empty.hidden) return;
    empty.hidden = known;
    body.hidden = !known;
    text.hidden = !known;
    say(about, known && at ? t("receptive.place", { layer: at.layer, row: at.y + 1, column: at.x + 1 }) : "");
    if (!known || !map || !told) return;
    const [channels, height, width] = map.shape;
    const n = height * width;
    const sums = Array.from({ length: n }, (_, i) => {
      let sum = 0;
      for (let c = 0; c < channels; c++) sum += map[c * n + i];
      return sum;
    });
    const most = Math.max(...sums) || 1;
    const { ink } = tables(palette());
    support.fill(width, height, (i) => ink[Math.round((255 * sums[i]) / most)]);
    const boxes = /** @type {any[]} */ (told.info.boxes);
    table.replaceChildren(
      make("tr", {}, ...HEADS.map((head) => make("th", { scope: "col" }, t(`receptive.${head}`)))),
      ...boxes.map(({ layer, size, lecture }) =>
        make(
          "tr",
          {},
          make("td", {}, layer === "input" ? t("receptive.picture") : layer),
          make("td", {}, size[0] === size[1] ? `${size[0]} × ${size[1]}` : `${size[0]} × ${size[1]}`),
          make("td", { class: lecture === size[0] ? "" : "off" }, String(lecture)),
        ),
      ),
    );
    const [high, low, left, right] = boxes[boxes.length - 1].box;
    const area = (low - high + 1) * (right - left + 1);
    const silent = most <= 0 || sums.every((v) => v === 0);
    sentence(
      text,
      silent
        ? t("receptive.silent")
        : t("receptive.says", {
            area,
            of: n,
            matter: sums.filter((v) => v > 0).length,
            more: said(told.info.sentence),
          }),
    );
  }
}
