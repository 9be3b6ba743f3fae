/** The answer before and after: at the step worth going back to, and at the last that is kept. */

import { surface } from "../core/canvas.js";
import { palette } from "../core/colour.js";
import { make } from "../core/dom.js";
import { axes } from "../core/plane.js";
import { loss, percent, whole } from "../core/format.js";
import { t } from "../core/texts.js";
import { paintField } from "../field/paint.js";
import { columnsOf } from "../geometry/columns.js";
import { crowdFactors } from "../geometry/crowd.js";
import { createSprites, drawPoints } from "../marks/points.js";
import { sentence } from "../marks/sentence.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../core/types.js").Frame} Frame */

/** Of a point, in pixels. */
const RADIUS = 2.6;

/** @typedef {{step: number, scores: Frame | null, field: Frame | null}} Moment */

/** @param {Store} store @param {Moment} before @param {Moment} after */
export function fieldsCard(store, before, after) {
  const [then, now] = [before, after].map(({ scores }) => scores?.probes.scores?.info?.test);
  const text = make("p", { class: "diverged-text" });
  const n = after.step - before.step;
  sentence(text, changed(n, then, now));
  return make(
    "section",
    { class: "diverged-card diverged-fields" },
    make(
      "div",
      { class: "diverged-pair" },
      ...[before, after].map((moment, i) => figure(store, moment, [then, now][i], i === 1)),
    ),
    text,
  );
}

/** What so many steps did to the answer. The loss tells where there are no classes, or where those that are right
 * stayed as many. @param {number} n @param {any} then @param {any} now scores on the test points */
export function changed(n, then, now) {
  if (then?.accuracy != null && now?.accuracy != null && now.accuracy < then.accuracy)
    return t("diverged.fields.lost", { n, then: percent(then.accuracy), now: percent(now.accuracy) });
  if (then?.loss != null && now?.loss != null && now.loss > 2 * then.loss)
    return t("diverged.fields.rose", { n, then: loss(then.loss), now: loss(now.loss) });
  return now && now.loss == null ? t("diverged.fields.beyond") : t("diverged.fields.held");
}

/** @param {Store} store @param {Moment} moment @param {any} test @param {boolean} late */
function figure(store, { step, field }, test, late) {
  const caption = make("figcaption", { class: late ? "late" : "" });
  sentence(
    caption,
    t("diverged.fields.at", { step: whole(step), loss: test && test.loss == null ? "∞" : loss(test?.loss) }),
  );
  if (!field) return make("figure", { class: "no-plane" }, caption);
  const canvas = make("canvas", { role: "img", "aria-label": t("diverged.fields.label", { step }) });
  const paint = paintField();
  const points = store.points.peek();
  surface(canvas, (context, width, height) => {
    const colours = palette();
    const classes = points?.info.classes ?? 2;
    const columns = columnsOf(store.experiment.peek(), store.layers.peek(), points?.info.columns ?? []);
    paint(context, width, height, { frame: field, fine: null, unit: null, classes, colours, inputs: null, columns });
    if (!points) return;
    const [left, right, low, high] = field.probes.boundary?.info?.extent ?? points.info.extent ?? [-6, 6, -6, 6];
    const wide = points.info.columns.length;
    const [a, b] = axes(store);
    const xy = new Float32Array(2 * points.test.length);
    for (let i = 0; i < points.test.length; i++) {
      xy[2 * i] = ((points.inputs[i * wide + a] - left) / (right - left)) * width;
      xy[2 * i + 1] = (1 - (points.inputs[i * wide + b] - low) / (high - low)) * height;
    }
    const { targets, test: kept } = points;
    const factors = crowdFactors(xy, RADIUS);
    const look = { xy, factors, targets, test: kept, wrong: null, classes, radius: RADIUS };
    drawPoints(context, createSprites(colours), look, colours);
  });
  return make("figure", {}, canvas, caption);
}
