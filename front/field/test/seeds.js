// What every kind of schedule shares: which fault a seed brings, and running many of them.
import { chance } from "./chance.js";
import { FAULTS } from "./proxy.js";

/** What befalls each request. By the how-manieth of its sort, so that it matters little in which order they come. */
export function fates({ seed, bad }) {
  const times = {};
  return (request) => {
    const sort = `${request.method} ${request.url.split("/").slice(0, 3).join("/")}`;
    times[sort] = (times[sort] ?? 0) + 1;
    const fate = chance(seed, sort, times[sort]);
    return fate.is(bad) ? fate.one(FAULTS) : "";
  };
}

/** Runs `schedule(seed)`, some at a time; answers { done, failed, faults, … }, all else added up. Says each failure as it comes. */
export async function schedules({ schedule, from, count, atOnce, mostFailures, onFailure }) {
  const seen = { done: 0, failed: 0, faults: {} };
  let next = from;
  const work = async () => {
    while (next < from + count && seen.failed < mostFailures) {
      const seed = next;
      next += 1;
      try {
        const { faults, ...counts } = await schedule(seed);
        for (const [name, times] of Object.entries(counts)) seen[name] = (seen[name] ?? 0) + times;
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
