// 60 seeded schedules in Chromium: `make field-chromium`. One of them again: `make field-chromium-seed SEED=17`.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { schedules } from "../seeds.js";
import { closeBrowser } from "./browser.js";
import { schedule } from "./month.js";

const COUNT = 60;

after(closeBrowser);

test("60 months without signal in Chromium: nothing is lost, nothing doubled, every photo whole", async () => {
  const failures = [];
  const onFailure = (error) => failures.push(error.message);
  const seen = await schedules({ schedule, from: 1, count: COUNT, atOnce: 4, mostFailures: 5, onFailure });

  console.log(seen);
  assert.deepEqual(failures, []);
  assert.equal(seen.done, COUNT);
  // As much of each as makes a month bad; fewer, and it proved nothing.
  const least = { facts: 300, deaths: 50, crashes: 15, restarts: 8, offline: 50, queuedFull: 10, skewed: 15, secondTabs: 8 };
  for (const [what, times] of Object.entries(least)) assert.ok(seen[what] >= times, `${what}: ${seen[what]}`);
  assert.equal(Object.keys(seen.faults).length, 16);
  for (const [fault, times] of Object.entries(seen.faults)) assert.ok(times >= 8, `${fault} came ${times} times`);
});
