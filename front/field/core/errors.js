// What can go wrong in a way that the app has a sentence for. The sentence is the app's: here it has a code.

/**
 * - `closed`: the device is locked, barred, new or wiped.
 * - `already-set-up`: there is a store already, and setting up anew would lose its outbox.
 * - `storage-full`: the phone has no room; nothing of the fact was kept, or no try could be counted.
 * - `not-on-phone`: no fact of this id is in the outbox.
 * - `not-refused`: only what was refused or is held can be mended or dropped.
 * - `other-seat`: it belongs to another post or programme than this phone's.
 * - `not-an-outbox`: the file is none, or not whole.
 */
export class FieldError extends Error {
  constructor(code, detail = "") {
    super(detail ? `${code}: ${detail}` : code);
    this.name = "FieldError";
    this.code = code;
  }
}

/** Whether the phone has no room left: as a put says it, or the transaction that it was in. */
export const isFull = (error) => error?.name === "QuotaExceededError";
