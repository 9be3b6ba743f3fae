/**
 * What is taken for what: a row for what a test point is, a column for what the net says of it. A click on a cell rings
 * its points on the plane.
 */

import { computed, effect, signal } from "@preact/signals-core";

import { deckOf } from "../cards/state.js";
import { why } from "../cards/facts.js";
import { make, mark, say } from "../core/dom.js";
import { percent, whole } from "../core/format.js";
import { ringed } from "../core/ringed.js";
import { want } from "../core/store.js";
import { t } from "../core/texts.js";
import { className } from "../geometry/columns.js";
import { glyphSample } from "../marks/sample.js";
import { refresh } from "../pictures/refresh.js";
import { says, saysCell } from "../sentences/confusion.js";
import { makeCard } from "./card.js";

/** @typedef {import("../core/store.js").Store} Store */

/** More points are not ringed: they would hide the plane. */
const MOST = 64;

/** @param {HTMLElement} element @param {Store} store @returns {() => void} */
export function mount(element, store) {
  const table = make("table", {
    class: "confusion",
    "aria-label": t("cards.table"),
  });
  const card = makeCard(element, t("card.confusion"), t("cards.confusion.asks"), table);
  const facts = deckOf(store).facts;
  const rings = ringed(store);
  const classes = computed(() => store.points.value?.info.classes ?? 2);
  const names = computed(() =>
    classes.value === 2
      ? [t("cards.orange"), t("cards.blue")]
      : Array.from({ length: classes.value }, (_, k) => className(store.points.value?.info, k).replace("class ", "")),
  );
  const quiet = computed(() => why("confusion", facts.value));
  const cell = signal(/** @type {{is: number, said: number} | null} */ (null));
  let built = "";
  /** @type {HTMLButtonElement[][]} */
  let cells = [];
  /** @type {HTMLElement[]} */
  let shares = [];

  function build() {
    const key = names.value.join("|");
    if (key === built) return;
    built = key;
    shares = names.value.map(() => make("td", { class: "confusion-share" }));
    cells = names.value.map((_, is) =>
      names.value.map((_, said) => make("button", { type: "button", onclick: () => choose(is, said) })),
    );
    // Long names stand before the rows alone; above the columns their glyphs say which they are.
    const long = names.value.some((name) => name.length > 6);
    const many = names.value.length > 2;
    const sign = (/** @type {number} */ k) => (many ? glyphSample(k) : null);
    table.replaceChildren(
      make(
        "tr",
        {},
        make("td", { class: "corner" }, many ? t("cards.corner") : ""),
        ...names.value.map((name, k) =>
          make(
            "th",
            { scope: "col", title: name },
            sign(k),
            long && many ? make("span", { class: "unseen" }, name) : many ? name : t("cards.sayswhat", { what: name }),
          ),
        ),
        make("td"),
      ),
      ...names.value.map((name, k) =>
        make(
          "tr",
          {},
          make("th", { scope: "row", title: name }, sign(k), many ? name : t("cards.iswhat", { what: name })),
          ...cells[k].map((one) => make("td", {}, one)),
          shares[k],
        ),
      ),
    );
    table.classList.toggle("dense", names.value.length > 4);
  }

  /** @param {number} is @param {number} said */
  function choose(is, said) {
    const now = cell.peek();
    cell.value = now?.is === is && now.said === said ? null : { is, said };
    if (!cell.peek()) rings.value = null;
  }

  // Which points they are is asked when a cell is chosen, and again as the net moves on.
  const asked = refresh(
    store,
    "mistakes",
    element,
    () => (cell.value ? { order: "sure", target: cell.value.is, answer_is: cell.value.said, count: MOST } : null),
    ({ arrays, probes }) => {
      const now = cell.peek();
      const where = arrays.get("mistakes.where");
      if (!now || !where || !element.isConnected) return;
      const [is, said] = [names.peek()[now.is], names.peek()[now.said]];
      const count = probes.mistakes?.info?.found ?? where.length;
      const words = saysCell({ is, said, count, shown: where.length });
      rings.value = { places: Array.from(where), words };
      card.tell(words);
    },
  );

  const ends = [
    effect(() => want(store, "confusion", quiet.value ? null : { confusion: { split: "test" } })),
    effect(() => {
      const frame = store.frame.value;
      const counts = frame?.arrays.get("confusion.counts");
      const n = classes.value;
      const ready = !quiet.value && counts?.length === n * n;
      card.rest(quiet.value || (ready ? "" : t("cards.wait.counts")));
      if (!counts || !ready) return;
      build();
      const rows = Array.from({ length: n }, (_, i) => Array.from(counts.slice(i * n, (i + 1) * n)));
      const most = Math.max(1, ...counts);
      const chosen = cell.value;
      rows.forEach((row, i) => {
        const all = row.reduce((a, b) => a + b, 0);
        row.forEach((count, j) => {
          const one = cells[i][j];
          say(one, whole(count));
          one.className = i === j ? "right" : count ? "wrong" : "none";
          mark(one, "aria-pressed", chosen?.is === i && chosen.said === j);
          mark(one, "aria-label", t("cards.cell", { n: count, is: names.value[i], said: names.value[j] }));
          const share = i === j ? 0.35 + (0.65 * count) / most : Math.min(1, (3 * count) / most);
          one.style.setProperty("--share", `${Math.round(100 * share)}%`);
        });
        say(shares[i], all ? percent(row[i] / all, 0) : "–");
      });
      const { count, of } = frame?.probes.confusion?.info ?? {};
      card.about(
        count < of ? t("cards.about.somepoints", { some: count, all: of }) : t("cards.about.points", { n: count ?? 0 }),
      );
      const said = says(rows, names.value);
      if (chosen && rings.value) element.dataset.says = said.state;
      else card.says(said);
    }),
    // Other data, other points: what was chosen is let go.
    effect(() => {
      if (!rings.value) cell.value = null;
    }),
  ];
  return () => {
    for (const end of [...ends, asked]) end();
    cell.value = null;
    rings.value = null;
    want(store, "confusion", null);
  };
}
