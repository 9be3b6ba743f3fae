/** The buttons and the clock: start again, back, play, forward; step, epoch, steps a second. */

import { effect } from "@preact/signals-core";

import { otherStart } from "../core/change.js";
import { byId, make, mark, say } from "../core/dom.js";
import { fixed, pace, whole } from "../core/format.js";
import { recall, remember } from "../core/memory.js";
import { reset, running, seek, setPace, step, toggle } from "../core/session.js";
import { t } from "../core/texts.js";

import { greet } from "./greeting.js";
import { mountStop } from "./stop.js";

/** @typedef {import("../core/store.js").Store} Store */

const PACES = [1, 5, 20, 60, 120, 250, 1000, "max"];

/** A phone: `css/clock.css` says the same. */
const NARROW = "(max-width: 759.98px)";

/** Pace and end stand in the bar; on a phone, which has no room for them there, among the causes.
 * @param {HTMLElement} stop @param {HTMLElement} speed */
function settle(stop, speed) {
  const narrow = matchMedia(NARROW);
  const [bar, after] = [/** @type {HTMLElement} */ (speed.parentElement), byId("normal-size")];
  const place = () => {
    if (narrow.matches) byId("pace-knobs").append(speed, stop);
    else for (const part of [speed, stop]) bar.insertBefore(part, after);
  };
  narrow.addEventListener("change", place);
  place();
}

/** @param {Store} store */
export function mountTransport(store) {
  const play = byId("play", HTMLButtonElement);
  const back = byId("back", HTMLButtonElement);
  const forward = byId("forward", HTMLButtonElement);
  const again = byId("reset", HTMLButtonElement);
  const call = byId("call");

  const pressed = () => {
    hush();
    void toggle(store);
  };
  play.addEventListener("click", pressed);
  back.addEventListener("click", () => void seek(store, store.session.peek().step - 1));
  forward.addEventListener("click", (event) => {
    hush();
    void step(store, event.shiftKey ? { epochs: 1 } : { steps: 1 });
  });
  again.addEventListener("click", () => void reset(store));
  byId("other").addEventListener("click", () => void otherStart(store));

  // The call-out greets once: after the first press it is gone for ever.
  const greeted = recall("greeted") !== null;
  call.hidden = greeted;
  greet(store, /** @type {Element} */ (call.lastElementChild));
  document.documentElement.classList.toggle("calling", !greeted);
  const hush = () => {
    if (call.hidden) return;
    call.hidden = true;
    document.documentElement.classList.remove("calling");
    remember("greeted", "yes");
    remember("used", "yes");
  };

  const stop = mountStop(store);
  const select = byId("speed", HTMLSelectElement);
  settle(stop, /** @type {HTMLElement} */ (select.closest("label")));
  for (const value of PACES) {
    select.append(
      make("option", { value }, value === "max" ? t("time.full") : t("time.rate", { steps: Number(value) })),
    );
  }
  select.addEventListener("change", () => {
    void setPace(store, select.value === "max" ? "max" : Number(select.value));
  });

  effect(() => {
    const now = store.session.value;
    const runs = now.state === "running";
    document.documentElement.classList.toggle("running", runs);
    mark(play, "aria-label", t(runs ? "time.pause" : "time.play"));
    mark(play, "title", t(runs ? "time.pause.key" : "time.play.key"));
    play.disabled = Boolean(now.divergence) || now.state === "lost";
    back.disabled = now.step === 0;
    forward.disabled = Boolean(now.divergence) || now.state === "lost";
    say(byId("clock-step"), whole(now.step));
    say(byId("clock-epoch"), now.epoch < 10 ? fixed(now.epoch, 1) : whole(Math.floor(now.epoch)));
    say(byId("clock-speed"), runs && now.stepsPerSecond ? pace(now.stepsPerSecond) : "–");
    if (document.activeElement !== select) select.value = String(now.pace);
  });
  return { pressed, running: () => running(store) };
}
