/**
 * The inputs' names on their left, the classes' below the outputs.
 */

import { make } from "../core/dom.js";
import { className } from "../geometry/columns.js";
import { glyphSample } from "../marks/sample.js";

/** @param {import("./scene.js").Scene} scene @param {{class_names?: string[]} | null | undefined} info */
export function unitNames(scene, info) {
  const [input, output] = [scene.columns[0], scene.columns[scene.columns.length - 1]];
  const [at, end] = [scene.places[0], scene.places[scene.places.length - 1]];
  const left = at.x - at.size / 2 - 8;
  const made = input.names.map((name, u) =>
    make(
      "span",
      { class: "input-name", style: `right:calc(100% - ${left}px);max-width:${left}px;top:${at.ys[u]}px` },
      name,
    ),
  );
  if (output.units > 1) {
    for (let u = 0; u < output.units; u++) {
      const place = `left:${end.x}px;top:${end.ys[u] + end.size / 2 + 12}px`;
      made.push(make("span", { class: "class-name", style: place }, glyphSample(u), className(info, u)));
    }
  }
  return made;
}
