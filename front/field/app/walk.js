// The walk of a handover: line by line, on two phones and without network. What was said with this phone
// stands beside each line at once; the server puts both phones together when they send.

import { button, doing, h } from "./dom.js";
import { factForm } from "./form.js";
import { synced } from "./home.js";
import { lineName } from "./names.js";
import { app, field, formAt, go, kindOf, look, today } from "./state.js";
import { syncIfDue } from "./sync.js";
import { day, meaning, money, said, t, word } from "./words.js";

const SEEK = "handover.asset-sought";
const LOOK = "assets.asset-inspected";
const CHECK = "handover.balance-checked";
const ACCEPT = "handover.lines-accepted";
const EXCEPT = "handover.line-excepted";
const REFUSE = "handover.line-refused";

const walkOf = (team) => field().handovers.find((one) => one.team === team);

/** Every line of a walk; those that nothing stands against can be ticked and accepted together. */
export async function walk(team) {
  const found = walkOf(team);
  if (!found) return h("section", {}, h("h1", {}, t("No walk is under way here.")), synced());
  const lines = found.lines.map((line) => ({ line, at: marksOf(line) }));
  const boxes = [];
  const rows = lines.map(({ line, at }) => {
    const href = `#/walk/${team}/${encodeURIComponent(line.line)}`;
    const box = found.answers && isSound(line, at) && !at.answer ? h("input", { type: "checkbox", "aria-label": lineName(line) }) : null;
    if (box) boxes.push({ box, line: line.line });
    return h("li", { class: "line" }, box, h("a", { class: "on", href, dir: "auto" }, lineName(line)), h("span", { class: at.answer === "refused" ? "loud" : "note" }, stateOf(line, at)));
  });
  const wrong = h("p", { class: "wrong", role: "alert" });
  const accept = button(t("Accept those that are ticked, as they stand"), async () => {
    const ticked = boxes.filter((one) => one.box.checked).map((one) => one.line);
    wrong.textContent = ticked.length ? "" : t("Tick the lines first that you accept as they stand.");
    if (ticked.length) await say(ACCEPT, { lines: ticked }, `#/walk/${team}`);
  });
  const done = lines.filter(({ at }) => at.answer).length;
  return h(
    "section",
    {},
    h("h1", {}, t("The walk in {place}", { place: said(found.place) })),
    synced(),
    h("p", {}, t("Answered: {done} of {of}", { done, of: lines.length })),
    h("ul", { class: "rows" }, rows),
    boxes.length ? [wrong, accept] : null,
    h("p", {}, h("a", { class: "on", href: `#/pack/${team}` }, t("The pack of {team}", { team: `${said(found.place)} · ${said(found.cohort)}` }))),
  );
}

/** One line: go to it, hold it against a statement, answer it. */
export async function line(team, id) {
  const found = walkOf(team);
  const one = found?.lines.find((each) => each.line === id);
  if (!one) return h("section", {}, h("h1", {}, t("No walk is under way here.")), synced());
  const at = marksOf(one);
  const nth = found.lines.indexOf(one);
  const next = found.lines[nth + 1];
  const here = `#/walk/${team}`;
  return h(
    "section",
    {},
    h("h1", { class: "asks", dir: "auto" }, lineName(one)),
    h("p", { class: "lead" }, stateOf(one, at)),
    one.minor === null ? null : h("p", { class: "count" }, t("By the books: {money}", { money: money(one.minor, one.currency) })),
    h(
      "div",
      { class: "usual" },
      one.what === "asset" && found.seeks && kindOf(LOOK) ? [doing(t("It is there: say how it is"), `${here}/${encodeURIComponent(id)}/seen`), doing(t("It is not there"), formAt(SEEK, { line: id, sight: "not-seen" }), true)] : null,
      one.what === "balance" && found.checks ? doing(t("Hold it against a statement"), formAt(CHECK, { line: id })) : null,
      found.answers && isSound(one, at) ? button(t("Accept it as it stands"), () => say(ACCEPT, { lines: [id] }, here)) : null,
      found.answers ? [doing(t("Accept it but for something"), formAt(EXCEPT, { line: id }), true), doing(t("Refuse it"), formAt(REFUSE, { line: id }), true)] : null,
      next ? doing(t("The next line"), `${here}/${encodeURIComponent(next.line)}`, true) : null,
      doing(t("All lines"), here, true),
    ),
  );
}

/** Both stand before it: how it is, and that it was there. Two facts, the second naming the first. */
export async function seen(team, id) {
  const one = walkOf(team)?.lines.find((each) => each.line === id);
  const kind = kindOf(LOOK);
  if (!one || !kind) return h("section", {}, h("h1", {}, t("No walk is under way here.")));
  const drawn = await factForm({
    kind,
    key: `${LOOK}?walk=${id}`,
    answers: { asset: one.id },
    says: t("Record what both saw"),
    async kept(inspection) {
      await say(SEEK, { line: id, sight: "seen", inspection }, `#/walk/${team}/${encodeURIComponent(id)}`);
    },
  });
  return h("section", {}, h("h1", { class: "asks", dir: "auto" }, lineName(one)), drawn);
}

async function say(kind, fact, then) {
  const version = kindOf(kind)?.schema_version ?? null;
  const { id } = await app.device.record({ kind, schemaVersion: version, happenedOn: today(), fact, files: {} });
  await look();
  app.told = t("Kept on this phone: {what}", { what: `${meaning(kind)} (${id.slice(-4)})` });
  go(then);
  syncIfDue();
}

/** What was said to a line: on record as of the last sync, and on this phone since. */
function marksOf(one) {
  const at = { sight: one.sight, stated: one.stated, checked: one.checked_on !== null, answer: one.answer, here: false };
  for (const fact of app.outbox) {
    if (!["queued", "held"].includes(fact.state)) continue;
    const told = fact.fact;
    if (told.line !== one.line && !told.lines?.includes(one.line)) continue;
    if (fact.kind === SEEK) at.sight = told.sight;
    else if (fact.kind === CHECK) Object.assign(at, { checked: true, stated: told.stated?.minor ?? 0 });
    else if (fact.kind in ANSWERS) at.answer = ANSWERS[fact.kind];
    at.here = true;
  }
  return at;
}

const ANSWERS = { [ACCEPT]: "accepted", [EXCEPT]: "excepted", [REFUSE]: "refused" };

/** Whether it may be accepted as it stands, as the rules of a handover have it. */
function isSound(one, at) {
  if (one.answer === "contested" || at.sight === "not-seen") return false;
  if (one.what === "asset") return Boolean(at.sight);
  return one.what !== "balance" || (at.checked && at.stated === one.minor);
}

function stateOf(one, at) {
  const parts = [word("answered", at.answer || "unanswered")];
  if (one.what === "asset") parts.push(at.sight ? word("sights", at.sight) : t("nobody went to it yet"));
  if (one.what === "balance") parts.push(at.checked ? t("the statement says {money}", { money: money(at.stated ?? 0, one.currency) }) : t("not held against a statement yet"));
  if (one.due) parts.push(t("by {day}", { day: day(one.due) }));
  if (at.here) parts.push(t("said with this phone, not sent yet"));
  return parts.join(" · ");
}
