/**
 * The strip: the loss of the whole run, and on it the playhead. Dragging travels in time; what lies ahead stays,
 * pale, and so does what the server foresees; older lines stand behind as ghosts; every change left a mark.
 */

import { computed, effect, signal } from "@preact/signals-core";

import { surface } from "../core/canvas.js";
import { byId, make, mark, say } from "../core/dom.js";
import { loss } from "../core/format.js";
import { futures, valid } from "../core/future.js";
import { curve } from "../core/history.js";
import { pause, running, seek } from "../core/session.js";
import { head } from "../core/store.js";
import { t } from "../core/texts.js";
import { comesTo, lossAt } from "./strip-future.js";
import { reach, reachWall, valueAt } from "./strip-geometry.js";
import { draw } from "./strip-draw.js";
import { goalNow, withGoal } from "./strip-goal.js";
import { mountMarks } from "./strip-marks.js";
import { mountPreview } from "./strip-preview.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/future.js").Future} Future */

/** From this share of the width on the playhead would cross the words at the end. */
const NEAR_END = 0.84;

/** @param {Store} store */
export function mountStrip(store) {
  const strip = byId("strip");
  const canvas = /** @type {HTMLCanvasElement} */ (strip.querySelector("canvas"));
  const empty = /** @type {HTMLElement} */ (strip.querySelector(".strip-empty"));
  const end = /** @type {HTMLElement} */ (strip.querySelector(".strip-end"));
  const wall = /** @type {HTMLElement} */ (strip.querySelector(".strip-wall"));
  /** The step under a dragging hand, before the server has gone there. */
  const wish = signal(/** @type {number | null} */ (null));
  const goal = goalOn(store);

  const view = surface(canvas, (context, width, full) =>
    draw(store, wish.peek(), span(store, head(store)), goal.peek(), context, width, full),
  );

  effect(() => {
    const { step, state, divergence } = store.session.value;
    const far = head(store);
    const ahead = futures(store).tried.value ?? valid(store);
    void [store.theme.value, store.big.value, futures(store).plain.value, goal.value];
    view.redraw();
    empty.hidden = far > 0 || Boolean(ahead) || store.lines.value.some((l) => l.head > 0);
    const last = span(store, far);
    strip.dataset.last = String(last);
    const at = wish.value ?? step;
    // The words give way to the playhead: to its left, where it was drawn back; else they are not needed there.
    const near = at / last > NEAR_END;
    const back = step < far && state !== "running";
    end.style.right = near ? `calc(${100 * (1 - at / last)}% + 10px)` : "";
    const coming = state === "running" && near ? "" : aheadWords(store);
    say(
      end,
      coming || (!far ? "" : back ? t("strip.recorded", { step: far }) : near ? "" : t("strip.to", { step: last })),
    );
    end.classList.toggle("bad", Boolean(ahead?.divergence));
    strip.title = futures(store).plain.value?.sentence ?? "";
    mark(strip, "aria-valuemax", far);
    mark(strip, "aria-valuenow", at);
    const { line } = store.session.value;
    const train = curve(store.history, store.lines.value, line, "loss_mean");
    const known = valueAt(train.steps, train.values, at);
    mark(
      strip,
      "aria-valuetext",
      (known === null
        ? t("strip.at", { step: at, of: far })
        : t("strip.at.loss", { step: at, of: far, loss: loss(known) })) +
        (state === "running" || !ahead ? "" : `. ${spokenWords(ahead)}`),
    );
    wall.hidden = !divergence;
    end.hidden = Boolean(divergence);
    if (divergence) {
      wall.style.left = `calc(${(100 * far) / last}% + 10px)`;
      wall.replaceChildren(make("b", {}, "∞"), make("span", {}, t("step.at", { step: divergence.step })));
    }
  });

  const shownSpan = () => {
    void [futures(store).plain.value, futures(store).tried.value, goal.value];
    return span(store, head(store));
  };
  mountMarks(store, shownSpan);
  mountPreview(store, { strip, canvas, span: shownSpan, lossAt: (step) => known(store, step) });

  /** @param {PointerEvent} event */
  const stepAt = (event) => {
    const box = canvas.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    const far = head(store);
    return Math.min(far, Math.round(share * span(store, far)));
  };
  const travel = (/** @type {number} */ step) => {
    const to = Math.min(head(store), Math.max(0, step));
    wish.value = to;
    view.redraw();
    void seek(store, to).then(() => {
      if (wish.peek() === to && !strip.hasAttribute("data-held")) wish.value = null;
    });
  };

  strip.addEventListener("pointerdown", (event) => {
    if (event.button || !head(store)) return;
    strip.setPointerCapture(event.pointerId);
    strip.dataset.held = "";
    if (running(store)) void pause(store);
    travel(stepAt(event));
  });
  strip.addEventListener("pointermove", (event) => {
    if ("held" in strip.dataset) travel(stepAt(event));
  });
  for (const kind of ["pointerup", "pointercancel"]) {
    strip.addEventListener(kind, () => {
      delete strip.dataset.held;
      wish.value = null;
    });
  }
  return { travel: (/** @type {number} */ by) => travel((wish.peek() ?? store.session.peek().step) + by), to: travel };
}

/** The farthest step of any line: the ghosts stay in the picture. @param {Store} store @param {number} far */
const longest = (store, far) => store.lines.peek().reduce((most, line) => Math.max(most, line.head), far);

/** The last step in the picture. @param {Store} store @param {number} far */
function span(store, far) {
  if (store.session.peek().divergence && !futures(store).tried.peek()) return reachWall(far);
  const last = reach(Math.max(longest(store, far), valid(store)?.until ?? 0, futures(store).tried.peek()?.until ?? 0));
  return withGoal(last, goalOn(store).peek());
}

/** @type {WeakMap<Store, import("@preact/signals-core").ReadonlySignal<import("./strip-goal.js").Goal | null>>} */
const goals = new WeakMap();

/** @param {Store} store */
function goalOn(store) {
  let found = goals.get(store);
  if (!found) goals.set(store, (found = computed(() => goalNow(store))));
  return found;
}

/** What the pale curve is, or that it is not there. @param {Store} store */
function aheadWords(store) {
  const { plain, tried } = futures(store);
  const future = tried.value ?? valid(store);
  if (future?.divergence) return t("future.diverges", { step: future.divergence.step });
  if (tried.value) return t("future.tried", { step: tried.value.until });
  if (future) return t("future.drawn", { step: future.until });
  const { state, reason } = plain.value ?? {};
  if (state === "waiting" || reason === "crowded") return t("future.waits");
  return state === "off" && (reason === "cost" || reason === "memory") ? t("future.off") : "";
}

/** The same for those who do not see it. @param {Future} future */
function spokenWords(future) {
  if (future.divergence) return t("future.diverges", { step: future.divergence.step });
  const value = comesTo(future);
  return value === null ? "" : t("future.spoken", { step: future.from + future.loss.length, loss: loss(value) });
}

/** The train loss of a step, and whether it is yet to come. @param {Store} store @param {number} step
 * @returns {{loss: number | null, ahead: boolean}} */
function known(store, step) {
  const tried = futures(store).tried.peek();
  const far = head(store);
  if (step > far || (tried && step > tried.from)) {
    const future = tried ?? valid(store);
    return { loss: future ? lossAt(future, step) : null, ahead: true };
  }
  const train = curve(store.history, store.lines.peek(), store.session.peek().line, "loss_mean");
  return { loss: valueAt(train.steps, train.values, step), ahead: false };
}
