/**
 * The ways of the river: what comes from where, and what each source adds to the place looked into. An opened block
 * lies on a sheet of its own; a way past it runs below it.
 */

import { rounded } from "../core/canvas.js";
import { PAST, unitAt } from "./layout.js";
import { around, route, stroke } from "./routes.js";
import { comesFrom, looksAt } from "./strips.js";

/** @typedef {import("./layout.js").Box} Box */
/** @typedef {import("./layout.js").Placed} Placed */
/** @typedef {import("./scene.js").Moment} Moment */

const FADED = 0.25;
const SIGN = 9; // radius of the sign in which the ways of a block meet

const TURN = 40; // before it, where a chain's way bends

/** The sheets of the opened blocks, outer ones first. @param {CanvasRenderingContext2D} context @param {Moment} moment */
export function drawBlocks(context, { strips, placed, p }) {
  const ends = strips.flatMap(({ opened }, s) => (opened ? [s] : [])).sort((a, b) => strips[a].under - strips[b].under);
  for (const s of ends) {
    const inner = strips.flatMap(({ path }, i) => (path.startsWith(`${strips[s].opened}.`) ? [i] : []));
    if (!inner.length) continue;
    const left = Math.min(...inner.map((i) => placed[i].left)) - 20;
    const { head, top, height } = placed[s];
    rounded(context, left, head - 4, placed[s].left - SIGN - left - 12, top + height - head + 8, 10);
    context.fillStyle = p.card;
    context.fill();
    context.lineWidth = 1;
    context.strokeStyle = p.line;
    context.stroke();
  }
}

/** Thin ways: the picture to the first kernels and on to their maps, a map to its pooled map, into the chains of a
 * block and out; of the map under the pointer all. @param {CanvasRenderingContext2D} context @param {Moment} moment
 * @param {((s: number, k: number) => boolean) | null} lit */
export function drawWays(context, moment, lit) {
  const { strips, placed, p } = moment;
  context.lineWidth = 1;
  context.strokeStyle = p.faint;
  strips.forEach((strip, s) => {
    context.globalAlpha = lit ? FADED : 0.8;
    const [to] = [placed[s]];
    to.kernels.forEach((kernel, k) => {
      context.globalAlpha = !lit || lit(s, k) ? 0.8 : FADED;
      if (!firstOfRow(to, k)) stroke(context, straight(to.maps[k - 1], kernel));
      stroke(context, straight(kernel, to.maps[k]));
    });
    strip.froms.forEach((f, i) => {
      context.globalAlpha = lit ? FADED : 0.8;
      if (strip.opened) return drawEnd(context, placed[f], to, strip.past[i]);
      if (strip.within && strip.within !== strips[f].within) drawFan(context, placed[f], to);
      drawOwn(context, moment, s, f, lit);
    });
    if (strip.opened) drawSign(context, to, strip.kind === "residual" ? "+" : "≡", moment);
  });
  context.globalAlpha = 1;
}

/** The ways from map to map. @param {CanvasRenderingContext2D} context @param {Moment} moment @param {number} s
 * @param {number} f the strip they come from @param {((s: number, k: number) => boolean) | null} lit */
function drawOwn(context, { strips, placed, over }, s, f, lit) {
  const strip = strips[s];
  const [from, to] = [placed[f], placed[s]];
  const single = strip.kind.endsWith("pool2d") && from.maps.length === to.maps.length;
  const below = over?.layer === strips[f].path;
  to.maps.forEach((box, k) => {
    const hovered = lit !== null && over?.layer === strip.path && over.channel === k;
    const ends = /** @type {Box} */ (to.kernels[k] ?? box);
    context.globalAlpha = lit && !hovered && !(lit(s, k) && below) ? FADED : 0.8;
    // One straight line a row says it for all; of the map under the pointer its own way is shown.
    if (single && (hovered || below) && lit?.(s, k)) stroke(context, route(from.maps[k], ends, from, to));
    else if (single && !lit && firstOfRow(to, k)) stroke(context, straight(lastOfRow(from, box), box));
    else if (s === 1 && from.maps[0] && firstOfRow(to, k)) stroke(context, route(from.maps[0], ends, from, to));
    if (single || s === 1 || !lit) return;
    from.maps.forEach((source, j) => {
      const asked = hovered || (below && over?.channel === j);
      if (asked && comesFrom(strips, s, k, f, j)) stroke(context, route(source, box, from, to, laneOf(from, j)));
    });
  });
}

const middleOf = (/** @type {Placed} */ { top, height }) => top + height / 2;
const signAt = (/** @type {Placed} */ to) => ({ x: to.left - SIGN - 14, y: middleOf(to) });
/** How high a way past the block runs that ends at a strip. @param {Placed} to */
const pastAt = ({ top, height }) => top + height - PAST / 2 + 2;

/** From the end of a chain, or past all, to the sign of a block. @param {CanvasRenderingContext2D} context
 * @param {Placed} from @param {Placed} to @param {boolean} past */
function drawEnd(context, from, to, past) {
  const [start, end] = [{ x: from.left + from.width + 4, y: middleOf(from) }, signAt(to)];
  if (past) return stroke(context, around(start, end, pastAt(to)));
  const turn = Math.max(start.x, end.x - SIGN - TURN);
  stroke(context, [
    ["M", start.x, start.y],
    ["L", turn, start.y],
    ["C", turn + TURN / 2, start.y, end.x - TURN / 2, end.y, end.x - SIGN, end.y],
  ]);
}

/** Into a chain of an opened block. @param {CanvasRenderingContext2D} context @param {Placed} from @param {Placed} to */
function drawFan(context, from, to) {
  const [x, y, u, v] = [from.left + from.width + 4, middleOf(from), to.left - 6, middleOf(to)];
  stroke(context, [
    ["M", x, y],
    ["C", (x + u) / 2, y, (x + u) / 2, v, u, v],
  ]);
}

/** In which the ways of a block meet: a sum, or one behind the other. @param {CanvasRenderingContext2D} context
 * @param {Placed} to @param {string} sign @param {Moment} moment */
function drawSign(context, to, sign, { p }) {
  const { x, y } = signAt(to);
  stroke(context, [
    ["M", x + SIGN, y],
    ["L", to.left - 3, y],
  ]);
  context.globalAlpha = 1;
  context.beginPath();
  context.arc(x, y, SIGN, 0, 2 * Math.PI);
  context.fillStyle = p.paper;
  context.fill();
  context.stroke();
  context.fillStyle = p.ink;
  context.font = "600 14px Inter, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(sign, x, y + 1);
}

/** @param {Box} a @param {Box} b @returns {import("./routes.js").Piece[]} */
const straight = (a, b) => [
  ["M", a.x + a.width, a.y + a.height / 2],
  ["L", b.x, b.y + b.height / 2],
];

/** @param {Placed} strip @param {number} k */
const firstOfRow = (strip, k) => k === 0 || strip.maps[k].y > strip.maps[k - 1].y + 1;

/** The last map of the row that is at a map's height. @param {Placed} strip @param {Box} box */
const lastOfRow = ({ maps }, box) => {
  const middle = box.y + box.height / 2;
  return maps.findLast(({ y, height }) => y <= middle && middle <= y + height) ?? maps[0];
};

/** Which of the ways in its row's gap a map's is, counted from the middle. @param {Placed} strip @param {number} k */
function laneOf({ maps }, k) {
  const row = maps.filter(({ y }) => Math.abs(y - maps[k].y) < 1);
  return row.indexOf(maps[k]) - (row.length - 2) / 2;
}

/** What each source adds to the place looked into: width its size, colour its sign, the largest drawn last.
 * @param {CanvasRenderingContext2D} context @param {Moment} moment @param {number} alpha */
export function drawSources(context, { strips, placed, frame, at, p }, alpha) {
  const sources = frame?.arrays.get("window.sources");
  const told = frame?.probes.window;
  const t = at ? strips.findIndex(({ maker }) => maker === at.layer) : -1;
  if (!at || !sources || t < 1 || told?.query?.layer !== at.layer) return;
  const to = placed[t];
  const end = to.kernels[at.channel] ?? to.maps[at.channel] ?? unitBox(to, at.channel, strips[t].count);
  const most = Math.max(...Array.from(sources, Math.abs)) || 1;
  for (const { value, f, k, past } of sourcesAt(strips, t, at, told.info ?? {}, sources)) {
    const from = placed[f];
    if (!from.maps[k]) continue;
    const share = Math.abs(value) / most;
    context.lineWidth = 0.7 + 6 * share;
    context.globalAlpha = alpha * (0.2 + 0.65 * share);
    context.strokeStyle = value < 0 ? p.neg : p.pos;
    const { x, y, width, height } = from.maps[k];
    if (past)
      stroke(context, around({ x: x + width, y: y + height / 2 }, { x: end.x, y: end.y + end.height / 2 }, pastAt(to)));
    else stroke(context, route(from.maps[k], end, from, to, laneOf(from, k)));
  }
  context.globalAlpha = 1;
}

/** Which map of which strip adds what, the largest last. Of a block these are the ends of its chains: of a closed one
 * the shortcut alone can be shown, where it is the map below itself.
 * @param {import("./strips.js").Strip[]} strips @param {number} t @param {{channel: number}} at @param {any} info
 * @param {ArrayLike<number>} sources */
function sourcesAt(strips, t, { channel }, info, sources) {
  const { opened, opens, kind, froms, past } = strips[t];
  const list = Array.from(sources, (value, i) => ({ value, f: froms[0], k: (info.first ?? 0) + i, past: false }));
  if (opened && kind === "residual")
    list.forEach((one, i) => Object.assign(one, { f: froms[i], k: channel, past: past[i] }));
  else if (opened) {
    const i = froms.findIndex((_, j) => looksAt(strips, t, channel, info.first, j));
    list.forEach((one) => Object.assign(one, { f: froms[i], past: past[i] }));
  } else if (opens && kind === "residual")
    return list.flatMap((one, i) => (info.ways?.[i] === "" ? [{ ...one, k: channel }] : []));
  else if (opens) return info.ways?.[0] === "" ? list : [];
  return list.sort((a, b) => Math.abs(a.value) - Math.abs(b.value));
}

/** @param {Placed} strip @param {number} k @param {number} count @returns {Box} */
function unitBox(strip, k, count) {
  const { x, y } = unitAt(strip, k, count);
  return { x: x - 2, y: y - 4, width: 8, height: 8, size: 8 };
}
