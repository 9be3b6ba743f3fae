/**
 * What a card's sentence is: a text, and whether what the card looks out for is there (`fires`), its opposite
 * (`opposite`), or nothing can be said yet (`quiet`). Bold words stand between two asterisks.
 */

/** @typedef {{state: "fires" | "quiet" | "opposite", text: string}} Said */

/** @param {string} text @returns {Said} */
export const fires = (text) => ({ state: "fires", text });
/** @param {string} [text] @returns {Said} */
export const quiet = (text = "") => ({ state: "quiet", text });
/** @param {string} text @returns {Said} */
export const opposite = (text) => ({ state: "opposite", text });

/** A sentence begins with a capital. @param {string} words */
export const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);
