import assert from "node:assert/strict";
import { test } from "node:test";

import { route } from "../../static/js/pictures/routes.js";

const box = (x, y, size = 40) => ({ x, y, size, width: size, height: size });
/** Two rows of three, and another such strip to the right. */
const strip = (left) => ({
  left,
  width: 136,
  kernels: [],
  maps: [0, 1].flatMap((row) => [0, 1, 2].map((column) => box(left + 48 * column, 60 * row))),
});
const [source, target] = [strip(0), strip(220)];

/** Points along a way, close together. */
function points(way) {
  const made = [];
  let [x, y] = [way[0][1], way[0][2]];
  for (const [kind, ...p] of way.slice(1)) {
    for (let t = 0; t <= 1; t += 1 / 64) {
      const u = 1 - t;
      if (kind === "L") made.push([x * u + p[0] * t, y * u + p[1] * t]);
      else
        made.push([
          u ** 3 * x + 3 * u * u * t * p[0] + 3 * u * t * t * p[2] + t ** 3 * p[4],
          u ** 3 * y + 3 * u * u * t * p[1] + 3 * u * t * t * p[3] + t ** 3 * p[5],
        ]);
    }
    [x, y] = p.slice(-2);
  }
  return made;
}

const inside = ([x, y], { x: left, y: top, width, height }) =>
  x > left + 1 && x < left + width - 1 && y > top + 1 && y < top + height - 1;

test("a way runs behind no map, whichever two it joins", () => {
  for (const from of source.maps)
    for (const to of target.maps)
      for (const lane of [-0.5, 0, 0.5, 1])
        for (const at of points(route(from, to, source, target, lane)))
          for (const map of [...source.maps, ...target.maps])
            assert.ok(!inside(at, map), `${from.x},${from.y} → ${to.x},${to.y} goes through ${map.x},${map.y}`);
});

test("a way begins at the right edge of the one and ends at the left edge of the other", () => {
  const way = route(source.maps[1], target.maps[4], source, target);
  assert.deepEqual(way[0], ["M", 88, 20]);
  assert.deepEqual(way.at(-1).slice(-2), [268, 80]);
});

test("from the last column to the first it is one curve", () => {
  const way = route(source.maps[2], target.maps[3], source, target);
  assert.deepEqual(
    way.map(([kind]) => kind),
    ["M", "C"],
  );
});

test("to a kernel that is smaller than its maps a way leads over the row all the same", () => {
  const kernel = { x: target.maps[1].x, y: 14, size: 12, width: 4, height: 12 };
  for (const at of points(route(source.maps[2], kernel, source, target)))
    assert.ok(!inside(at, target.maps[0]), `goes through the first map at ${at}`);
});
