// What every screen draws from: the device, what was read of the server last, the outbox, and where we are.

import { teach } from "./words.js";

export const app = {
  device: null,
  /** { at, field, kinds } as of the last sync; null before the first. */
  snapshot: null,
  /** The outbox, oldest first; empty while the phone is locked. */
  outbox: [],
  /** Whether the browser promised to keep what is stored: null while it was not asked. */
  persisted: null,
  sending: false,
  /** Why the last sending or reading ended before its end. */
  why: null,
  /** What somebody is to be told once, above the screen that comes next. */
  told: null,
  redraw: () => {},
};

export const now = () => Date.now();
export const field = () => app.snapshot?.field ?? null;
export const waiting = () => app.outbox.filter((one) => ["queued", "held"].includes(one.state));
export const refused = () => app.outbox.filter((one) => one.state === "refused");

/** A kind of fact as the server declared it. */
export function kindOf(name) {
  return app.snapshot?.kinds.kinds.find((one) => one.kind === name) ?? null;
}

/** Read again what the device holds. */
export async function look() {
  const open = app.device.state === "open";
  app.snapshot = open ? await app.device.snapshot() : null;
  app.outbox = open ? await app.device.outbox() : [];
  if (app.snapshot) teach(app.snapshot.field.currencies ?? []);
}

/** Go to another screen: an address behind the #, and nothing the server ever sees. */
export function go(hash) {
  if (location.hash === hash) app.redraw();
  else location.hash = hash;
}

/** Which screen is asked for: its path in parts, and what its form is filled with. */
export function route() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  return { parts: path.split("/").filter(Boolean).map(decodeURIComponent), answers: new URLSearchParams(query) };
}

/** The address of a kind's form, filled with answers. */
export function formAt(kind, answers = {}) {
  const query = new URLSearchParams(answers).toString();
  return `#/record/${encodeURIComponent(kind)}${query ? `?${query}` : ""}`;
}

/** The day that it is where the programme is, by this phone's clock; never before the last sync. */
export function today() {
  const at = field();
  const here = new Date(now());
  const [day] = here.toISOString().split("T");
  let local = day;
  try {
    local = new Intl.DateTimeFormat("sv-SE", { timeZone: at?.timezone ?? undefined }).format(here);
  } catch {
    // A browser that does not know the zone goes by UTC.
  }
  return at && at.today > local ? at.today : local;
}
