/**
 * Draw a digit, or drop a picture: it goes down the river while the pen moves. Beside the pad stands what the net
 * gets of it, cut out, scaled and centred as the pictures it has learned from; what it says, and which map says so
 * loudest.
 */

import { effect, signal } from "@preact/signals-core";

import { picture, surface } from "../core/canvas.js";
import { palette } from "../core/colour.js";
import { make, mark, say } from "../core/dom.js";
import { fixed, percent } from "../core/format.js";
import { ask } from "../core/session.js";
import { want } from "../core/store.js";
import { t } from "../core/texts.js";
import { sentence } from "../marks/sentence.js";
import { drawStrokes, middle, squareOf } from "../pictures/pad.js";
import { putRaw, tables } from "../pictures/paint.js";
import { pictures } from "../pictures/state.js";

/** @typedef {import("../core/store.js").Store} Store */
/** @typedef {import("../pictures/pad.js").Stroke} Stroke */

const EVERY = 100; // milliseconds from one picture sent to the next
const WHY_EVERY = 300; // and from one question for the loudest map to the next

/** @param {HTMLElement} element @param {Store} store */
export function mount(element, store) {
  const { shown, on, query, features, strips: every } = pictures(store);
  const strokes = signal(/** @type {Stroke[]} */ ([]));
  const under = signal(/** @type {ImageBitmap | null} */ (null));

  const title = make("h3", {}, t("draw.title"));
  const canvas = make("canvas", {
    class: "pad",
    role: "img",
    "aria-label": t("draw.pad"),
  });
  const invite = make("span", { class: "pad-invite" }, t("draw.invite"));
  const got = picture();
  got.canvas.className = "pad-got";
  mark(got.canvas, "role", "img");
  const says = make("figcaption", {});
  const answer = make("p", { class: "pad-answer", role: "status" }, make("b", {}), make("span", {}));
  const text = make("p", { class: "card-text pad-text" });
  const file = make("input", { type: "file", accept: "image/*", hidden: true });
  const tool = (/** @type {string} */ words, /** @type {() => void} */ act, /** @type {string} */ means) =>
    make("button", { type: "button", class: "outlined small", title: means, onclick: act }, words);
  const undo = tool(t("header.undo"), () => take(strokes.peek().slice(0, -1), under.peek()), t("draw.undo.says"));
  const clear = tool(t("draw.clear"), () => take([], null), t("draw.clear.says"));
  const test = tool(t("draw.test.digit"), () => back(), t("draw.test.says"));
  const open = tool(t("draw.file"), () => file.click(), t("draw.file.says"));
  element.replaceChildren(
    make(
      "header",
      { class: "card-head" },
      title,
      make("span", { class: "card-about" }, make("span", { class: "card-side" }, t("draw.while"))),
    ),
    make(
      "div",
      { class: "pad-body" },
      make("div", { class: "pad-frame" }, canvas, invite),
      make(
        "div",
        { class: "pad-side" },
        make("figure", {}, make("span", { class: "pad-gets" }, t("draw.gets")), got.canvas, says),
        answer,
      ),
    ),
    make("div", { class: "pad-tools" }, undo, clear, test, open, file),
    text,
  );

  const pad = surface(canvas, (context, width) => {
    const p = palette();
    const image = under.peek();
    if (image) {
      const [left, top, side] = middle(image.width, image.height);
      context.drawImage(image, left, top, side, side, 0, 0, width, width);
    }
    drawStrokes(context, strokes.peek(), width, image ? "#000000" : p.ink);
  });

  // --- the pen -----------------------------------------------------------------------------------

  /** @param {PointerEvent} event @returns {[number, number]} */
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  /** @type {number | null} */
  let pen = null;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button || pen !== null) return;
    pen = event.pointerId;
    canvas.setPointerCapture(pen);
    event.preventDefault();
    take([...strokes.peek(), [at(event)]], under.peek());
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pen) return;
    const last = strokes.peek().at(-1);
    // A fast pen has more places than there are events.
    const more = event.getCoalescedEvents?.() ?? [];
    last?.push(...(more.length ? more : [event]).map(at));
    take([...strokes.peek()], under.peek());
  });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel"]))
    canvas.addEventListener(end, (event) => {
      if (event.pointerId === pen) pen = null;
    });

  element.addEventListener("dragover", (event) => event.preventDefault());
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    void read(event.dataTransfer?.files[0]);
  });
  file.addEventListener("change", () => {
    void read(file.files?.[0]);
    file.value = "";
  });

  /** @param {File | undefined} given */
  async function read(given) {
    if (!given) return;
    try {
      take([], await createImageBitmap(given));
    } catch {
      store.notice.value = t("draw.unreadable", { file: given.name });
    }
  }

  // --- down the river ----------------------------------------------------------------------------

  let timer = 0;
  let last = 0;
  /** What is on the pad now. @param {Stroke[]} now @param {ImageBitmap | null} image */
  function take(now, image) {
    strokes.value = now;
    under.value = image;
    if (timer) return;
    timer = window.setTimeout(send, Math.max(0, last + EVERY - performance.now()));
  }
  function send() {
    timer = 0;
    last = performance.now();
    const { split, index } = shown.peek();
    const empty = !strokes.peek().length && !under.peek();
    const colour = store.pictureShape.peek()[0] === 3;
    shown.value = {
      split,
      index,
      drawing: empty ? null : squareOf(strokes.peek(), under.peek(), colour),
    };
  }
  /** Back to the test set: its next picture. */
  function back() {
    clearTimeout(timer);
    timer = 0;
    [strokes.value, under.value] = [[], null];
    const { split, index, drawing } = shown.peek();
    const count = store.session.peek().metrics.test_count ?? 100;
    const next = split === "test" ? (index + (drawing ? 0 : 1)) % Math.max(1, count) : 0;
    shown.value = { split: "test", index: next, drawing: null };
  }
  // Another picture chosen elsewhere: the pad is empty again.
  effect(() => {
    if (shown.value.drawing || timer) return;
    if (strokes.peek().length || under.peek()) [strokes.value, under.value] = [[], null];
  });

  effect(() => {
    const any = strokes.value.length > 0 || under.value !== null;
    invite.hidden = any;
    undo.disabled = !strokes.value.length;
    clear.disabled = !any;
    void store.theme.value;
    pad.redraw();
  });
  effect(() => {
    const digits = store.data.value.startsWith("digits");
    say(title, t(digits ? "draw.digit" : "draw.title"));
    say(test, t(digits ? "draw.test.digit" : "draw.test"));
    const [, height, width] = store.pictureShape.value;
    say(says, t(digits ? "draw.says.digit" : "draw.says", { height, width }));
  });

  // --- what it says ------------------------------------------------------------------------------

  // The river asks for the same while it is on screen; on a phone it is not while one draws.
  effect(() => want(store, "draw", on.value ? { features: features.value } : null));
  effect(() => {
    void [store.frame.value, store.theme.value];
    show();
  });
  function show() {
    const frame = store.frame.peek();
    const info = frame?.probes.features?.info;
    const raw = frame?.arrays.get("features.raw");
    if (!on.peek() || !info || !raw) return;
    putRaw(got, raw, tables(palette()));
    const best = bestOf(info);
    const name = info.class_names?.[best] ?? String(best);
    const [what, sure] = answer.children;
    say(what, name);
    const p = info.probabilities?.[best];
    say(sure, typeof p === "number" ? t("draw.sure", { sure: percent(p, 1) }) : "");
    const mine = info.where === null;
    mark(got.canvas, "aria-label", t(mine ? "draw.yours" : "draw.given"));
    void why(best, name);
  }

  let asked = 0;
  let again = 0;
  /** Which map adds most to the answer: asked of the last layer's window, told while it is the answer still.
   * @param {number} best @param {string} name */
  async function why(best, name) {
    clearTimeout(again);
    const wait = asked + WHY_EVERY - performance.now();
    if (wait > 0) return void (again = window.setTimeout(() => void why(best, name), wait));
    asked = performance.now();
    const strips = every.peek();
    const head = strips.at(-1);
    const below = strips[head?.froms[0] ?? -1];
    if (head?.kind !== "dense" || !below) return sentence(text, "");
    const picture_ = shown.peek();
    try {
      const { arrays, probes, session } = await ask(store, "window", {
        ...query.peek(),
        layer: head.maker,
        channel: best,
      });
      const now = store.frame.peek()?.probes.features?.info;
      if (shown.peek() !== picture_ || session !== store.session.peek().id || !now || bestOf(now) !== best) return;
      sentence(
        text,
        loudest(
          arrays,
          probes.window?.info,
          below.shape.length === 3 || below.kind === "global_mean_pool" ? "map" : "unit",
          name,
        ),
      );
    } catch {
      sentence(text, ""); // The net has changed meanwhile; the next frame asks again.
    }
  }
}

/** @param {any} info */
const bestOf = ({ outputs }) => outputs.indexOf(Math.max(...outputs));

/** The sentence of the loudest source, empty where none speaks for the answer.
 * @param {import("../core/types.js").Frame["arrays"]} arrays @param {any} info @param {"map" | "unit"} what @param {string} name */
function loudest(arrays, info, what, name) {
  const sources = arrays.get("window.sources");
  if (!sources?.length) return "";
  const most = sources.indexOf(Math.max(...sources));
  if (!(sources[most] >= 0.005)) return "";
  const adds = fixed(sources[most], sources[most] < 1 ? 2 : 1);
  return t(`draw.loudest.${what}`, { which: info.first + most + 1, name, adds });
}
