/** Elements by id, and elements from words. Text reaches the page as text. */

/** The element of that id; throws where the page has none. @template {HTMLElement} T
 * @param {string} id @param {{new (): T}} [kind] @returns {T} */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (!found || (kind && !(found instanceof kind))) throw new Error(`the page has no #${id}`);
  return /** @type {T} */ (found);
}

/** Makes an element: `make("button", {id: "undo", class: "plain", onclick: undo}, "Undo")`.
 * @template {keyof HTMLElementTagNameMap} K @param {K} tag @param {Record<string, any>} [given]
 * @param {...(Node | string | null)} children @returns {HTMLElementTagNameMap[K]} */
export function make(tag, given = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    // The page's policy refuses style attributes in markup; the object model may set them.
    else if (name === "style") made.style.cssText = value;
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Writes text only where it changed, so that nothing is laid out again for nothing.
 * @param {Element} element @param {string} text */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {Element} element @param {string} name @param {string | number | boolean} value */
export function mark(element, name, value) {
  if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
}
