/**
 * The frame of a card: one question, one picture, one sentence. Where there is nothing to say it is quiet: a line
 * says why, and the card stands behind the others.
 */

import { surface } from "../core/canvas.js";
import { make, say } from "../core/dom.js";
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
    /** @param {string} words what the picture shows, with its unit */
    about: (words) => say(side, words),
    /** @param {string} words how to read this picture now; bold words between two asterisks */
    tell: (words) => sentence(text, words),
    /** @param {string} why nothing is shown; empty where something is */
    rest: (why) => {
      say(quiet, why);
      quiet.hidden = !why;
      if (picture instanceof HTMLElement) picture.style.visibility = why ? "hidden" : "";
      if (why) sentence(text, "");
    },
    /** Stands behind the others, from the next session on. @param {boolean} is */
    behind: (is) => stand(element, is),
  };
}

/** Says whether a card has nothing to say for this experiment. It changes places with the next session only: nothing
 * moves under a hand that adds a layer. @param {HTMLElement} element @param {boolean} behind */
export function stand(element, behind) {
  element.dataset.behind = behind ? "yes" : "";
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
