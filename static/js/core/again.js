/** When a page that lost its connection tries again, and by which name the server knows it then. */

const FIRST = 200;
const LONGEST = 5000;

/** Milliseconds before a try after a cut: the first within 200, then up to twice as long each time, 5000 at most. Drawn
 * at random, so that a class whose server starts anew does not come back as one.
 * @param {number} tries how many have failed since the cut @param {() => number} [random] 0 … 1 @returns {number} */
export function pause(tries, random = Math.random) {
  const most = Math.min(LONGEST, FIRST * 2 ** tries);
  return tries === 0 ? most * random() : most * (1 + random()) * 0.5;
}

/** The name of this page's load, drawn at random: it takes the place of its own stale connection and of no other. (A
 * duplicated tab is another load; `crypto.randomUUID` is not there where a class comes over plain HTTP.) */
export const tab = [...crypto.getRandomValues(new Uint8Array(12))]
  .map((byte) => byte.toString(16).padStart(2, "0"))
  .join("");
