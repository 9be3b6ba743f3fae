/**
 * The frame of a card: one question, one picture, one sentence. Where there is nothing to say it is quiet: a line
 * says why.
 */

import { surface } from "../core/canvas.js";
import { make, mark, say } from "../core/dom.js";
import { sentence } from "../marks/sentence.js";

/** @param {HTMLElement} element @param {string} title @param {string} [means] the title's meaning, on hover
 * @param {Element | null} [body] the picture, where it is not drawn */
export function makeCard(element, title, means = "", body = null) {
  const side = make("span", { class: "card-side" });
  const canvas = make("canvas", { class: "card-picture", role: "img", "aria-label": title });
  const quiet = make("p", { class: "card-empty", hidden: true });
  const text = make("p", { class: "card-text" });
  const picture = body ?? canvas;
  element.replaceChildren(
    make(
      "header",
      { class: "card-head" },
      make("h3", means ? { title: means } : {}, title),
      make("span", { class: "card-about" }, side),
    ),
    make("div", { class: "card-frame" }, picture, quiet),
    text,
  );
  return {
    canvas,
    /** The side of the head, where choices stand. */
    head: /** @type {HTMLElement} */ (side.parentElement),
    /** @param {string} words what the picture shows, with its unit */
    about: (words) => say(side, words),
    /** What the picture says now. @param {import("../sentences/said.js").Said} said */
    says: ({ state, text: words }) => {
      element.dataset.says = state;
      sentence(text, words);
      if (picture === canvas) mark(canvas, "aria-label", `${title}. ${words.replaceAll("**", "")}`);
    },
    /** @param {string} words of a sentence that is not about the picture; bold words between two asterisks */
    tell: (words) => sentence(text, words),
    /** @param {string} why nothing is shown; empty where something is */
    rest: (why) => {
      say(quiet, why);
      quiet.hidden = !why;
      if (picture instanceof HTMLElement) picture.style.visibility = why ? "hidden" : "";
      if (why) {
        sentence(text, "");
        element.dataset.says = "quiet";
      }
    },
  };
}

/** A choice in a card's head: pressed or not. @param {(on: boolean) => string} words @param {string} title
 * @param {boolean} on at first @param {(on: boolean) => void} turn */
export function makeChoice(words, title, on, turn) {
  const button = make("button", { type: "button", class: "card-choice", title });
  const show = () => {
    say(button, words(on));
    mark(button, "aria-pressed", on);
  };
  button.addEventListener("click", () => {
    on = !on;
    show();
    turn(on);
  });
  show();
  return button;
}

/** A canvas of a card with its type set. @param {HTMLCanvasElement} canvas
 * @param {(context: CanvasRenderingContext2D, width: number, height: number, font: string) => void} draw */
export const drawn = (canvas, draw) =>
  surface(canvas, (context, width, height) => {
    const font = getComputedStyle(canvas).fontFamily;
    context.font = `11.5px ${font}`;
    context.lineWidth = 1;
    context.textBaseline = "middle";
    draw(context, width, height, font);
  });
