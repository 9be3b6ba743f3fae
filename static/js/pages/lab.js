/** The lab: makes the store from what the server wrote into the page, and mounts everything on it. */

import { effect } from "@preact/signals-core";

import { mountData } from "../controls/data.js";
import { mountFeatures } from "../controls/features.js";
import { mountHelp, mountMenu, mountTheme, mountUndo, nameExperiment } from "../controls/header.js";
import { mountShare } from "../controls/share.js";
import { mountStrip } from "../controls/strip.js";
import { mountTraining } from "../controls/training.js";
import { mountTransport } from "../controls/transport.js";
import { mountTries } from "../controls/tries.js";
import { mountDeck } from "../cards/deck.js";
import { begin } from "../core/begin.js";
import { otherStart } from "../core/change.js";
import { connect } from "../core/connect.js";
import { byId } from "../core/dom.js";
import { decodeBase64 } from "../core/frame.js";
import { mountGlossary } from "../core/glossary.js";
import { addKeys, listen } from "../core/keys.js";
import { mountLanguage } from "../core/language.js";
import { remember } from "../core/memory.js";
import { reset, step } from "../core/session.js";
import { speak, summary } from "../core/speak.js";
import { createStore, head } from "../core/store.js";
import { redo, undo } from "../core/undo.js";
import { t } from "../core/texts.js";
import { mountRings } from "../field/rings.js";
import { mountFolds } from "../pictures/folds.js";
import { NETS } from "../pictures/nets.js";
import { pictures } from "../pictures/state.js";
import { mountAddress } from "./address.js";
import { mountDiverged } from "./diverged.js";
import { mountMoments } from "./moments.js";
import { presets } from "./presets.js";
import { mountViews } from "./views.js";

/** @typedef {import("../core/store.js").Store} Store */

const read = (/** @type {string} */ id) => byId(id).textContent ?? "";
const first = read("frame").trim();
const store = createStore(JSON.parse(read("boot")), first ? decodeBase64(first) : null);
start();

function start() {
  const root = document.documentElement;
  store.first.value = root.dataset.visit === "first";

  const flipTheme = mountTheme(store);
  const transport = mountTransport(store);
  const strip = mountStrip(store);
  mountData(store);
  mountFeatures(store);
  mountTraining(store);
  mountTries(store);
  mountUndo(store);
  const openHelp = mountHelp();
  mountGlossary();
  mountLanguage();
  mountShare(store);
  const menu = [...presets(store.catalog.default ?? store.experiment.peek()), ...NETS];
  const rename = nameExperiment(store, { title: menu[0].title, kind: menu[0].experiment.data.kind });
  mountMenu(store, menu, async ({ title, experiment }) => {
    const made = await begin(store, experiment, `${byId("experiment-name").textContent}`);
    if (made) rename({ title, kind: experiment.data.kind });
  });
  effect(() => {
    root.dataset.lab = pictures(store).on.value ? "pictures" : "plane";
  });
  mountTabs();

  mountFolds();
  const views = mountViews(store);
  for (const element of document.querySelectorAll("[data-view]")) {
    if (element instanceof HTMLElement) views.add(element);
  }
  mountEvidence(mountDeck(store, views));
  mountRings(store);
  mountMoments(store);
  mountDiverged(store);
  mountAddress(store);

  const travel = (/** @type {number} */ by) => () => strip.travel(by);
  addKeys(
    { keys: [" "], says: t("keys.play"), run: transport.pressed },
    { keys: ["."], says: t("keys.step"), run: () => void step(store) },
    { keys: [">"], says: t("keys.epoch"), run: () => void step(store, { epochs: 1 }) },
    { keys: [",", "ArrowLeft"], says: t("keys.back"), run: travel(-1) },
    { keys: ["ArrowRight"], says: t("keys.ahead"), run: () => ahead(strip) },
    { keys: ["shift+ArrowLeft"], says: t("keys.tenback"), run: travel(-10) },
    { keys: ["shift+ArrowRight"], says: t("keys.tenahead"), run: travel(10) },
    { keys: ["Home"], says: t("keys.start"), run: () => strip.to(0) },
    { keys: ["End"], says: t("keys.end"), run: () => strip.to(Infinity) },
    { keys: ["shift+r"], says: t("keys.other"), run: () => void otherStart(store) },
    { keys: ["r"], says: t("keys.reset"), run: () => void reset(store) },
    { keys: ["ctrl+shift+z", "ctrl+y"], says: t("keys.redo"), run: () => void redo(store) },
    { keys: ["ctrl+z"], says: t("keys.undo"), run: () => void undo(store) },
    { keys: ["p"], says: t("keys.paint"), run: takeBrush },
    { keys: ["d"], says: t("keys.data"), run: () => byId(`data-${store.data.peek()}`).focus() },
    { keys: ["n"], says: t("keys.network"), run: toNetwork },
    { keys: ["Enter"], says: t("keys.enter"), run: null },
    { keys: ["+", "−"], says: t("keys.units"), run: null },
    { keys: ["Escape"], says: t("keys.escape"), run: null },
    { keys: ["s"], says: t("keys.speak"), run: () => speak(summary(store)) },
    { keys: ["t"], says: t("keys.theme"), run: flipTheme },
    { keys: ["b"], says: t("keys.big"), run: () => (store.big.value = !store.big.value) },
    { keys: ["?"], says: t("keys.help"), run: openHelp },
  );
  listen();
  // The strip's own arrows, when it has the focus.
  byId("strip").addEventListener("keydown", (event) => {
    const far = event.shiftKey ? 10 : 1;
    const by = { ArrowLeft: -far, ArrowDown: -far, ArrowRight: far, ArrowUp: far, Home: -Infinity, End: Infinity }[
      event.key
    ];
    if (by === undefined) return;
    event.preventDefault();
    strip.travel(by);
  });

  byId("normal-size").addEventListener("click", () => (store.big.value = false));
  store.big.value = new URLSearchParams(location.search).has("big");
  effect(() => {
    root.classList.toggle("big", store.big.value);
  });

  let before = store.session.peek().state;
  effect(() => {
    const { state } = store.session.value;
    // What was reached is said once training rests: while it runs a voice would never end.
    if (before === "running" && state !== "running") setTimeout(() => speak(summary(store)), 300);
    before = state;
  });

  connect(store, views.visible);
}

/** @param {{travel: (by: number) => void}} strip */
function ahead(strip) {
  if (store.session.peek().step < head(store)) strip.travel(1);
  else void step(store);
}

/** The first of the brushes in hand, and the keys on the field. */
function takeBrush() {
  const brush = document.querySelector(".brush-row button");
  if (!(brush instanceof HTMLElement) || !brush.checkVisibility()) return;
  brush.click();
  byId("answer").querySelector("canvas")?.focus();
}

function toNetwork() {
  const part = pictures(store).on.peek() ? byId("river") : byId("network");
  const target = part.querySelector("[tabindex='0'], .network-body button");
  if (target instanceof HTMLElement || target instanceof SVGElement) target.focus();
}

/** The lab's own layout, from now on. */
function openEvidence() {
  document.documentElement.dataset.visit = "again";
  store.first.value = false;
  remember("used", "yes");
}

/** On a first visit evidence opens on demand, and with it the lab's own layout. @param {{open: (name: string) => void}} deck */
function mountEvidence(deck) {
  for (const button of document.querySelectorAll("[data-opens]")) {
    button.addEventListener("click", () => {
      openEvidence();
      deck.open(button.getAttribute("data-opens") ?? "");
    });
  }
}

/** The tab bar of a phone follows the part in view. */
function mountTabs() {
  document.querySelector(".skip")?.addEventListener("click", (event) => {
    event.preventDefault();
    if (pictures(store).on.peek()) toNetwork();
    else byId("answer").focus();
  });
  const tabs = [...document.querySelectorAll(".tab")];
  const parts = tabs.map((tab) => byId(tab.getAttribute("href")?.slice(1) ?? ""));
  // Of a net of pictures other parts answer to the same names.
  const stand = tabs.map((tab, i) => byId(tab.getAttribute("data-pictures") ?? parts[i].id));
  const partOf = (/** @type {number} */ i) => (pictures(store).on.peek() ? stand[i] : parts[i]);
  const show = (/** @type {Element} */ part) =>
    tabs.forEach((tab, i) => {
      if (partOf(i) === part) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    });
  tabs.forEach((tab, i) =>
    tab.addEventListener("click", (event) => {
      // The address keeps the experiment; a part of the page is not worth losing it.
      event.preventDefault();
      const part = partOf(i);
      if (part.id === "evidence") openEvidence();
      part.scrollIntoView();
      // At the end of the page the part may not reach the top: the tab that was touched is the one shown.
      setTimeout(() => show(part), 100);
    }),
  );
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) if (isIntersecting) show(target);
    },
    { rootMargin: "-35% 0px -60% 0px" },
  );
  for (const part of new Set([...parts, ...stand])) observer.observe(part);
}
