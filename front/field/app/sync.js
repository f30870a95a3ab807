// When the phone speaks with the server: on opening, when it is online again, when the app comes to the
// front, when somebody taps "Send now", and a little later where the server took everything and was too busy to
// be read. Never otherwise, and never twice at once.

import { app, look } from "./state.js";

const AGAIN_MS = 60_000;
const BUSY_MS = 10_000;
let lastAt = 0;
let asksLater = 0;
/** Whether it was asked to while it was at it: what was recorded meanwhile, or failed meanwhile, goes once more. */
let again = false;

/** Send what waits, then read what is new. Whatever the network does, nothing here fails. */
export async function sync() {
  if (app.device.state !== "open") return;
  if (app.sending) {
    again = true;
    return;
  }
  again = false;
  app.sending = true;
  app.redraw("bar");
  try {
    const sent = await app.device.send({ onProgress: () => app.redraw("bar") });
    const read = await app.device.refresh();
    const busy = !sent.why && read.why === "server";
    app.why = busy ? "busy" : sent.why ?? read.why;
    lastAt = Date.now();
    clearTimeout(asksLater);
    if (busy) asksLater = setTimeout(() => document.visibilityState === "visible" && sync(), BUSY_MS);
  } finally {
    app.sending = false;
    await look();
    app.redraw("live");
  }
  if (again && (app.why || app.outbox.some((one) => one.state === "queued"))) await sync();
}

/** The same, where something waits or a while has passed. */
export async function syncIfDue() {
  if (app.device.state !== "open" || !navigator.onLine) return;
  const waits = app.outbox.some((one) => one.state === "queued");
  if (waits || Date.now() - lastAt > AGAIN_MS) await sync();
}

export function syncOnItsOwn() {
  addEventListener("online", () => sync());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") syncIfDue();
  });
}
