import assert from "node:assert/strict";
import test from "node:test";

import { calmStep } from "../../static/js/geometry/calm.js";

const climb = { steps: [1, 2, 3, 4, 5, 6], values: [1, 0.5, 0.4, 8, 60, 900] };

test("a climb that began before the last steps is undone as a whole", () => {
  assert.equal(calmStep(climb, 5), 2); // Step 3 led to a loss of 8: it is undone too.
  assert.equal(calmStep(climb, 3), 2);
  assert.equal(calmStep({ steps: [4, 8, 12], values: [1, 0.5, 70] }, 10), 7); // Points that tell of four steps each.
  assert.equal(calmStep(climb, 2), 2);
});

test("a run that never was calm goes back to its start, one without a curve where it was asked to", () => {
  assert.equal(calmStep({ steps: [1, 2], values: [1, 7] }, 2), 0);
  assert.equal(calmStep({ steps: [], values: [] }, 4), 4);
});
