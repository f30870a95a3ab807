// 500 seeded schedules: `make field`. More of them, or one again: long.js.
import assert from "node:assert/strict";
import { test } from "node:test";
import { schedule } from "./schedule.js";
import { schedules } from "./seeds.js";

test("500 months without signal: nothing is lost, nothing doubled, every photo whole", async () => {
  const failures = [];
  const onFailure = (error) => failures.push(error.message);
  const seen = await schedules({ schedule, from: 1, count: 500, atOnce: 4, mostFailures: 5, onFailure });

  console.log(seen);
  assert.deepEqual(failures, []);
  assert.equal(seen.done, 500);
  // As much of each as makes a month bad; fewer, and it proved nothing.
  assert.ok(seen.deaths >= 300 && seen.facts >= 3000 && seen.queuedFull >= 20, JSON.stringify(seen));
  for (const [fault, times] of Object.entries(seen.faults)) assert.ok(times >= 20, `${fault} came ${times} times`);
  assert.ok(Object.keys(seen.faults).length >= 16);
});
