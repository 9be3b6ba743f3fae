/**
 * Plain and residual, side by side in lockstep: the same depth, the same data, the same rate. How both learn, and how
 * much of the gradient comes down to the first layers.
 */

import { computed, effect } from "@preact/signals-core";

import { palette } from "../core/colour.js";
import { byId, make, mark, say } from "../core/dom.js";
import { fixed, whole, percent } from "../core/format.js";
import { curve } from "../core/history.js";
import { t } from "../core/texts.js";
import { logTicks, scale, tickWords } from "../geometry/ticks.js";
import { open } from "../pictures/beside.js";
import { counterpart } from "../pictures/counterpart.js";
import { suggest } from "../pictures/folds.js";
import { pictures } from "../pictures/state.js";
import { recentMean } from "../geometry/chart.js";
import { drawn, makeCard } from "./card.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../pictures/beside.js").Beside} Beside */
/** @typedef {{steps: number[], values: number[]}} Curve */

const [LEFT, FOOT, TOP, BETWEEN] = [40, 22, 8, 62];
const DASH = [2, 4];
const BOTH = /** @type {const} */ (["plain", "residual"]);

/** @param {HTMLElement} element @param {Store} store */
export function mount(element, store) {
  const { on } = pictures(store);
  const card = makeCard(element, t("pair.title"), t("pair.means"));
  const other = computed(() => (on.value ? counterpart(store.experiment.value) : null));
  const start = make(
    "button",
    { type: "button", class: "outlined small", onclick: () => void press() },
    t("pair.train"),
  );
  const legend = make(
    "div",
    { class: "pair-legend" },
    make("span", { class: "pair-key" }, make("i", {}), t("pair.residual")),
    make("span", { class: "pair-key" }, make("i", { class: "dotted" }), t("pair.plain")),
    make("span", {}, t("pair.axes")),
  );
  const nets = make(
    "div",
    { class: "pair-nets" },
    ...BOTH.map((id) =>
      make(
        "button",
        // The menu's own item: the page's name changes with it.
        { type: "button", class: "outlined small", onclick: () => byId(`experiment-${id}`).click() },
        t(`preset.${id}`),
      ),
    ),
  );
  element.append(nets);
  element.querySelector(".card-about")?.append(start);
  element.querySelector(".card-frame")?.after(legend);

  /** @type {Awaited<ReturnType<typeof open>> | null} */
  let beside = null;
  /** @type {Beside | null} */
  let now = null;
  let going = false;
  let opening = false;

  async function press() {
    if (opening || !other.peek()) return;
    if (!beside?.isOpen()) {
      opening = true;
      start.disabled = true;
      now = null;
      try {
        beside = await open(store, /** @type {any} */ (other.peek()).experiment, hear);
      } catch (error) {
        store.notice.value = error instanceof Error ? error.message : String(error);
        return;
      } finally {
        opening = start.disabled = false;
      }
      going = false;
    }
    going = !going;
    beside.together(going);
    label();
  }
  function label() {
    say(start, t(going ? "pair.hold" : beside?.isOpen() ? "pair.on" : "pair.train"));
    mark(start, "aria-pressed", going);
  }
  /** @param {Beside} told */
  function hear(told) {
    now = told;
    if (!beside?.isOpen() && going) going = false;
    label();
    picture.redraw();
    tell();
  }

  const picture = drawn(card.canvas, (context, width, height) => {
    const p = palette();
    const half = (width - BETWEEN) / 2;
    const made = both();
    frameOf(context, p, 0, half, height);
    frameOf(context, p, half + BETWEEN, half, height);
    if (!made || !now?.step) {
      if (other.peek()) announce(context, p, half, height);
      return;
    }
    const { residual, plain, sizes } = made;
    const losses = [...residual.values, ...plain.values].filter((v) => v > 0 && Number.isFinite(v));
    chart(context, p, 0, half, height, losses, [0, Math.max(10, now.step)], (x, y) => {
      trace(
        context,
        plain.steps.map((s, i) => [x(s), y(plain.values[i])]),
        p.soft,
        DASH,
      );
      trace(
        context,
        residual.steps.map((s, i) => [x(s), y(residual.values[i])]),
        p.ink,
        [],
      );
    });
    const norms = [...sizes.residual, ...sizes.plain].filter((v) => v > 0);
    const count = Math.max(sizes.residual.length, sizes.plain.length);
    chart(context, p, half + BETWEEN, half, height, norms, [1, Math.max(2, count)], (x, y) => {
      trace(
        context,
        sizes.plain.map((v, i) => [x(i + 1), y(v)]),
        p.soft,
        DASH,
      );
      trace(
        context,
        sizes.residual.map((v, i) => [x(i + 1), y(v)]),
        p.ink,
        [],
      );
    });
  });

  // Another net, another session: the one beside it is let go.
  let owner = store.session.peek().id;
  effect(() => {
    const { id } = store.session.value;
    if (id === owner) return;
    owner = id;
    beside?.close();
    [beside, now, going] = [null, null, false];
    label();
    picture.redraw();
    tell();
  });
  effect(() => {
    card.rest(other.value ? "" : t("pair.quiet", { plain: t("preset.plain"), residual: t("preset.residual") }));
    start.hidden = legend.hidden = !other.value;
    nets.hidden = other.value !== null;
    mark(element, "data-empty", other.value === null);
    if (on.value) suggest("pair", other.value !== null);
    tell();
  });
  effect(() => {
    void [store.theme.value, store.session.value.step, store.history.version.value];
    picture.redraw();
  });

  /** The curves as they are by now: the residual net's, the plain one's.
   * @returns {{residual: Curve, plain: Curve, sizes: {residual: number[], plain: number[]}} | null} */
  function both() {
    const found = other.peek();
    if (!now || !found) return null;
    const { line } = store.session.peek();
    const own = until(curve(store.history, store.lines.peek(), line, "loss_mean"), now.step);
    const theirs = until(now.losses, now.step);
    return found.residual
      ? { residual: theirs, plain: own, sizes: { residual: now.norms, plain: now.own } }
      : { residual: own, plain: theirs, sizes: { residual: now.own, plain: now.norms } };
  }

  function tell() {
    const made = both();
    if (!made || !now?.step) {
      if (other.peek()) card.tell(t("pair.same"));
      return;
    }
    const [a, b] = [made.residual, made.plain].map((one) => recentMean(one, now?.step ?? 0, 20));
    const words = t("pair.losses", { n: now.step, residual: fixed(a, 2), plain: fixed(b, 2) });
    const [r, q] = [kept(made.sizes.residual), kept(made.sizes.plain)];
    card.tell(
      r === null || q === null ? words : `${words} ${t("pair.gradients", { residual: change(r), plain: change(q) })}`,
    );
  }
}

/** @param {Curve} curve @param {number} step @returns {Curve} */
function until({ steps, values }, step) {
  const end = steps.findIndex((s) => s > step);
  return end < 0 ? { steps, values } : { steps: steps.slice(0, end), values: values.slice(0, end) };
}

/** The gradient's size at the first layer as a share of that at the last. @param {number[]} sizes */
const kept = (sizes) => {
  const last = sizes.at(-1);
  return sizes.length > 1 && last ? sizes[0] / last : null;
};

/** @param {number} share */
function change(share) {
  if (share < 0.001) return t("pair.vanishes");
  if (share < 0.9) return t("pair.shrinks", { share: percent(share, share < 0.1 ? 1 : 0) });
  return share > 1.1 ? t("pair.grows", { times: fixed(share, share < 10 ? 1 : 0) }) : t("pair.keeps");
}

/** @param {CanvasRenderingContext2D} context @param {import("../core/colour.js").Palette} p @param {number} left
 * @param {number} width @param {number} height */
function frameOf(context, p, left, width, height) {
  context.strokeStyle = p.line;
  context.beginPath();
  context.moveTo(left + LEFT, height - FOOT + 0.5);
  context.lineTo(left + width, height - FOOT + 0.5);
  context.stroke();
}

/** What each chart is for, before there is anything to draw. @param {CanvasRenderingContext2D} context
 * @param {import("../core/colour.js").Palette} p @param {number} half width of one @param {number} height */
function announce(context, p, half, height) {
  context.fillStyle = p.soft;
  context.textAlign = "left";
  const lines = [t("pair.empty.losses"), t("pair.empty.gradients")];
  lines.forEach((words, i) =>
    context.fillText(words, i * (half + BETWEEN) + LEFT + 6, height - FOOT - 14, half - LEFT),
  );
}

/** A chart with a logarithmic axis up. @param {CanvasRenderingContext2D} context
 * @param {import("../core/colour.js").Palette} p @param {number} left @param {number} width @param {number} height
 * @param {number[]} values @param {[number, number]} along
 * @param {(x: (v: number) => number, y: (v: number) => number) => void} inside */
function chart(context, p, left, width, height, values, along, inside) {
  if (!values.length) return;
  const [low, high] = [Math.max(Math.min(...values), 1e-12) * 0.8, Math.max(...values) * 1.2];
  const y = scale(low, high, height - FOOT, TOP, true);
  const x = scale(along[0], along[1], left + LEFT, left + width - 6);
  context.fillStyle = p.soft;
  context.strokeStyle = p.line;
  for (const tick of logTicks(low, high)) {
    context.beginPath();
    context.moveTo(left + LEFT, y(tick));
    context.lineTo(left + width, y(tick));
    context.stroke();
    context.textAlign = "right";
    context.fillText(tickWords(tick), left + LEFT - 6, y(tick));
  }
  context.textAlign = "left";
  context.fillText(whole(along[0]), x(along[0]), height - 8);
  context.textAlign = "right";
  context.fillText(whole(along[1]), x(along[1]), height - 8);
  inside(x, y);
}

/** @param {CanvasRenderingContext2D} context @param {number[][]} points @param {string} colour @param {number[]} dash */
function trace(context, points, colour, dash) {
  context.save();
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.setLineDash(dash);
  context.beginPath();
  points.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.stroke();
  context.restore();
}
