// What can be recorded, the form of one kind, and the receipt once it is kept.

import { doing, h, written } from "./dom.js";
import { factForm, titleOf } from "./form.js";
import { usual } from "./home.js";
import { summary } from "./names.js";
import { app, field, formAt, go, kindOf } from "./state.js";
import { syncIfDue } from "./sync.js";
import { meaning, t, word } from "./words.js";

const MOST_USED = 4;

/** Every kind that this post may record: those used most, then by capability; a word finds them. */
export async function list() {
  const kinds = field().records.map(kindOf).filter(Boolean);
  const rows = h("div", {});
  const sought = h("input", { id: "sought", type: "search", autocomplete: "off" });
  const draw = () => rows.replaceChildren(...groups(kinds, sought.value.toLowerCase().split(/\s+/).filter(Boolean)));
  sought.addEventListener("input", draw);
  draw();
  return h("section", {}, h("h1", {}, t("Record")), h("div", { class: "field" }, h("label", { for: "sought" }, t("Look for a word")), sought), rows);
}

function groups(kinds, words) {
  const fits = (kind) => words.every((one) => `${kind.kind} ${meaning(kind)}`.toLowerCase().includes(one));
  const found = kinds.filter(fits);
  const often = words.length ? [] : usual().slice(0, MOST_USED).map(kindOf);
  const named = [...new Set(found.map((kind) => kind.kind.split(".")[0]))];
  const group = (title, some) => (some.length ? [h("h2", {}, title), h("ul", { class: "links" }, some.map((kind) => h("li", {}, h("a", { href: formAt(kind.kind) }, meaning(kind)))))] : []);
  if (!found.length) return [h("p", {}, t("Nothing here is called so."))];
  return [
    ...group(t("The most used"), often),
    ...named.flatMap((capability) => group(word("capabilities", capability), found.filter((kind) => kind.kind.startsWith(`${capability}.`)))),
  ];
}

/** The form of a kind, filled with what its address says; of one that puts a refused one right, with that. */
export async function form(name, query) {
  const kind = kindOf(name);
  if (!kind || !field().records.includes(name)) return h("section", {}, h("h1", {}, titleOf(kind ?? name)), h("p", { class: "wrong" }, t("This post may not record this.")));
  const mends = query.get("~mends");
  const before = mends ? await mended(mends) : null;
  const given = Object.fromEntries([...query].filter(([called]) => !called.startsWith("~")));
  const answers = { ...before?.fact, ...asAnswers(kind, given) };
  const drawn = await factForm({
    kind,
    key: query.size ? `${name}?${query}` : name,
    answers,
    files: before?.files ?? {},
    happenedOn: before?.happenedOn,
    objections: mends ? objectionsTo(mends) : [],
    async kept(id) {
      if (mends) await giveUp(mends, id);
      go(`#/kept/${id}`);
      syncIfDue();
    },
  });
  return h("section", {}, h("h1", { class: "asks" }, titleOf(kind)), mends ? whyRefused(objectionsTo(mends)) : null, drawn);
}

async function mended(id) {
  try {
    return await app.device.mend(id);
  } catch {
    return null;
  }
}

/** The refused one has its successor now, and need not be looked at again. */
export async function giveUp(id, by) {
  try {
    await app.device.drop(id, `mended by ${by}`);
  } catch {
    // It was sent or dropped meanwhile.
  }
}

/** What an address can say, as answers: a list where several are asked for. */
function asAnswers(kind, given) {
  const properties = kind.fact_schema.properties;
  return Object.fromEntries(
    Object.entries(given)
      .filter(([name]) => name in properties)
      .map(([name, text]) => [name, properties[name].type === "array" ? text.split(",") : text]),
  );
}

function objectionsTo(id) {
  return app.outbox.find((each) => each.id === id)?.objections ?? [];
}

function whyRefused(objections) {
  if (!objections.length) return null;
  return h("div", { class: "wrong summary" }, h("p", {}, h("b", {}, t("Why it was refused"))), h("ul", {}, objections.map((each) => h("li", {}, each.message))));
}

/** After recording: that it is kept, under which number, and what usually comes next. */
export async function kept(id) {
  const one = app.outbox.find((each) => each.id === id);
  if (!one) return h("section", {}, h("h1", {}, t("This is not on this phone.")));
  const paid = one.kind === "money.money-spent" && field().records.includes("money.payment-evidenced");
  return h(
    "section",
    {},
    h("h1", {}, one.state === "sent" ? t("On record") : t("Kept on this phone")),
    h("p", { class: "lead" }, meaning(one.kind)),
    written(summary(one), "p"),
    h("dl", { class: "receipt" }, h("dt", {}, t("Receipt number")), h("dd", {}, h("code", {}, number(id)))),
    one.state === "sent" ? null : h("p", {}, t("It is sent by itself as soon as there is network.")),
    h(
      "div",
      { class: "usual" },
      paid ? doing(t("Add the photo of its receipt"), formAt("money.payment-evidenced", { movement: id })) : null,
      doing(t("Record another"), formAt(one.kind), paid),
      doing(t("Back to the first page"), "#/", true),
    ),
  );
}

/** What is told on the telephone: the last signs of the id, which chance made. */
export const number = (id) => id.replaceAll("-", "").slice(-12).replace(/(.{4})(?=.)/g, "$1 ");
