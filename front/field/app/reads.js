// What the phone reads without network: lists as of the last sync, whose age stands above each of them.

import { doing, h, written } from "./dom.js";
import { owed, synced } from "./home.js";
import { nameOf } from "./names.js";
import { app, field, formAt } from "./state.js";
import { day, money, risk, said, t, word } from "./words.js";

const page = (title, ...parts) => h("section", {}, h("h1", {}, title), synced(), parts);
const none = () => h("p", {}, t("None."));
const may = (kind) => field().records.includes(kind);

function rows(found, draw) {
  return found.length ? h("ul", { class: "rows" }, found.map((one) => h("li", {}, draw(one)))) : none();
}

export async function worklist() {
  const { worklist: found } = field();
  return page(t("Worklist"), owed(found, found.length));
}

export async function projects() {
  return page(
    t("Projects"),
    rows(field().projects, (one) => [
      h("b", { dir: "auto" }, said(one.name)),
      h("span", {}, `${word("stages", one.stage)} · ${word("themes", one.theme)} · ${nameOf("place", one.place)}`),
      h("span", { class: "note" }, one.budget === null ? money(one.spent, one.currency) : t("{spent} spent of {budget}", { spent: money(one.spent, one.currency), budget: money(one.budget, one.currency) })),
      one.ends_on ? h("span", { class: one.overdue ? "loud" : "note" }, t("to end on {day}", { day: day(one.ends_on) })) : null,
      does([["works.progress-inspected", { project: one.id }]], one.stage === "started"),
    ]),
  );
}

export async function assets() {
  const seen = latestSeen();
  return page(
    t("Assets"),
    rows(field().assets, (one) => [
      h("b", { dir: "auto" }, said(one.name)),
      h("span", { class: ["broken", "gone"].includes(one.condition) ? "loud" : null }, `${word("conditions", one.condition)}${one.seen_on ? ` · ${t("seen on {day}", { day: day(one.seen_on) })}` : ""}`),
      seen.has(one.id) ? h("span", { class: "note" }, t("Seen with this phone since: {condition}", { condition: word("conditions", seen.get(one.id)) })) : null,
      h("span", { class: "note" }, `${nameOf("place", one.place)} · ${said(one.keeper)}`),
      one.mend_by ? h("span", { class: one.overdue.includes("mending") ? "loud" : "note" }, t("to be mended by {day}", { day: day(one.mend_by) })) : null,
      one.due_on ? h("span", { class: one.overdue.includes("upkeep") ? "loud" : "note" }, t("upkeep due on {day}", { day: day(one.due_on) })) : null,
      does([["assets.asset-inspected", { asset: one.id }], ["assets.asset-repaired", { asset: one.id }]], one.condition !== "out"),
    ]),
  );
}

/** In which condition this phone saw an asset after the last sync. */
function latestSeen() {
  const found = app.outbox.filter((one) => one.kind === "assets.asset-inspected" && ["queued", "held"].includes(one.state));
  return new Map(found.map((one) => [one.fact.asset, one.fact.condition]));
}

function does(ways, now) {
  const offered = now ? ways.filter(([kind]) => may(kind)) : [];
  return offered.length ? h("span", { class: "does" }, offered.map(([kind, answers], nth) => doing(word("ways", kind), formAt(kind, answers), nth > 0))) : null;
}

export async function accounts() {
  return page(
    t("Accounts"),
    rows(field().accounts, (one) => [
      h("b", { dir: "auto" }, said(one.name)),
      h("span", { class: "count" }, money(one.standing, one.currency)),
      one.in_transit ? h("span", { class: "note" }, t("on its way to it: {money}", { money: money(one.in_transit, one.currency) })) : null,
      one.unexplained ? h("span", { class: "loud" }, t("of this unexplained: {money}", { money: money(one.unexplained, one.currency) })) : null,
      h("span", { class: "note", dir: "auto" }, said(one.holder)),
    ]),
  );
}

export async function notices() {
  return page(
    t("Notices"),
    rows(field().notices, (one) => [
      h("b", { dir: "auto" }, said(one.title)),
      written(said(one.text), "p"),
      h("span", { class: "note" }, `${word("topics", one.topic)} · ${day(one.since)} – ${day(one.until)}`),
    ]),
  );
}

export async function needs() {
  return page(
    t("Needs"),
    rows(field().needs, (one) => [
      h("b", { dir: "auto" }, said(one.name)),
      h("span", {}, `${word("needs", one.state)} · ${word("themes", one.theme)} · ${nameOf("place", one.place)}`),
      h("span", { class: "note" }, day(one.raised_on)),
    ]),
    may("works.need-raised") ? doing(t("Raise a need"), formAt("works.need-raised")) : null,
  );
}

/** The pack of a team, as far as a phone shows it. */
export async function pack(team) {
  const found = field().packs.find((one) => one.team === team);
  if (!found) return page(t("Pack"), none());
  const part = (title, some, draw) => (some.length ? [h("h2", {}, title), rows(some, draw)] : null);
  const then = (one) => (Object.keys(one.said).length ? [said(one.said), said(one.then)] : computed(one));
  return page(
    t("The pack of {team}", { team: `${said(found.place)} · ${said(found.cohort)}` }),
    h("p", {}, t("Lines ready to be handed over: {ready} of {of}", { ready: found.ready, of: found.of })),
    part(t("Lines"), found.lines, (one) => [
      h("b", {}, `${word("lines", one.what)}: `, written(said(one.name) || word("sorts", one.sort))),
      one.minor === null ? null : h("span", {}, money(one.minor, one.currency)),
      one.missing.length ? h("span", { class: "note" }, t("Not known: {what}", { what: one.missing.map((sort) => word("gaps", sort)).join("; ") })) : null,
      one.late.length ? h("span", { class: "loud" }, one.late.map((sort) => word("sorts", sort)).join("; ")) : null,
      said(one.note) ? written(said(one.note)) : null,
    ]),
    part(t("Risks"), found.risks, (one) => {
      const [if_, do_] = then(one);
      return [h("b", { dir: "auto" }, if_), written(do_)];
    }),
    part(t("Where the keys are"), found.keys, (one) => [h("b", { dir: "auto" }, said(one.asset)), written(`${said(one.holder)} · ${said(one.said)}`)]),
    part(t("Advice"), found.advice, (one) => [written(said(one))]),
    part(t("What was tried"), found.tried, (one) => [h("b", { dir: "auto" }, said(one.of)), written(said(one.said))]),
    part(t("What is to come"), found.calendar, (one) => [h("b", {}, day(one.on)), h("span", {}, word("ahead", one.sort)), written(said(one.of))]),
    part(t("Posts to turn to"), found.contacts, (one) => [written(said(one))]),
  );
}

function computed(one) {
  const values = { thing: said(one.of), day: one.on ? day(one.on) : "", money: one.minor === null ? "" : money(one.minor, one.currency) };
  return risk(one.sort, values);
}
