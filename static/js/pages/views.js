/**
 * Every view of the page, by the name its element carries as `data-view`. A view is one file: it mounts itself on its
 * element, tells with `want` what it needs to see, and gets it only while it is on screen.
 */

import * as activations from "../views/activations.js";
import * as boundary from "../views/boundary.js";
import * as chooser from "../views/chooser.js";
import * as confusion from "../views/confusion.js";
import * as draw from "../views/draw.js";
import * as editor from "../views/editor.js";
import * as sets from "../views/sets.js";
import * as gradients from "../views/gradients.js";
import * as inside from "../views/inside.js";
import * as length from "../views/length.js";
import * as loss from "../views/loss.js";
import * as masks from "../views/masks.js";
import * as network from "../views/network.js";
import * as normalization from "../views/normalization.js";
import * as numbers from "../views/numbers.js";
import * as pair from "../views/pair.js";
import * as pinned from "../views/pinned.js";
import * as receptive from "../views/receptive.js";
import * as river from "../views/river.js";
import * as tested from "../views/tested.js";
import * as unsure from "../views/unsure.js";
import * as weights from "../views/weights.js";

/** @type {Record<string, {mount: (element: HTMLElement, store: import("../core/store.js").Store) => void}>} */
export const VIEWS = {
  activations,
  boundary,
  chooser,
  confusion,
  draw,
  editor,
  gradients,
  inside,
  length,
  loss,
  masks,
  network,
  normalization,
  numbers,
  pair,
  pinned,
  receptive,
  river,
  sets,
  tested,
  unsure,
  weights,
};
