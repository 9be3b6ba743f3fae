/**
 * How steeply the loss curved at the steps where it was asked, and the limit that the learning rate set to it.
 */

import { computed, effect } from "@preact/signals-core";

import { why } from "../cards/facts.js";
import { deckOf } from "../cards/state.js";
import { palette } from "../core/colour.js";
import { curvatureAt, curvatureNow, curvatures } from "../core/curvature.js";
import { whole } from "../core/format.js";
import { way } from "../core/history.js";
import { running } from "../core/session.js";
import { head } from "../core/store.js";
import { t } from "../core/texts.js";
import { logTicks, scale, tickWords } from "../geometry/ticks.js";
import { says, wallOf } from "../sentences/curvature.js";
import { drawn, makeCard } from "./card.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/curvature.js").Curvature} Curvature */

const EDGE = { left: 44, right: 12, top: 8, bottom: 22 };
/** Where the curve is to have a point: of a run that this page has not seen, as after a reload. */
const SHARES = [1, 0, 0.5, 0.25, 0.75];
/** A rest of so many milliseconds before the past is asked about; nets that take longer to answer are spared. */
const [REST, LONG] = [900, 300];

/** What is known along the way to where the session stands, in order of steps. @param {Store} store */
function known(store) {
  const { line } = store.session.peek();
  const parts = way(store.lines.peek(), line).map((part) => (part.line === line ? { ...part, to: Infinity } : part));
  return parts.flatMap(({ line: number, from, to }) =>
    curvatures(store, number).filter(({ step, sharpness }) => step >= from && step <= to && sharpness > 0),
  );
}

/** @param {HTMLElement} element @param {Store} store @returns {() => void} */
export function mount(element, store) {
  const card = makeCard(element, t("card.curvature"), t("cards.curvature.asks"));
  const { facts } = deckOf(store);
  const quiet = computed(() => why("curvature", facts.value));
  let timer = 0;

  const picture = drawn(card.canvas, (context, width, height) => {
    const found = known(store);
    if (!found.length || quiet.peek()) return;
    const p = palette();
    const now = store.session.peek().step;
    const last = Math.max(10, now, found[found.length - 1].step);
    const walls = found.flatMap((one) => {
      const wall = wallOf(one);
      return wall === null ? [] : [{ step: one.step, wall }];
    });
    const ends = [...found.map(({ sharpness }) => sharpness), ...walls.map(({ wall }) => wall)];
    const [low, high] = [Math.min(...ends) / 2, Math.max(...ends) * 2];
    const x = scale(0, last, EDGE.left, width - EDGE.right);
    const y = scale(low, high, height - EDGE.bottom, EDGE.top, true);
    context.textAlign = "right";
    for (const value of logTicks(low, high)) {
      context.fillStyle = p.line;
      context.fillRect(EDGE.left, Math.round(y(value)), width - EDGE.left - EDGE.right, 1);
      context.fillStyle = p.soft;
      context.fillText(tickWords(value), EDGE.left - 7, y(value));
    }
    context.textAlign = "center";
    context.fillText("0", x(0), height - 8);
    context.textAlign = "right";
    context.fillText(whole(last), x(last), height - 8);
    if (walls.length) limit(context, p, walls, x, y);
    context.strokeStyle = context.fillStyle = p.ink;
    context.lineWidth = 2;
    context.lineJoin = "round";
    context.beginPath();
    for (const { step, sharpness } of found) context.lineTo(x(step), y(sharpness));
    context.stroke();
    for (const { step, sharpness } of found) {
      context.beginPath();
      context.arc(x(step), y(sharpness), 2.4, 0, 2 * Math.PI);
      context.fill();
    }
    context.lineWidth = 1.6;
    context.beginPath();
    context.moveTo(x(now), EDGE.top);
    context.lineTo(x(now), height - EDGE.bottom);
    context.stroke();
  });

  /** The wall, and the room beyond it. @param {CanvasRenderingContext2D} context
   * @param {import("../core/colour.js").Palette} p @param {{step: number, wall: number}[]} walls
   * @param {(step: number) => number} x @param {(value: number) => number} y */
  function limit(context, p, walls, x, y) {
    // It holds from the answer before on; the first one from the left edge, the last one to the right.
    const right = card.canvas.clientWidth - EDGE.right;
    const places = [{ ...walls[0], at: EDGE.left }, ...walls.map((one) => ({ ...one, at: x(one.step) }))];
    const line = [...places, { ...places[places.length - 1], at: right }].map(({ at, wall }) => [at, y(wall)]);
    context.fillStyle = p.warn;
    context.globalAlpha = 0.09;
    context.beginPath();
    context.moveTo(EDGE.left, EDGE.top);
    for (const [px, py] of line) context.lineTo(px, py);
    context.lineTo(right, EDGE.top);
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = p.warn;
    context.lineWidth = 1.8;
    context.setLineDash([6, 3.5]);
    context.beginPath();
    for (const [px, py] of line) context.lineTo(px, py);
    context.stroke();
    context.setLineDash([]);
    context.fillStyle = p.warn;
    context.textAlign = "right";
    const level = line[line.length - 1][1];
    context.fillText(t("cards.wall"), right - 7, level + (level < 26 ? 11 : -10));
  }

  function show() {
    const found = known(store);
    const { step } = store.session.peek();
    const here = found.findLast((one) => one.step <= step) ?? null;
    card.about(t("cards.about.curvature"));
    card.rest(quiet.peek() || (found.length ? "" : t("cards.begin.curvature")));
    if (!quiet.peek() && found.length) card.says(says(here));
    picture.redraw();
  }

  const seen = () => {
    const { top, bottom } = element.getBoundingClientRect();
    return element.checkVisibility() && bottom > 0 && top < window.innerHeight;
  };

  /** Asks, one after the other and while it rests, for what the curve lacks. */
  async function look() {
    const { id, line, divergence } = store.session.peek();
    const far = head(store);
    for (const share of SHARES) {
      const step = Math.round(share * far);
      const near = known(store).some((one) => Math.abs(one.step - step) <= far / 10);
      const still = store.session.peek().id === id && store.session.peek().line === line;
      if (near) continue;
      if (!still || running(store) || divergence || !seen()) return;
      const begun = performance.now();
      if (!(await curvatureAt(store, step))) return;
      show();
      if (performance.now() - begun > LONG) return;
    }
  }

  const ends = [
    effect(() => {
      void [store.theme.value, store.lines.value, curvatureNow(store).value, quiet.value];
      const { id, step, state, connection } = store.session.value;
      show();
      clearTimeout(timer);
      if (id && step && state !== "running" && connection === "open" && !quiet.value)
        timer = window.setTimeout(() => void look(), REST);
    }),
  ];
  return () => {
    clearTimeout(timer);
    for (const end of ends) end();
    picture.stop();
  };
}
