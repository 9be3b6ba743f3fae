/**
 * Pictures on the strip: at its end the field that training comes to, and under the pointer the field as it was, or
 * will be, at that step.
 */

import { computed, effect } from "@preact/signals-core";

import { surface } from "../core/canvas.js";
import { palette } from "../core/colour.js";
import { byId, mark, say } from "../core/dom.js";
import { loss, whole } from "../core/format.js";
import { futures, valid } from "../core/future.js";
import { planeQuery } from "../core/plane.js";
import { ask, running } from "../core/session.js";
import { t } from "../core/texts.js";
import { paintField } from "../field/paint.js";
import { columnsOf } from "../geometry/columns.js";
import { comesTo } from "./strip-future.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/types.js").Frame} Frame */

/** A pointer that rests so long (ms) asks for the step's own picture, unless one is as close as that share. */
const REST = 250;
const CLOSE = 1 / 100;
const CELLS = 40;
let looking = false;

/** @param {Store} store
 * @param {{strip: HTMLElement, canvas: HTMLElement, span: () => number,
 *   lossAt: (step: number) => {loss: number | null, ahead: boolean}}} parts */
export function mountPreview(store, { strip, canvas, span, lossAt }) {
  const columns = computed(() =>
    columnsOf(store.experiment.value, store.layers.value, store.points.value?.info.columns ?? ["x1", "x2"]),
  );
  const small = (/** @type {HTMLElement} */ place) => picture(store, place, () => columns.peek());

  const end = byId("future");
  const words = /** @type {HTMLElement} */ (end.querySelector("span"));
  const last = small(end);
  effect(() => {
    const { plain, tried, wanted } = futures(store);
    const future = tried.value ?? valid(store);
    void [store.theme.value, columns.value, plain.value];
    const key = future?.state === "diverged" ? null : (future?.pictures.at(-1) ?? null);
    mark(end, "aria-pressed", String(wanted.value));
    end.title = t(wanted.value ? "future.hide" : "future.show");
    end.hidden = plain.value?.state === "off" && plain.value.reason !== "diverged";
    document.documentElement.classList.toggle("no-future", end.hidden);
    end.classList.toggle("tried", Boolean(tried.value));
    last.show(key?.frame ?? null);
    const value = future && comesTo(future);
    say(words, future?.divergence ? "∞" : key ? whole(key.step) : "");
    end.classList.toggle("bad", Boolean(future?.divergence));
    mark(
      end,
      "aria-label",
      future?.divergence
        ? t("future.diverges", { step: future.divergence.step })
        : key && value !== null
          ? t("future.end", { step: key.step, loss: loss(value) })
          : t("future.none"),
    );
  });
  end.addEventListener("click", () => futures(store).toggle());

  const preview = byId("strip-preview");
  const when = /** @type {HTMLElement} */ (preview.querySelector("b"));
  const what = /** @type {HTMLElement} */ (preview.querySelector("span"));
  const then = small(preview);
  let rest = 0;
  let pointing = NaN;
  const hide = () => {
    preview.hidden = true;
    pointing = NaN;
    clearTimeout(rest);
  };

  strip.addEventListener("pointermove", (event) => {
    clearTimeout(rest);
    if (event.pointerType === "touch" || "held" in strip.dataset) hide();
    else show(event.clientX);
  });

  /** @param {number} pointer where it is, in the window @param {boolean} [asked] whether the server was asked already */
  function show(pointer, asked = false) {
    const box = canvas.getBoundingClientRect();
    const step = Math.round(Math.min(1, Math.max(0, (pointer - box.left) / box.width)) * span());
    const { loss: value, ahead } = lossAt(step);
    const key = futures(store).nearest(step);
    if (value === null && !key) {
      hide();
      return;
    }
    if (!asked && !ahead && Math.abs((key?.step ?? Infinity) - step) > span() * CLOSE)
      rest = window.setTimeout(
        () => void lookBack(store, step).then((found) => found && pointing === pointer && show(pointer, true)),
        REST,
      );
    say(when, t(ahead ? "future.will" : "future.was", { step }));
    say(what, value === null ? "" : t("future.loss", { loss: loss(value) }));
    const near = key && Math.abs(key.step - step) <= span() / 12 ? key : null;
    preview.classList.toggle("bare", !near);
    preview.dataset.step = near ? String(near.step) : "";
    preview.hidden = false;
    pointing = pointer;
    then.show(near?.frame ?? null);
    const half = preview.offsetWidth / 2;
    const x = Math.min(window.innerWidth - half - 8, Math.max(half + 8, pointer));
    preview.style.left = `${x - (preview.offsetParent?.getBoundingClientRect().left ?? 0)}px`;
  }
  for (const kind of ["pointerleave", "pointerdown", "pointercancel"]) strip.addEventListener(kind, hide);
}

/** Asks for the field as it was at a step, one at a time, and never while it trains: the way there is walked again.
 * @param {Store} store @param {number} step @returns {Promise<boolean>} whether there is a picture of it now */
async function lookBack(store, step) {
  if (looking || running(store) || store.experiment.peek().model.input.kind !== "plane") return false;
  const { id } = store.session.peek();
  looking = true;
  try {
    const frame = await ask(store, "boundary", { resolution: CELLS, ...planeQuery(store) }, step);
    if (id !== store.session.peek().id) return false;
    futures(store).keep(frame);
    return true;
  } catch {
    return false; // A step that cannot be reached has no picture; its loss stands there all the same.
  } finally {
    looking = false;
  }
}

/** A small field in a place that holds a canvas. @param {Store} store @param {HTMLElement} place
 * @param {() => import("../geometry/columns.js").Column[]} columns */
function picture(store, place, columns) {
  const canvas = /** @type {HTMLCanvasElement} */ (place.querySelector("canvas"));
  const paint = paintField();
  /** @type {Frame | null} */
  let frame = null;
  const view = surface(canvas, (context, width, height) => {
    if (!frame) return;
    paint(context, width, height, {
      frame,
      fine: null,
      unit: null,
      classes: store.points.peek()?.info.classes ?? 2,
      colours: palette(),
      inputs: null,
      columns: columns(),
    });
  });
  return {
    /** @param {Frame | null} now */
    show: (now) => {
      frame = now;
      place.classList.toggle("blank", !now);
      view.redraw();
    },
  };
}
