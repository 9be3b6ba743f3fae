/**
 * Numbers beside the unit or weight that is looked at, and where they stand.
 */

import { fixed } from "../core/format.js";
import { t } from "../core/texts.js";
import { unitColumn, unitLabel, weightEnds } from "../geometry/columns.js";
import { weightMiddle } from "./links.js";

/** @param {import("./scene.js").Scene} scene
 * @param {{unit: import("../core/types.js").Unit | null, weight: import("../core/types.js").Weight | null}} looked
 * @returns {{said: string, x: number, y: number} | null} the foot's middle, in pixels of the sheet */
export function tipOf(scene, { unit, weight }) {
  const { columns, places, biases } = scene;
  const c = unitColumn(columns, unit);
  if (unit && c > 0) {
    const { x, size, ys } = places[c];
    const bias = biases[c]?.[unit.unit];
    const name = unitLabel(columns[c], unit.unit);
    const said = bias === undefined ? name : t("tip.unit", { unit: name, bias: fixed(bias, 3) });
    return { said, x, y: ys[unit.unit] - size / 2 - 6 };
  }
  const ends = weight && weightEnds(columns, weight);
  const found = weight && weightMiddle(scene, weight);
  if (!ends || !found) return null;
  const value = ends.from === null ? biases[ends.column]?.[ends.target] : found.pair?.weights?.[found.i];
  const words = ends.from === null ? t("net.bias.of", { unit: ends.to }) : `${ends.from} → ${ends.to}`;
  const said = `${words}   ${fixed(value, 3)}`;
  return { said, x: found.x, y: found.y - 22 };
}
