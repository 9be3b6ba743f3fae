/** R10: a page that lost its connection comes back by itself, soon and not with all others at once. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import "./english.js";
import { pause, tab } from "../../static/js/core/again.js";
import { openSocket } from "../../static/js/core/socket.js";

test("R10: the first try comes within 200 ms, then ever later, 5 s at most", () => {
  for (const random of [() => 0, () => 0.5, () => 0.999]) {
    const waits = Array.from({ length: 12 }, (_, tries) => pause(tries, random));
    assert.ok(waits[0] <= 200);
    for (let i = 1; i < 12; i++) assert.ok(waits[i] >= waits[i - 1]);
    for (let i = 2; i < 5; i++) assert.ok(Math.abs(waits[i] / waits[i - 1] - 2) < 1e-9);
    assert.ok(waits[11] >= 2500 && waits[11] <= 5000);
  }
});

test("R10: jitter spreads a class over half of the pause", () => {
  for (const tries of [0, 1, 3, 9]) {
    const many = Array.from({ length: 300 }, () => pause(tries));
    const longest = Math.min(5000, 200 * 2 ** tries);
    assert.ok(Math.max(...many) <= longest);
    assert.ok(Math.max(...many) - Math.min(...many) > 0.35 * longest);
  }
});

test("a page's name is drawn at random and long enough", () => {
  assert.match(tab, /^[0-9a-f]{24}$/);
});

/** A connection that the test opens and cuts. */
class Wire {
  static OPEN = 1;
  static CLOSED = 3;
  /** @type {Wire[]} */
  static made = [];
  readyState = 0;
  constructor() {
    Wire.made.push(this);
  }
  open() {
    this.readyState = Wire.OPEN;
    this.onopen();
  }
  cut() {
    this.readyState = Wire.CLOSED;
    this.onclose();
  }
  send() {}
  close() {}
}

test("R10: the socket keeps to that schedule, and begins anew with it after every success", (t) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => mock.timers.reset());
  Object.assign(globalThis, { WebSocket: Wire, location: { protocol: "http:", host: "x" } });
  globalThis.window = globalThis;
  let [opened, closed] = [0, 0];
  const told = { opened: () => (opened += 1), closed: () => (closed += 1), event() {}, frame() {} };
  const socket = openSocket(told);
  const wire = () => Wire.made.at(-1);
  /** Connections made within so many milliseconds. */
  const within = (ms) => {
    const before = Wire.made.length;
    mock.timers.tick(ms);
    return Wire.made.length - before;
  };
  for (let round = 0; round < 2; round++) {
    wire().open();
    assert.ok(socket.isOpen());
    wire().cut();
    assert.equal(within(200), 1);
    wire().cut();
    assert.equal(within(199), 0); // the second pause is at least as long as the first can be
    assert.equal(within(201), 1);
    for (let more = 0; more < 8; more++) {
      wire().cut();
      assert.equal(within(5000), 1);
    }
    wire().cut();
    assert.equal(within(2499), 0);
    assert.equal(within(2501), 1);
  }
  assert.equal(opened, 2);
  assert.equal(closed, 22);
  socket.close();
  wire().cut();
  assert.equal(within(60_000), 0);
});
