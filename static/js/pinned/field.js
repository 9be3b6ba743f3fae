/**
 * A number that can be typed or dragged: Enter writes it, Escape takes the typing back, arrows turn it by a tenth,
 * and a hand that pulls it sideways turns it by a hundredth a pixel.
 */

import { make, mark } from "../core/dom.js";
import { fixed } from "../core/format.js";

/** What a person typed as a number; null where it is none. @param {string} text */
export function readNumber(text) {
  const plain = text.trim().replace("−", "-").replace(",", ".");
  const value = plain === "" ? NaN : Number(plain);
  return Number.isFinite(value) ? value : null;
}

/** A pull shorter than this is a click, in pixels. */
const STILL = 4;
const PER_PIXEL = 0.01;

/** @param {string} label @param {(value: number) => Promise<any> | void} written its promise is of null where it was
 * refused */
export function makeNumberField(label, written) {
  const input = make("input", { class: "number-field", type: "text", inputmode: "decimal", "aria-label": label });
  let [value, typing] = [/** @type {number | undefined} */ (undefined), false];
  // A frame of before a change may come after it: until the change is answered the field keeps what was written.
  let [told, writes, answered] = [value, 0, 0];
  const show = () => {
    if (typing) return;
    input.value = fixed(value, 3);
    // A new value undoes the marking; what is typed next would be put behind it.
    if (document.activeElement === input) input.select();
  };
  const wrong = (/** @type {boolean} */ is) => mark(input, "aria-invalid", is);
  // From here on the number stands still, else it would change under the hand while the net trains.
  const hold = () => (typing = true);
  input.addEventListener("focus", () => {
    hold();
    input.select();
  });
  input.addEventListener("pointerdown", hold);
  pullable();
  input.addEventListener("input", () => {
    typing = true;
    wrong(readNumber(input.value) === null);
  });
  input.addEventListener("blur", () => {
    typing = false;
    wrong(false);
    show();
  });
  input.addEventListener("keydown", (event) => {
    const turn = { ArrowUp: 0.1, ArrowDown: -0.1 }[event.key];
    const typed = readNumber(input.value);
    if (event.key === "Enter" && typed !== null) commit(typed);
    else if (event.key === "Escape") {
      typing = false;
      wrong(false);
      show();
      input.blur();
    } else if (turn && typed !== null) {
      event.preventDefault();
      commit(Number((typed + turn * (event.shiftKey ? 10 : 1)).toFixed(4)));
    }
    event.stopPropagation();
  });

  /** Pulling a field that is not being typed into. */
  function pullable() {
    /** @type {{x: number, from: number, now: number | null} | null} */
    let pull = null;
    // The press itself would put the caret in and mark text; a click does that when the hand lets go.
    input.addEventListener("mousedown", (event) => {
      if (document.activeElement !== input) event.preventDefault();
    });
    input.addEventListener("pointerdown", (event) => {
      if (event.button || document.activeElement === input || value === undefined) return;
      input.setPointerCapture(event.pointerId);
      pull = { x: event.clientX, from: value, now: null };
    });
    input.addEventListener("pointermove", (event) => {
      if (!pull) return;
      const by = event.clientX - pull.x;
      if (pull.now === null && Math.abs(by) < STILL) return;
      pull.now = Number((pull.from + by * PER_PIXEL).toFixed(3));
      input.value = fixed(pull.now, 3);
    });
    const end = (/** @type {boolean} */ keep) => {
      const now = pull?.now ?? null;
      const clicked = pull !== null && now === null;
      pull = null;
      if (clicked && keep) input.focus();
      else if (now !== null) {
        typing = false;
        if (keep) void write(now);
        show();
      }
    };
    input.addEventListener("pointerup", () => end(true));
    input.addEventListener("pointercancel", () => end(false));
  }

  /** @param {number} now */
  async function write(now) {
    const mine = ++writes;
    value = now;
    const answer = await written(now);
    if (mine !== writes) return;
    answered = mine;
    if (answer !== null) return;
    value = told;
    show();
  }

  /** @param {number} typed */
  function commit(typed) {
    typing = false;
    void write(typed);
    show();
    input.select();
  }

  return {
    element: input,
    /** @param {number | undefined} now @param {string} [name] */
    show: (now, name) => {
      told = now;
      if (name && name !== input.getAttribute("aria-label")) answered = writes; // of another one
      if (name) mark(input, "aria-label", name);
      if (answered !== writes) return;
      value = now;
      show();
    },
    focus: () => input.focus(),
  };
}
