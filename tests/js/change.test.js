/** A change is over when the store has what came of it: what is pressed next begins from there. */

import assert from "node:assert/strict";
import test from "node:test";

import { signal } from "@preact/signals-core";

import "./english.js";
import { change } from "../../static/js/core/session.js";

test("lines that are told once more, as after a reload, are not yet the change", async () => {
  const before = [{ line: 0, parent: null, at: 0, head: 5, edits: [{ n: 0 }] }];
  /** @type {any} */
  const store = {
    session: signal({ id: "s" }),
    beginning: signal(false),
    notice: signal(null),
    lines: signal(before),
    socket: {
      request: () => {
        store.lines.value = [...before];
        return Promise.resolve({});
      },
    },
  };
  let over = false;
  const made = change(store, [{ kind: "undo", edit: 0 }]).then(() => (over = true));
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(over, false);
  store.lines.value = [{ ...before[0], edits: [{ n: 0 }, { n: 1 }] }];
  assert.equal(await made, true);
});
