// Ids of facts: UUIDv7 (RFC 9562 §5.7), made when a fact is recorded and never again.

/**
 * A new id. The clock may be ten years off: 74 random bits keep ids apart, and nothing here sorts by them.
 *
 *     0198c0de-0000-7abc-8def-0123456789ab
 *     └ms since 1970┘ 7   8–b, then random
 */
export function uuidv7(now, crypto) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let rest = Math.max(0, Math.floor(now));
  for (let at = 5; at >= 0; at -= 1) {
    bytes[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const signs = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return signs.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
