/** What the network is given to see: one tile per feature of the plane. */

import { effect } from "@preact/signals-core";

import { word } from "../core/catalog.js";
import { restartWith } from "../core/change.js";
import { byId, make, mark, say } from "../core/dom.js";
import { listed, t } from "../core/texts.js";
import { featureWords } from "../geometry/columns.js";
import { drawMap } from "./thumbnail.js";

/** @typedef {import("../core/store.js").Store} Store */

const ORDER = ["x1", "x2", "sin(x1)", "sin(x2)", "x1^2", "x2^2", "x1*x2"];

/** @param {Store} store */
export function mountFeatures(store) {
  const tiles = byId("feature-tiles");
  const none = byId("feature-none");
  const used = () => store.experiment.value.model.input.features ?? (isPlane() ? ["x1", "x2"] : []);
  const isPlane = () => store.experiment.value.data.count !== undefined;

  const flip = (/** @type {string} */ name) => {
    const now = new Set(used());
    if (!now.delete(name)) now.add(name);
    if (!now.size) {
      store.notice.value = t("features.least");
      return;
    }
    const features = ORDER.filter((feature) => now.has(feature));
    void restartWith(
      store,
      ({ model }) => {
        model.input = { kind: "plane", features };
      },
      t(now.has(name) ? "features.in" : "features.out", { name: featureWords(name) }),
    );
  };

  for (const name of ORDER) {
    const canvas = make("canvas", { "aria-hidden": "true" });
    const button = make(
      "button",
      {
        id: `feature-${name.replace(/[^a-z0-9]+/g, "-").replace(/-$/, "")}`,
        type: "button",
        class: "feature",
        "aria-label": t("features.name", { name: featureWords(name) }),
        title: t("features.see", { name: featureWords(name) }),
        onclick: () => flip(name),
      },
      make("span", { class: "tile" }, canvas),
      make("span", {}, featureWords(name)),
    );
    tiles.append(button);
    const at = () => /** @type {string[]} */ (store.inputs.peek()?.info.names ?? []).indexOf(name);
    const view = drawMap(canvas, () => (at() < 0 ? null : (store.inputs.peek()?.maps ?? null)), at);
    effect(() => {
      void store.theme.value;
      void store.inputs.value;
      view.redraw();
    });
    effect(() => mark(button, "aria-pressed", used().includes(name)));
  }

  effect(() => {
    const plane = isPlane();
    tiles.hidden = !plane;
    none.hidden = plane;
    const columns = store.points.value?.info.columns ?? [];
    // The names of many columns stand in the network, beside what goes in.
    if (!plane)
      say(
        none,
        columns.length > 6
          ? t("features.many", { n: columns.length })
          : t("features.all", { n: columns.length || 4, names: listed(columns.map(word)) }),
      );
  });
}
