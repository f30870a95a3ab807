// Runs schedules: `node long.js --from 1 --count 500 [--at-once 4]`, or one again: `--seed 17`.
import { parseArgs } from "node:util";
import { schedule } from "./schedule.js";

const { values } = parseArgs({
  options: {
    from: { type: "string", default: "1" },
    count: { type: "string", default: "500" },
    seed: { type: "string" },
    "at-once": { type: "string", default: "4" },
  },
});

/** Runs schedules, some at a time; answers { done, failed, faults, … }. Says each failure as it comes. */
export async function schedules({ from, count, atOnce, onFailure }) {
  const seen = { done: 0, failed: 0, facts: 0, deaths: 0, faults: {} };
  let next = from;
  const work = async () => {
    while (next < from + count && seen.failed < 10) {
      const seed = next;
      next += 1;
      try {
        const { faults, facts, deaths } = await schedule(seed);
        seen.facts += facts;
        seen.deaths += deaths;
        for (const [name, times] of Object.entries(faults)) seen.faults[name] = (seen.faults[name] ?? 0) + times;
      } catch (error) {
        seen.failed += 1;
        onFailure(error);
      }
      seen.done += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return seen;
}

const one = values.seed !== undefined;
const started = performance.now();
const seen = await schedules({
  from: Number(one ? values.seed : values.from),
  count: one ? 1 : Number(values.count),
  atOnce: Number(values["at-once"]),
  onFailure: (error) => console.log(`\n${error.message}\n${error.stack.split("\n    at").slice(1, 3).join("\n")}`),
});
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(`${seen.done} schedules in ${seconds} s: ${seen.facts} facts, ${seen.deaths} tabs killed, ${seen.failed} failed`);
console.log(Object.entries(seen.faults).map(([name, times]) => `${name || "passed"} ${times}`).join(" · "));
process.exit(seen.failed || !seen.done ? 1 : 0);
