// What things are called, and which of them a question offers: those of the last sync, and those that were
// recorded on this phone since.

import { app, field } from "./state.js";
import { day, meaning, money, said, word } from "./words.js";

/** Facts that bring something under their own id, by what they bring. */
const BRINGS = {
  movement: ["money.money-spent", "money.money-sent", "money.money-received", "money.money-returned", "money.money-exchanged"],
  milestone: ["works.milestone-planned"],
  request: ["requests.request-raised"],
  inspection: ["assets.asset-inspected"],
  note: ["handover.advice-left", "handover.risk-named", "handover.attempt-told", "handover.line-noted"],
  evidence: ["money.payment-evidenced"],
  recommendation: ["lessons.recommendation-drafted"],
};

/** What was recorded here and brings a thing of a sort: { id, name } each, the newest first. */
function recordedHere(thing) {
  const found = [];
  for (const one of app.outbox) {
    if (one.state === "dropped" || one.state === "refused") continue;
    const brings = app.snapshot.kinds.kinds
      .find((kind) => kind.kind === one.kind)
      ?.questions.find((question) => question.brings === thing);
    if (brings) found.push({ id: one.fact[brings.field], name: said(one.fact.name) || one.fact[brings.field] });
    else if (BRINGS[thing]?.includes(one.kind)) found.push({ id: one.id, name: summary(one) });
  }
  return found.reverse();
}

/** The things that a question of a kind offers: { id, name }, its own and nearest first. */
export function choicesOf(kind, question) {
  const at = field();
  const all = at.things[question.names] ?? [];
  const offered = at.offered[kind]?.[question.field];
  const called = (one) => (question.names === "handover-line" ? nameOf(question.names, one.id) : said(one.name) || one.id);
  const rows = (offered ? offered.map((nth) => all[nth]) : all).map((one) => ({ ...one, name: called(one) }));
  rows.sort((one, other) => one.far - other.far || one.name.localeCompare(other.name));
  const known = new Set(rows.map((one) => one.id));
  const every = [...recordedHere(question.names).filter((one) => !known.has(one.id)), ...rows];
  const names = every.map((one) => one.name);
  return every.map(({ id, name }) => ({
    id,
    name: names.indexOf(name) === names.lastIndexOf(name) || name === id ? name : `${name} (${id})`,
  }));
}

/** What a thing is called; its id where nobody knows it here. */
export function nameOf(thing, id) {
  if (thing === "handover-line") return lineName(lineOf(id)) || id;
  const found = field()?.things?.[thing]?.find((one) => one.id === id);
  if (found) return said(found.name) || id;
  const listed = field()?.[`${thing}s`];
  const row = Array.isArray(listed) ? listed.find((one) => one.id === id) : null;
  return said(row?.name) || recordedHere(thing).find((one) => one.id === id)?.name || id;
}

/** A line of a walk, by its id. */
export function lineOf(id) {
  return field()?.handovers?.flatMap((one) => one.lines).find((one) => one.line === id) ?? null;
}

export function lineName(line) {
  if (!line) return "";
  const about = said(line.name) || (line.sort ? word("sorts", line.sort) : line.id);
  return `${word("lines", line.what)}: ${about}`;
}

/** A fact of the outbox in one line: what it names, how much, what it says. */
export function summary(one) {
  const kind = app.snapshot?.kinds.kinds.find((each) => each.kind === one.kind);
  const parts = [];
  for (const question of kind?.questions ?? []) {
    const answer = one.fact[question.field];
    if (answer === undefined || parts.length > 2) continue;
    if (question.names) parts.push([answer].flat().map((id) => nameOf(question.names, id)).join(", "));
    else if (answer?.currency) parts.push(money(answer.minor, answer.currency));
    else if (answer?.constructor === Object) parts.push(said(answer));
  }
  return [day(one.happenedOn), ...parts].join(" · ") || meaning(one.kind);
}
