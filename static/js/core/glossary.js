/**
 * The glossary: what a control or a legend is called in the field and what it does, in a sentence or two. Whatever
 * carries `data-term` tells its term where a pointer rests, where the focus rests, and under a long press.
 */

import { byId, make } from "./dom.js";
import { group, named } from "./texts.js";

/** Rests as long as nobody would who only passes by, in milliseconds. */
const HOVER = 600;
const FOCUS = 900;
const PRESS = 550;
/** The way from an element to its bubble. */
const LEAVE = 180;
/** A finger that goes farther scrolls. */
const STILL = 10;
const EDGE = 8;

/** All terms with their names, by the alphabet. @returns {[string, string][]} */
const terms = () => group("term").sort(([, a], [, b]) => a.localeCompare(b));

/** The term of an element, or of what it stands in. @param {EventTarget | null} target @returns {HTMLElement | null} */
const termed = (target) =>
  target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest("[data-term]")) : null;

/** In a picture the pointer is about the picture, and numbers follow it; there long press and ? tell the term.
 * @param {HTMLElement} element @param {Element} target */
const within = (element, target) =>
  element.hasAttribute("data-view") && !target.closest(".card-head, .legend, label, figcaption, select, p button");

export function mountGlossary() {
  const bubble = byId("term");
  let timer = 0;
  /** @type {HTMLElement | null} */
  let shown = null;
  /** What was just pressed: whoever acts knows what it is, until the pointer has left it. @type {HTMLElement | null} */
  let pressed = null;
  /** Titles that are set aside while the bubble says them. @type {Map<Element, string>} */
  const titles = new Map();

  /** @param {HTMLElement} element @param {Element} target what is looked at within it */
  function show(element, target) {
    const term = element.dataset.term ?? "";
    const [name, about] = [named("term", term), named("about", term)];
    if (!name || !about || !element.isConnected) return;
    const more = titles.get(target.closest("[title]") ?? target) ?? target.closest("[title]")?.getAttribute("title");
    setAside(target, element);
    shown = element;
    bubble.replaceChildren(
      make("b", {}, name),
      make("p", {}, about),
      ...(more && more !== name ? [make("p", { class: "term-more" }, more)] : []),
    );
    bubble.showPopover();
    place(target.getBoundingClientRect());
    if (!target.hasAttribute("aria-describedby")) target.setAttribute("aria-describedby", "term");
  }

  /** Beside what it is about, and never over it. @param {DOMRect} about */
  function place(about) {
    const { offsetWidth: width, offsetHeight: height } = bubble;
    const below = about.bottom + EDGE + height < innerHeight || about.top < innerHeight / 2;
    const top = below ? about.bottom + EDGE : about.top - EDGE - height;
    bubble.style.left = `${Math.max(EDGE, Math.min(innerWidth - width - EDGE, about.left + about.width / 2 - width / 2))}px`;
    bubble.style.top = `${Math.max(EDGE, Math.min(innerHeight - height - EDGE, top))}px`;
  }

  /** The browser's own bubble would come on top. @param {Element} target @param {HTMLElement} element */
  function setAside(target, element) {
    for (let at = /** @type {Element | null} */ (target); at; at = at === element ? null : at.parentElement) {
      const title = at.getAttribute("title");
      if (title === null) continue;
      titles.set(at, title);
      at.removeAttribute("title");
    }
  }

  function hide() {
    clearTimeout(timer);
    for (const [element, title] of titles) if (!element.hasAttribute("title")) element.setAttribute("title", title);
    titles.clear();
    if (!shown) return;
    shown = null;
    bubble.hidePopover();
    for (const one of document.querySelectorAll("[aria-describedby=term]")) one.removeAttribute("aria-describedby");
  }

  /** @param {HTMLElement} element @param {Element} target @param {number} wait */
  function soon(element, target, wait) {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      hide();
      show(element, target);
    }, wait);
  }

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    if (event.target instanceof Node && bubble.contains(event.target)) return void clearTimeout(timer);
    const element = termed(event.target);
    if (element && (element === shown || element === pressed)) return void clearTimeout(timer);
    pressed = null;
    const target = /** @type {Element} */ (event.target);
    // Over the strip a preview of that step is in the bubble's place.
    if (element && element.id !== "strip" && !event.buttons && !within(element, target)) soon(element, target, HOVER);
    else {
      clearTimeout(timer);
      if (shown) timer = window.setTimeout(hide, LEAVE);
    }
  });
  document.addEventListener("focusin", ({ target }) => {
    const element = termed(target);
    if (!element || !(target instanceof Element) || within(element, target)) return;
    if (target.matches(":focus-visible")) soon(element, target, FOCUS);
  });
  document.addEventListener("focusout", () => hide());
  document.addEventListener("keydown", (event) => {
    // Whoever goes on with the keys has no use for it.
    if (event.key !== "Control" && event.key !== "Shift") hide();
  });
  document.addEventListener("scroll", hide, { capture: true, passive: true });

  /** @type {{x: number, y: number} | null} */
  let finger = null;
  document.addEventListener(
    "pointerdown",
    (event) => {
      hide();
      pressed = termed(event.target);
      finger = event.pointerType === "touch" ? { x: event.clientX, y: event.clientY } : null;
      const element = finger && termed(event.target);
      if (!element) return;
      timer = window.setTimeout(() => {
        show(element, /** @type {Element} */ (event.target));
        // What ends this press is no click.
        const deaf = (/** @type {Event} */ click) => click.stopImmediatePropagation();
        document.addEventListener("click", deaf, { capture: true, once: true });
        document.addEventListener("pointerdown", () => document.removeEventListener("click", deaf, true), {
          once: true,
        });
      }, PRESS);
    },
    true,
  );
  document.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (finger && !shown && Math.hypot(clientX - finger.x, clientY - finger.y) > STILL) clearTimeout(timer);
  });
  for (const end of ["pointerup", "pointercancel"])
    document.addEventListener(end, () => {
      if (finger && !shown) clearTimeout(timer);
      finger = null;
    });
}

/** The list of all terms, for the help. */
export const termList = () =>
  terms().flatMap(([term, name]) => [
    make("dt", { id: `term-${term}`, tabindex: -1 }, name),
    make("dd", {}, named("about", term) ?? ""),
  ]);

/** The term that the focus is on, as its element in the list. @param {Element | null} focus */
export function termOf(focus) {
  const term = termed(focus)?.dataset.term;
  return term ? document.getElementById(`term-${term}`) : null;
}
