/**
 * The strip: the loss of the whole run, and on it the playhead. Dragging travels in time; what lies ahead stays,
 * pale; older lines stand behind as ghosts; every change left a mark.
 */

import { effect, signal } from "@preact/signals-core";

import { surface } from "../core/canvas.js";
import { palette } from "../core/colour.js";
import { byId, make, mark, say } from "../core/dom.js";
import { fixed, loss, many, whole } from "../core/format.js";
import { curve, firstAfter } from "../core/history.js";
import { pause, running, seek } from "../core/session.js";
import { head } from "../core/store.js";
import { bins, height, reach, reachWall, room, top, valueAt } from "./strip-geometry.js";

/** @typedef {import("../core/store.js").Store} Store */
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
    void [store.theme.value, store.big.value];
    view.redraw();
    empty.hidden = far > 0 || store.lines.value.some((l) => l.head > 0);
    const last = span(store, far);
    const at = wish.value ?? step;
    // The words give way to the playhead: to its left, where it was drawn back; else they are not needed there.
    const near = at / last > NEAR_END;
    const back = step < far && state !== "running";
    end.style.right = near ? `calc(${100 * (1 - at / last)}% + 10px)` : "";
    say(end, !far ? "" : back ? `recorded to ${whole(far)}` : near ? "" : `to step ${whole(last)}`);
    mark(strip, "aria-valuemax", far);
    mark(strip, "aria-valuenow", at);
    const { line } = store.session.value;
    const train = curve(store.history, store.lines.value, line, "loss_mean");
    const known = valueAt(train.steps, train.values, at);
    mark(
      strip,
      "aria-valuetext",
      `step ${whole(at)} of ${whole(far)}${known === null ? "" : `, train loss ${loss(known)}`}`,
    );
    wall.hidden = !divergence;
    end.hidden = Boolean(divergence);
    if (divergence) {
      wall.style.left = `calc(${(100 * far) / last}% + 10px)`;
      wall.replaceChildren(make("b", {}, "∞"), `step ${whole(divergence.step)}`);
    }
  });

  mountMarks(store);

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
const span = (store, far) => (store.session.peek().divergence ? reachWall(far) : reach(longest(store, far)));

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
  const most = top(
    train.values.length ? train.values : evaluated(longestGhost?.step ?? [], longestGhost?.loss_mean ?? []).values,
  );
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
  if (!far) return;
  context.strokeStyle = divergence ? p.warn : p.ink;
  context.lineWidth = 2 * wider;
  stroke(context, [
    [at, 3],
    [at, base],
  ]);
  dot(context, at, base, full < 60 ? 8.5 : wider > 1 ? 10 : 7, p.ink, p.card, 1.5);
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

/** A number written by hand, in a word. @param {{array: string, value: number}} edit */
const writeWords = ({ array, value }) => `${array.endsWith(".bias") ? "bias" : "weight"} ${fixed(value, 2)}`;

/** The changes along the way, as buttons: short words, whole words on hover, a click goes there.
 * @param {Store} store */
function mountMarks(store) {
  const group = byId("marks");
  let shown = "";
  const place = () => {
    const { line } = store.session.value;
    const made = store.lines.value.find((l) => l.line === line)?.edits ?? [];
    const says = (/** @type {import("../core/types.js").EditMark} */ mark) =>
      mark.kind === "write" ? writeWords(mark.edit) : mark.words;
    // An undo is told by what it took back.
    const undone = (/** @type {any} */ edit) =>
      made
        .filter(({ n }) => n === edit.edit)
        .map(says)
        .join();
    const edits = made.map((mark) => ({
      ...mark,
      words: mark.kind === "undo" ? `undo ${undone(mark.edit)}` : says(mark),
      whole: mark.kind === "write" ? `${mark.words}, by hand` : "",
    }));
    const last = span(store, head(store));
    const width = group.clientWidth;
    const spots = edits.map((edit) => ({ edit, x: (edit.at / last) * width })).sort((a, b) => a.x - b.x);
    const key = JSON.stringify([spots.map(({ edit, x }) => [edit.n, edit.words, Math.round(x)]), width]);
    if (key === shown) return;
    shown = key;
    group.replaceChildren(
      ...room(spots, width).map(({ short, left }, i) => {
        const { edit, x } = spots[i];
        const words = `${edit.whole || edit.words}, at step ${whole(edit.at)}`;
        const button = make(
          "button",
          {
            type: "button",
            class: `mark${left ? " left" : ""}${short ? " short" : ""}`,
            title: words,
            "aria-label": `${words}: go there`,
            onclick: () => void seek(store, edit.at, line),
          },
          edit.words,
        );
        button.style.left = `${x}px`;
        return button;
      }),
    );
    group.setAttribute("aria-label", edits.length ? many(edits.length, "change") : "No changes yet");
  };
  effect(place);
  new ResizeObserver(place).observe(group);
}
