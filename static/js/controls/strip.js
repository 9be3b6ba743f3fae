/**
 * The strip: the loss of the whole run, and on it the playhead. Dragging travels in time; what lies ahead stays,
 * pale, and so does what the server foresees; older lines stand behind as ghosts; every change left a mark.
 */

import { effect, signal } from "@preact/signals-core";

import { surface } from "../core/canvas.js";
import { palette } from "../core/colour.js";
import { byId, make, mark, say } from "../core/dom.js";
import { loss } from "../core/format.js";
import { futures, valid } from "../core/future.js";
import { curve, firstAfter } from "../core/history.js";
import { pause, running, seek } from "../core/session.js";
import { head } from "../core/store.js";
import { t } from "../core/texts.js";
import { after, comesTo, foreseen, lossAt } from "./strip-future.js";
import { bins, height, reach, reachWall, top, valueAt } from "./strip-geometry.js";
import { mountMarks } from "./strip-marks.js";
import { mountPreview } from "./strip-preview.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/future.js").Future} Future */
/** @typedef {{steps: number[], values: number[]}} Curve */

const [ABOVE, BELOW] = [9, 14];
/** Lines are this much wider for a projector. */
const WIDER = 2;
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

  const view = surface(canvas, (context, width, full) => draw(store, wish.peek(), context, width, full));

  effect(() => {
    const { step, state, divergence } = store.session.value;
    const far = head(store);
    const ahead = futures(store).tried.value ?? valid(store);
    void [store.theme.value, store.big.value, futures(store).plain.value];
    view.redraw();
    empty.hidden = far > 0 || Boolean(ahead) || store.lines.value.some((l) => l.head > 0);
    const last = span(store, far);
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
      wall.replaceChildren(make("b", {}, "∞"), t("step.at", { step: divergence.step }));
    }
  });

  const shownSpan = () => {
    void [futures(store).plain.value, futures(store).tried.value];
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
  return reach(Math.max(longest(store, far), valid(store)?.until ?? 0, futures(store).tried.peek()?.until ?? 0));
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

/** @param {Store} store @param {number | null} wish @param {CanvasRenderingContext2D} context
 * @param {number} width @param {number} full */
function draw(store, wish, context, width, full) {
  const p = palette();
  const { line, step, divergence } = store.session.peek();
  const lines = store.lines.peek();
  const train = curve(store.history, lines, line, "loss_mean");
  const test = curve(store.history, lines, line, "test_loss");
  const far = Math.max(step, train.steps.at(-1) ?? 0);
  const last = span(store, far);
  const ghosts = lines.filter((l) => l.line !== line).map((l) => store.history.line(l.line));
  const longestGhost = ghosts.find((ghost) => ghost?.loss_mean?.length);
  const future = valid(store);
  const tried = futures(store).tried.peek();
  const coming = future && foreseen(future, Math.max(far, future.way[2] ?? 0), last, width);
  const all = [...train.values, ...(coming?.values ?? [])];
  const most = top(all.length ? all : evaluated(longestGhost?.step ?? [], longestGhost?.loss_mean ?? []).values);
  const base = full - BELOW;
  const x = (/** @type {number} */ at) => (at / last) * width;
  const y = (/** @type {number} */ value) => base - height(value, most) * (base - ABOVE);

  const wider = store.big.peek() ? WIDER : 1;
  context.lineWidth = wider;
  context.strokeStyle = p.line;
  context.setLineDash(train.steps.length ? [] : [1.5, 5]);
  if (!train.steps.length) context.strokeStyle = p.faint;
  stroke(context, [
    [0, base + 0.5],
    [width, base + 0.5],
  ]);

  /** @param {Curve} c @param {string} colour @param {number} alpha @param {number[]} dash @param {number} wide */
  const trace = (c, colour, alpha, dash, wide) => {
    context.globalAlpha = alpha;
    context.strokeStyle = colour;
    context.lineWidth = wide * wider;
    context.lineJoin = "round";
    context.setLineDash(dash);
    stroke(
      context,
      bins(c.steps, c.values, last, Math.ceil(width)).map(({ x: at, value }) => [at, y(value)]),
    );
    context.globalAlpha = 1;
  };

  for (const ghost of ghosts) {
    if (ghost) trace(evaluated(ghost.step, ghost.loss_mean ?? []), p.faint, 0.55, [], 1.2);
  }

  // What will come, and what would: under a hand the one is a memory behind the other.
  if (future && coming) {
    const pale = tried ? 0.18 : 0.4;
    const since = Math.max(far, future.way[2] ?? 0);
    trace(joined(train, coming, since), p.ink, pale, [], 1.5);
    trace(joined(test, after(future.test, since), since), p.test, pale + 0.1, [6, 3.5], 1.5);
    if (!tried) ending(context, future, x, y, p.warn, base);
  }
  if (tried) {
    const would = foreseen(tried, tried.from, last, width);
    trace(joined(train, would, tried.from), p.accent, 0.8, [], 1.7);
    trace(joined(test, tried.test, tried.from), p.test, 0.6, [6, 3.5], 1.5);
    ending(context, tried, x, y, p.warn, base);
  }

  const now = wish ?? step;
  for (const [c, colour, dash] of /** @type {[Curve, string, number[]][]} */ ([
    [test, p.test, [6, 3.5]],
    [train, p.ink, []],
  ])) {
    const cut = firstAfter(c.steps, now);
    trace({ steps: c.steps.slice(0, cut), values: c.values.slice(0, cut) }, colour, 1, dash, 1.9);
    const ahead = Math.max(0, cut - 1);
    if (cut < c.steps.length)
      trace({ steps: c.steps.slice(ahead), values: c.values.slice(ahead) }, colour, 0.32, dash, 1.9);
  }
  context.setLineDash([]);

  for (const edit of lines.find((l) => l.line === line)?.edits ?? []) {
    context.strokeStyle = p.faint;
    context.lineWidth = 1;
    stroke(context, [
      [x(edit.at), 4],
      [x(edit.at), base],
    ]);
    dot(context, x(edit.at), base, 3.4, p.card, p.accent, 1.8);
  }

  // The playhead stays inside the picture at both ends.
  const at = Math.min(width - 7, Math.max(7, x(now)));
  if (!far && !future) return;
  context.strokeStyle = divergence ? p.warn : p.ink;
  context.lineWidth = 2 * wider;
  stroke(context, [
    [at, 3],
    [at, base],
  ]);
  dot(context, at, base, full < 60 ? 8.5 : wider > 1 ? 10 : 7, p.ink, p.card, 1.5);
}

/** What follows, from the last point of what was. @param {Curve} was @param {Curve} next @param {number} at the step
 * where it goes on @returns {Curve} */
function joined(was, next, at) {
  const i = firstAfter(was.steps, at) - 1;
  if (i < 0 || !next.steps.length) return next;
  return { steps: [was.steps[i], ...next.steps], values: [was.values[i], ...next.values] };
}

/** Where a foreseen loss becomes infinite: a red cross at the end of its curve.
 * @param {CanvasRenderingContext2D} context @param {Future} future @param {(step: number) => number} x
 * @param {(loss: number) => number} y @param {string} colour @param {number} base */
function ending(context, { from, loss, divergence }, x, y, colour, base) {
  if (!divergence) return;
  const [at, high] = [x(from + loss.length), Math.max(ABOVE, Math.min(base - 6, y(loss[loss.length - 1] ?? Infinity)))];
  context.strokeStyle = colour;
  context.lineWidth = 2.4;
  for (const side of [-1, 1]) {
    stroke(context, [
      [at - 5, high - 5 * side],
      [at + 5, high + 5 * side],
    ]);
  }
  context.lineWidth = 1;
  context.setLineDash([2, 3]);
  stroke(context, [
    [at, high],
    [at, base],
  ]);
  context.setLineDash([]);
}

/** @param {number[]} steps @param {(number | null)[]} values @returns {Curve} */
function evaluated(steps, values) {
  const kept = steps.map((_, i) => i).filter((i) => values[i] != null);
  return { steps: kept.map((i) => steps[i]), values: kept.map((i) => Number(values[i])) };
}

/** @param {CanvasRenderingContext2D} context @param {number[][]} points */
function stroke(context, points) {
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} r
 * @param {string} fill @param {string} line @param {number} wide */
function dot(context, x, y, r, fill, line, wide) {
  context.beginPath();
  context.arc(x, y, r, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.strokeStyle = line;
  context.lineWidth = wide;
  context.fill();
  context.stroke();
}
