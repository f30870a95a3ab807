// Runs schedules: `node long.js --from 1 --count 500 [--at-once 4]`, or one again: `--seed 17`.
// Those of Chromium: `--in ./chromium/month.js`.
import { parseArgs } from "node:util";
import { schedules } from "./seeds.js";

const { values } = parseArgs({
  options: {
    from: { type: "string", default: "1" },
    count: { type: "string", default: "500" },
    in: { type: "string", default: "./schedule.js" },
    seed: { type: "string" },
    "at-once": { type: "string", default: "4" },
    "most-failures": { type: "string", default: "10" },
  },
});

const one = values.seed !== undefined;
const { schedule } = await import(values.in);
const started = performance.now();
const seen = await schedules({
  schedule,
  from: Number(one ? values.seed : values.from),
  count: one ? 1 : Number(values.count),
  atOnce: Number(values["at-once"]),
  mostFailures: Number(values["most-failures"]),
  onFailure: (error) => console.log(`\n${error.message}\n${error.stack.split("\n    at").slice(1, 3).join("\n")}`),
});
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(`${seen.done} schedules in ${seconds} s: ${seen.facts} facts, ${seen.deaths} tabs killed, ${seen.failed} failed`);
console.log(Object.entries(seen.faults).map(([name, times]) => `${name || "passed"} ${times}`).join(" · "));
process.exit(seen.failed || !seen.done ? 1 : 0);
