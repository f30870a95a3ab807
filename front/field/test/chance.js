// Chance from a seed: the same seed and the same words give the same numbers, whatever comes between.

/** A generator of numbers in [0, 1). It is mulberry32, seeded by a hash (FNV-1a) of the words. */
export function chance(...words) {
  let state = 0x811c9dc5;
  for (const sign of words.join("\u0000")) state = Math.imul(state ^ sign.codePointAt(0), 0x01000193) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    below: (most) => Math.floor(next() * most),
    is: (likely) => next() < likely,
    one: (list) => list[Math.floor(next() * list.length)],
  };
}
