/** The layers that have weights, in their order: of a net of pictures all, those inside blocks too. */

/** @typedef {import("../core/types.js").Kind} Kind */
/** @typedef {{title: string, weight: string}} Weighted a layer's name for people, and its weights' */

const WITH = new Set(["conv2d", "local2d", "dense"]);

/** @param {Kind[]} chain @param {string} [above] the block it stands in, as a path with its dot @returns {Weighted[]} */
export function weightedOf(chain, above = "") {
  return chain.flatMap((layer) => {
    const path = `${above}${layer.name}`;
    if (WITH.has(layer.kind)) return [{ title: short(path), weight: `${path}.weight` }];
    return [
      ...weightedOf(layer.body ?? [], `${path}.`),
      ...weightedOf(layer.shortcut ?? [], `${path}.shortcut.`),
      ...(layer.branches ?? []).flatMap((/** @type {Kind[]} */ branch, /** @type {number} */ i) =>
        weightedOf(branch, `${path}.branch${i + 1}.`),
      ),
    ];
  });
}

/** As there is room for: block2.conv1 is b2.conv1. @param {string} path */
const short = (path) => path.replace("block", "b").replace("shortcut", "way").replace("branch", "");
