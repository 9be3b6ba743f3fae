/**
 * A number that can be typed: Enter writes it, Escape takes the typing back, arrows turn it by a tenth.
 */

import { make, mark } from "../core/dom.js";
import { fixed } from "../core/format.js";

/** What a person typed as a number; null where it is none. @param {string} text */
export function readNumber(text) {
  const plain = text.trim().replace("−", "-").replace(",", ".");
  const value = plain === "" ? NaN : Number(plain);
  return Number.isFinite(value) ? value : null;
}

/** @param {string} label @param {(value: number) => void} written */
export function makeNumberField(label, written) {
  const input = make("input", { class: "number-field", type: "text", inputmode: "decimal", "aria-label": label });
  let [value, typing] = [/** @type {number | undefined} */ (undefined), false];
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

  /** @param {number} typed */
  function commit(typed) {
    typing = false;
    value = typed;
    show();
    written(typed);
    input.select();
  }

  return {
    element: input,
    /** @param {number | undefined} now @param {string} [name] */
    show: (now, name) => {
      value = now;
      if (name) mark(input, "aria-label", name);
      show();
    },
    focus: () => input.focus(),
  };
}
