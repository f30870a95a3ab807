// The outbox: what was recorded here, and what became of it.

import { button, doing, h, written } from "./dom.js";
import { statusCard } from "./home.js";
import { nameOf, summary } from "./names.js";
import { giveUp, number } from "./record.js";
import { fieldOf, questionsOf } from "./schema.js";
import { app, formAt, go, kindOf, look, now } from "./state.js";
import { syncIfDue } from "./sync.js";
import { answered, ago, day, meaning, money, said, t } from "./words.js";

const SHOWN = 50;
const STATES = [
  ["refused", "Refused: put right by a new fact"],
  ["held", "Held: waiting for something else"],
  ["queued", "Waiting to be sent"],
  ["sent", "Sent and on record"],
];

export async function outbox() {
  const found = STATES.map(([state, title]) => [title, app.outbox.filter((one) => one.state === state).reverse()]);
  return h(
    "section",
    {},
    h("h1", {}, t("Outbox")),
    statusCard(),
    found.map(([title, some]) => (some.length ? [h("h2", {}, t(title)), h("ul", { class: "rows" }, some.slice(0, SHOWN).map(row)), more(some)] : null)),
    app.outbox.length ? null : h("p", {}, t("Nothing was recorded on this phone yet.")),
    asFile(),
  );
}

function more(some) {
  return some.length > SHOWN ? h("p", { class: "note" }, t("And {n} more.", { n: some.length - SHOWN })) : null;
}

function row(one) {
  return h(
    "li",
    {},
    h("a", { class: "on", href: `#/outbox/${one.id}` }, meaning(one.kind)),
    written(summary(one)),
    one.state === "refused" ? h("span", { class: "loud" }, one.objections.map((each) => each.message).join(" ")) : null,
    one.state === "held" ? h("span", { class: "note" }, t("It waits for: {names}", { names: waitsFor(one) })) : null,
  );
}

const waitsFor = (one) => one.waitsFor.map(({ thing, id }) => nameOf(thing, id)).join(", ");

/** One fact: what it says, what became of it, and what can be done about it. */
export async function fact(id) {
  const one = app.outbox.find((each) => each.id === id);
  if (!one) return h("section", {}, h("h1", {}, t("This is not on this phone.")));
  const [, title] = STATES.find(([state]) => state === one.state);
  const lines = linesOf(one);
  const against = one.objections.filter((each) => !lines.some(({ field }) => field === fieldOf(each)));
  return h(
    "section",
    {},
    h("h1", {}, meaning(one.kind)),
    h("p", { class: one.state === "refused" ? "loud" : "lead" }, t(title)),
    against.length ? h("ul", { class: "wrong" }, against.map((each) => h("li", {}, each.message))) : null,
    one.state === "held" ? h("p", {}, t("It waits for: {names}", { names: waitsFor(one) }), " ", t("It is tried again whenever something was sent.")) : null,
    h("dl", { class: "receipt" }, told(one, lines)),
    one.state === "refused" || one.state === "held" ? undecided(one) : null,
  );
}

/** The questions that it answers. */
function linesOf(one) {
  const kind = kindOf(one.kind);
  return (kind ? questionsOf(kind) : []).filter(({ field, sort }) => one.fact[field] !== undefined || (sort === "file" && one.files[field]));
}

function told(one, lines) {
  return [
    [t("When did it happen?"), day(one.happenedOn)],
    ...lines.map((question) => [said(question.question), [shown(question, one), wrongIn(question, one)]]),
    [t("Receipt number"), h("code", {}, number(one.id))],
    [t("Recorded here"), ago(now() - one.recordedAt)],
    one.receipt ? [t("Position on record"), String(one.receipt.position)] : null,
  ]
    .filter(Boolean)
    .map(([term, value]) => [h("dt", {}, term), h("dd", { dir: "auto" }, value)]);
}

/** What the server objects to one answer, beside it. */
function wrongIn({ field }, { objections }) {
  return objections.filter((each) => fieldOf(each) === field).map((each) => h("p", { class: "wrong", dir: "auto" }, each.message));
}

function shown(question, { fact: body, files }) {
  const answer = body[question.field];
  if (question.file) return t("{n} kB", { n: Math.ceil((files[question.field]?.size ?? 0) / 1024) });
  if (question.sort === "money") return money(answer.minor, answer.currency);
  if (question.sort === "text") return said(answer);
  if (question.sort === "day") return day(answer);
  if (question.sort === "thing") return [answer].flat().map((id) => nameOf(question.names, id)).join(", ");
  if (question.sort === "one-of") return [answer].flat().map((code) => answered(question.called, code)).join(", ");
  return String(answer);
}

/** A refused one is put right by a new fact; or given up, which somebody must say twice. */
function undecided(one) {
  const asks = h("div", {}, button(t("Give it up"), () => sure.hidden = false, { class: "quiet" }));
  const sure = h("div", { class: "kept", hidden: true }, h("p", {}, t("It will not be sent, and nobody will see it. It stays in the list of this phone no longer.")), button(t("Yes, give it up"), async () => {
    await app.device.drop(one.id, "given up by hand");
    await look();
    location.hash = "#/outbox";
  }));
  return h("div", { class: "usual" }, doing(t("Put it right by a new fact"), formAt(one.kind, { "~mends": one.id })), showsNobody(one), asks, sure);
}

/** Of what only could show somebody, as an office's telephone does: whoever wrote it may say that it may stay. */
function showsNobody(one) {
  if (one.state !== "refused" || !one.objections.every((each) => each.shows?.length)) return null;
  return button(t("Record it as it is"), async () => {
    const { id } = await app.device.record({ ...(await app.device.mend(one.id)), asItIs: true });
    await giveUp(one.id, id);
    await look();
    go(`#/kept/${id}`);
    syncIfDue();
  }, { class: "quiet" });
}

/** The outbox as a file: for a phone that cannot send, or may not live. */
function asFile() {
  const status = h("p", { class: "note", role: "status" });
  const input = h("input", { id: "load", type: "file", accept: ".cairn-outbox" });
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    try {
      await app.device.load(file);
      await look();
      app.told = t("The outbox of the file is on this phone now.");
      app.redraw();
    } catch (error) {
      status.textContent = t({ "other-seat": "This file is of another post. Load it on a phone of that post, or with cairn import.", "not-an-outbox": "This is no outbox, or not a whole one." }[error.code] ?? "The file could not be read.");
    }
    input.value = "";
  });
  return h(
    "details",
    { class: "more" },
    h("summary", {}, t("Save the outbox to a file")),
    h("p", {}, t("The file holds what waits, with its photos, for anybody to read. Load it on another phone of this post, or give it to whoever runs Cairn. Nothing is recorded twice.")),
    button(t("Save the outbox to a file"), async () => {
      const blob = await app.device.save();
      const link = h("a", { href: URL.createObjectURL(blob), download: `${new Date(now()).toISOString().slice(0, 10)}.cairn-outbox` });
      link.click();
      status.textContent = t("It was saved among the phone's downloads.");
    }),
    h("div", { class: "field" }, h("label", { for: "load" }, t("Load an outbox from a file")), input),
    status,
  );
}
