// The first screen: what is owed, what can be recorded, and how it stands with sending.

import { button, doing, h } from "./dom.js";
import { app, field, formAt, kindOf, now, refused, waiting } from "./state.js";
import { sync } from "./sync.js";
import { ago, day, meaning, money, said, t, word } from "./words.js";

const SHOWN = 5;
const USUAL = 6;
const OLD_MS = 3 * 86400e3;
const OLD_OUTBOX_MS = 7 * 86400e3;

export async function home() {
  const at = field();
  if (!at) return h("section", {}, h("h1", {}, t("Nothing was read yet")), h("p", {}, t("Once there is network, this phone reads what it needs. Stay on this page for a moment.")), statusCard());
  return h(
    "section",
    {},
    h("h1", {}, said(at.seat.name)),
    h("p", { class: "lead" }, said(at.programme.name)),
    statusCard(),
    await halfTyped(),
    owed(at.worklist.slice(0, SHOWN), at.worklist.length),
    h("h2", {}, t("Record")),
    h("div", { class: "usual" }, usual().slice(0, USUAL).map((kind) => doing(meaning(kind), formAt(kind)))),
    h("p", {}, h("a", { class: "on", href: "#/record" }, t("Everything that this post may record"))),
    h("h2", {}, t("Look up")),
    h("div", { class: "usual" }, lookUps().map(([says, href]) => doing(says, href, true))),
  );
}

/** What can be recorded, the most used on this phone first, then the usual ones of its post. */
export function usual() {
  const counts = new Map();
  for (const one of app.outbox) counts.set(one.kind, (counts.get(one.kind) ?? 0) + 1);
  const { records } = field();
  return [...records].sort((one, other) => (counts.get(other) ?? 0) - (counts.get(one) ?? 0)).filter(kindOf);
}

export function lookUps() {
  const { packs, handovers } = field();
  return [
    [t("Worklist"), "#/owed"],
    [t("Projects"), "#/projects"],
    [t("Assets"), "#/assets"],
    [t("Accounts"), "#/accounts"],
    [t("Notices"), "#/notices"],
    [t("Needs"), "#/needs"],
    ...handovers.map((one) => [t("The walk in {place}", { place: said(one.place) }), `#/walk/${one.team}`]),
    ...packs.map((one) => [t("The pack of {team}", { team: `${said(one.place)} · ${said(one.cohort)}` }), `#/pack/${one.team}`]),
  ];
}

/** How it stands with sending and reading, in words; loud where it is old, or not safe here. */
export function statusCard() {
  const count = waiting().length;
  const wrong = refused().length;
  const oldest = waiting()[0];
  const late = oldest && now() - oldest.recordedAt > OLD_OUTBOX_MS;
  return h(
    "div",
    { class: "status" },
    h("p", { class: count ? "count" : null }, count ? t("Waiting on this phone to be sent: {n}", { n: count }) : t("Everything recorded here has been sent.")),
    oldest ? h("p", { class: late ? "loud" : "note" }, t("The oldest of them was recorded {ago}.", { ago: ago(now() - oldest.recordedAt) })) : null,
    count ? button(app.sending ? t("Sending…") : t("Send now"), sync) : null,
    app.why && WHY[app.why] ? h("p", { class: "note", role: "status" }, t(WHY[app.why])) : null,
    app.why === "signed-out" ? doing(t("Let this phone act again"), "#/renew", true) : null,
    wrong ? h("p", { class: "loud" }, h("a", { href: "#/outbox" }, t("Refused, to be put right: {n}", { n: wrong }))) : null,
    synced(),
    app.persisted === false && count
      ? h("p", { class: "loud" }, t("This browser may erase what is kept here when the phone is full. Send soon, or save the outbox to a file."), " ", h("a", { href: "#/outbox" }, t("Save the outbox to a file")))
      : null,
  );
}

export function synced() {
  const at = app.snapshot?.at;
  if (!at) return h("p", { class: "loud" }, t("Nothing was read from the programme yet."));
  const age = now() - at;
  return h("p", { class: age > OLD_MS ? "loud" : "note" }, t("What you read here is as of {ago}.", { ago: ago(age) }));
}

const WHY = {
  network: "There is no network, or not enough of it. It is tried again by itself.",
  server: "The server takes nothing just now. It is tried again by itself.",
  busy: "Everything was taken. The server is busy, and what you read here is asked for again by itself.",
  storage: "This phone has no room left to keep what was read.",
  quota: "So many files are taken on one day; the rest is sent tomorrow.",
  forbidden: "The server says that this post may not do this.",
  "signed-out": "This phone does not act for its post any more. Sign in once more, or save the outbox to a file.",
  sending: "Another window of this phone is sending just now.",
};

export const REASONS_OF_SENDING = WHY;

async function halfTyped() {
  const keys = await app.device.typedForms();
  const there = keys.map((key) => [key, key.split("?")[0]]).filter(([, kind]) => kindOf(kind));
  if (!there.length) return null;
  return h("div", { class: "kept" }, h("p", {}, h("b", {}, t("Begun, and not recorded yet"))), there.map(([key, kind]) => h("p", {}, h("a", { class: "on", href: `#/record/${key}` }, meaning(kind)))));
}

/** What is owed, each with the button that opens the form which closes it. */
export function owed(found, total) {
  return h(
    "div",
    {},
    h("h2", {}, t("What I owe")),
    found.length ? h("ul", { class: "rows" }, found.map(owing)) : h("p", {}, t("Nothing is owed.")),
    total > found.length ? h("p", {}, h("a", { class: "on", href: "#/owed" }, t("All of it: {n}", { n: total }))) : null,
  );
}

function owing(one) {
  const late = one.days_over > 0;
  const ways = one.ways.filter((way) => field().records.includes(way.kind));
  const about = said(one.of.name) || (one.what === "request" ? "" : one.of.id);
  return h(
    "li",
    {},
    h("b", {}, word("sorts", one.sort), one.language ? `: ${word("languages", one.language)}` : ""),
    h("span", { dir: "auto" }, about, one.minor === null ? "" : ` · ${money(one.minor, one.currency)}`),
    h("span", { class: late ? "loud" : "note" }, late ? t("overdue since {day}", { day: day(one.due) }) : t("by {day}", { day: day(one.due) })),
    one.came_up ? h("span", { class: "note" }, t("It came up to you: others have not done it in time.")) : null,
    ways.length
      ? h("span", { class: "does" }, ways.map((way, nth) => doing(word("ways", way.kind), formAt(way.kind, way.answers), nth > 0)))
      : h("span", { class: "note" }, t("This is done at the desk.")),
  );
}
