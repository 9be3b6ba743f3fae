/**
 * Draws weights and biases: colour their sign, width their size, the weakest below.
 */

import { controls, crowdOpacity, heightAt, weightOpacity, weightWidth } from "../geometry/curves.js";
import { biasStub, sameWeight } from "./scene.js";

/** @typedef {import("../core/colour.js").Palette} Palette */
/** @typedef {import("../core/types.js").Unit} Unit */
/** @typedef {import("../core/types.js").Weight} Weight */
/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("./scene.js").Pair} Pair */

/** What is looked at: a unit's own links stay, others fade to a quarter.
 * @typedef {{unit: Unit | null, weight: Weight | null, pinned: Weight | null}} Focus */

const FADED = 0.25;

/** @param {CanvasRenderingContext2D} context @param {Scene} scene @param {Palette} palette @param {Focus} focus */
export function drawLinks(context, scene, palette, focus) {
  for (const pair of scene.pairs) {
    if (pair.weights) drawPair(context, scene, pair, palette, focus);
    else drawClosed(context, scene, pair, palette);
    if (scene.columns[pair.to].shortcut) drawShortcut(context, scene, pair, palette);
  }
}

/** @param {CanvasRenderingContext2D} context @param {Float32Array} ends @param {number} i */
function curve(context, ends, i) {
  const [x0, y0, x1, y1] = ends.subarray(4 * i, 4 * i + 4);
  const [a, b] = controls(x0, x1);
  context.beginPath();
  context.moveTo(x0, y0);
  context.bezierCurveTo(a, y0, b, y1, x1, y1);
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene @param {Pair} pair @param {Palette} palette
 * @param {Focus} focus */
function drawPair(context, scene, pair, palette, focus) {
  const { to, ends, order } = pair;
  const weights = /** @type {import("../core/types.js").Tensor} */ (pair.weights);
  const sources = scene.columns[to - 1].units;
  const [offFrom, offTo] = [scene.off[to - 1], scene.off[to]];
  const looked = focus.unit !== null || focus.weight !== null;
  const target = focus.unit?.layer === scene.columns[to].key ? focus.unit.unit : -1;
  const source = focus.unit?.layer === scene.columns[to - 1].key ? focus.unit.unit : -1;
  context.lineCap = "butt";
  order.forEach((i, rank) => {
    const w = weights[i];
    const [t, s] = [Math.floor(i / sources), i % sources];
    const own = !looked || t === target || s === source;
    curve(context, ends, i);
    if (offFrom?.[s] || offTo?.[t]) {
      context.globalAlpha = own ? 0.75 : 0.2;
      context.strokeStyle = palette.faint;
      context.lineWidth = 1;
      context.setLineDash([1.5, 5]);
      context.stroke();
      context.setLineDash([]);
      return;
    }
    // Whoever looks at a unit sees all of its own.
    const stays = looked && own ? 1 : crowdOpacity(rank, order.length);
    context.globalAlpha = weightOpacity(w) * stays * (own ? 1 : FADED);
    context.strokeStyle = w < 0 ? palette.neg : palette.pos;
    context.lineWidth = weightWidth(w);
    context.stroke();
  });
  context.globalAlpha = 1;
}

/** A block whose inside is more than one dense layer: grey ways in, no weights claimed.
 * @param {CanvasRenderingContext2D} context @param {Scene} scene @param {Pair} pair @param {Palette} palette */
function drawClosed(context, scene, { ends }, palette) {
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  for (let i = 0; i < ends.length / 4; i++) {
    curve(context, ends, i);
    context.stroke();
  }
}

/** The shortcut of a residual block: every unit leads straight on to itself.
 * @param {CanvasRenderingContext2D} context @param {Scene} scene @param {Pair} pair @param {Palette} palette */
function drawShortcut(context, { places }, { to }, palette) {
  const [from, here] = [places[to - 1], places[to]];
  context.strokeStyle = palette.ink;
  context.globalAlpha = 0.55;
  context.lineWidth = 1.2;
  context.setLineDash([5, 3]);
  for (let u = 0; u < Math.min(from.ys.length, here.ys.length); u++) {
    const [y0, y1] = [from.ys[u] - from.size * 0.4, here.ys[u] - here.size * 0.4];
    curve(context, Float32Array.of(from.x + from.size / 2, y0, here.x - here.size / 2, y1), 0);
    context.stroke();
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene @param {Palette} palette @param {Focus} focus */
export function drawBiases(context, scene, palette, focus) {
  const looked = focus.unit !== null || focus.weight !== null;
  scene.columns.forEach((column, c) => {
    const values = scene.biases[c];
    if (!values || !column.bias) return;
    for (let u = 0; u < column.units; u++) {
      const [from, to, y] = biasStub(scene.places[c], u);
      const b = values[u];
      const chosen = focus.weight?.array === column.bias && focus.weight.index[0] === u;
      const own = !looked || chosen || (focus.unit?.layer === column.key && focus.unit.unit === u);
      // Beside a speck of a unit its bias is a speck too.
      const small = scene.places[c].size < 14 && !chosen;
      const width = Math.min(small ? 1.6 : 6, weightWidth(b));
      context.globalAlpha = own ? 1 : FADED;
      // A paper casing keeps the stub apart from the curves that pass behind it.
      if (!small) stub(context, from, to, y, width + 3, width / 2 + 3.4, palette.paper);
      if (chosen) stub(context, from, to, y, width + 2.6, width / 2 + 3, palette.ink);
      context.globalAlpha = own ? Math.max(0.6, weightOpacity(b)) : FADED;
      stub(
        context,
        from,
        to,
        y,
        width,
        width / 2 + (small ? 0.4 : 1.5),
        b < 0 ? palette.neg : b > 0 ? palette.pos : palette.faint,
      );
    }
  });
  context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {number} from @param {number} to @param {number} y
 * @param {number} width @param {number} radius @param {string} colour */
function stub(context, from, to, y, width, radius, colour) {
  context.fillStyle = colour;
  context.fillRect(from, y - width / 2, to - from, width);
  context.beginPath();
  context.arc(from, y, radius, 0, 2 * Math.PI);
  context.fill();
}

/** The weight that is pinned or under the pointer, drawn once more on top with a casing; the pinned one has its badge.
 * @param {CanvasRenderingContext2D} context @param {Scene} scene @param {Palette} palette @param {Focus} focus */
export function drawChosen(context, scene, palette, focus) {
  const both = sameWeight(focus.weight, focus.pinned) ? [focus.pinned] : [focus.weight, focus.pinned];
  for (const weight of both) {
    const found = weight && weightMiddle(scene, weight);
    if (!weight || !found) continue;
    const { pair, i, x, y } = found;
    if (pair && i >= 0 && pair.weights) {
      const width = Math.max(1.6, weightWidth(pair.weights[i]));
      for (const [more, colour] of /** @type {[number, string][]} */ ([
        [4.6, palette.ink],
        [2, palette.paper],
        [0, pair.weights[i] < 0 ? palette.neg : palette.pos],
      ])) {
        curve(context, pair.ends, i);
        context.strokeStyle = colour;
        context.lineWidth = width + more;
        context.stroke();
      }
    }
    if (weight === focus.pinned) badge(context, x, y, palette);
  }
}

/** The handle at the end of a weight's curve, or on its bias's stub: a hand that takes it changes the weight.
 * @param {CanvasRenderingContext2D} context @param {Scene} scene @param {Palette} palette @param {Weight | null} weight */
export function drawHandle(context, scene, palette, weight) {
  const end = weight && weightHandle(scene, weight);
  if (!end) return;
  context.beginPath();
  context.arc(end.x, end.y, 5.5, 0, 2 * Math.PI);
  context.fillStyle = palette.card;
  context.strokeStyle = palette.accent;
  context.lineWidth = 2;
  context.fill();
  context.stroke();
}

/** Where a weight can be taken. @param {Scene} scene @param {Weight} weight @returns {{x: number, y: number} | null} */
export function weightHandle(scene, weight) {
  const found = weightMiddle(scene, weight);
  if (!found) return null;
  if (!found.pair) return { x: found.x + 14, y: found.y };
  const [x, y] = found.pair.ends.subarray(4 * found.i + 2, 4 * found.i + 4);
  return { x: x - 7, y };
}

/** Where a weight's badge or label stands: the middle of its curve, the dot of a bias.
 * @param {Scene} scene @param {Weight} weight
 * @returns {{pair: Pair | null, i: number, x: number, y: number} | null} */
export function weightMiddle(scene, { array, index }) {
  const c = scene.columns.findIndex((column) => column.weight === array || column.bias === array);
  if (c < 1 || index[0] >= scene.columns[c].units) return null;
  if (scene.columns[c].bias === array) {
    const [from, , y] = biasStub(scene.places[c], index[0]);
    return { pair: null, i: -1, x: from - 14, y };
  }
  const pair = scene.pairs[c - 1];
  const i = index[0] * scene.columns[c - 1].units + index[1];
  if (4 * i >= pair.ends.length) return null;
  const [x0, y0, x1, y1] = pair.ends.subarray(4 * i, 4 * i + 4);
  return { pair, i, x: (x0 + x1) / 2, y: heightAt(y0, y1, 0.5) };
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {Palette} palette */
function badge(context, x, y, palette) {
  context.beginPath();
  context.arc(x, y, 12, 0, 2 * Math.PI);
  context.fillStyle = palette.paper;
  context.fill();
  context.beginPath();
  context.arc(x, y, 10.5, 0, 2 * Math.PI);
  context.fillStyle = palette.ink;
  context.fill();
  context.fillStyle = palette.paper;
  context.font = `700 12px ${getComputedStyle(context.canvas).fontFamily}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText("1", x, y + 0.5);
}
