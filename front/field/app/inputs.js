// One input for each sort of answer. Each is { node, read, first }: what is drawn, what was answered, and the
// control that its question labels.

import { h } from "./dom.js";
import { choicesOf } from "./names.js";
import { smaller } from "./photo.js";
import { minorOf } from "./schema.js";
import { field } from "./state.js";
import { answered, decimal, digitsOf, language, languages, t } from "./words.js";

const FEW = 14;
const MOST_BYTES = { file: 10 * 2 ** 20, recording: 5 * 2 ** 20 };
const PICTURES = "image/*,application/pdf";
const SOUNDS = "audio/mpeg,audio/mp4,audio/ogg,audio/wav,.mp3,.m4a,.ogg,.opus,.wav";

/** The input of a question, filled with an answer. `id` is that of the control. */
export function inputOf(kind, question, answer, { id, files, changed }) {
  const make = {
    thing: () => choice(question, choicesOf(kind.kind, question), answer, id),
    "one-of": () => choice(question, words(question), answer, id),
    "yes-no": () => yesNo(question, answer, id),
    currency: () => choice(question, codes(), answer ?? codes()[0]?.id, id),
    money: () => amount(answer, id),
    text: () => texts(question, answer, id),
    file: () => picture(question, id, { files, changed }),
    recording: () => picture(question, id, { files, changed }),
    day: () => plain(h("input", { id, type: "date" }), answer),
    whole: () => whole(answer, id),
    lines: () => plain(h("textarea", { id, rows: 2, dir: "auto" }), answer),
    line: () => plain(h("input", { id, autocomplete: "off", dir: "auto" }), answer),
  };
  return make[question.sort]();
}

const words = ({ called, schema }) => schema.enum.map((code) => ({ id: code, name: answered(called, code) }));
const codes = () => field().currencies.map(({ code }) => ({ id: code, name: code }));

function plain(control, answer) {
  control.value = answer ?? "";
  return { node: control, first: control, read: () => control.value.trim() || null };
}

function whole(answer, id) {
  const control = h("input", { id, inputmode: "numeric", autocomplete: "off" });
  control.value = answer ?? "";
  const read = () => {
    const typed = control.value.normalize("NFKC").trim();
    return /^-?\d{1,15}$/.test(typed) ? Number(typed) : typed || null;
  };
  return { node: control, first: control, read };
}

function yesNo(question, answer, id) {
  const found = choice(question, [{ id: "true", name: t("Yes") }, { id: "false", name: t("No") }], answer?.toString(), id);
  const read = () => ({ true: true, false: false })[found.read()] ?? null;
  return { ...found, read };
}

/** One of these, or several. What is named and not offered is offered all the same: the server judges. */
function choice(question, offered, answer, id) {
  const named = [answer ?? []].flat();
  const there = new Set(offered.map((one) => one.id));
  const every = [...offered, ...named.filter((one) => !there.has(one)).map((one) => ({ id: one, name: one }))];
  if (question.many && every.length <= FEW) return boxes(every, named, id);
  const select = h("select", { id, multiple: question.many, size: question.many ? 8 : null });
  const nothing = question.needed ? t("— choose —") : t("— none —");
  const only = question.needed && every.length === 1 && !question.many;
  if (!question.many && !only) select.append(h("option", { value: "" }, nothing));
  for (const one of every) {
    const option = h("option", { dir: "auto" }, one.name);
    option.value = one.id;
    option.selected = named.includes(one.id) || only;
    select.append(option);
  }
  const chosen = () => [...select.selectedOptions].map((one) => one.value);
  return { node: select, first: select, read: () => (question.many ? chosen() : select.value || null) };
}

function boxes(every, named, id) {
  const made = every.map((one, nth) => {
    const box = h("input", { type: "checkbox", id: nth ? `${id}-${nth}` : id });
    box.checked = named.includes(one.id);
    return { box, id: one.id, node: h("label", { class: "tick" }, box, h("span", { dir: "auto" }, one.name)) };
  });
  const read = () => made.filter((one) => one.box.checked).map((one) => one.id);
  return { node: h("div", { class: "boxes" }, made.map((one) => one.node)), first: made[0]?.box, read };
}

function amount(answer, id) {
  const typed = h("input", { id, inputmode: "decimal", autocomplete: "off", class: "money" });
  const select = h("select", { class: "currency", "aria-label": t("Currency") });
  for (const { code } of field().currencies) select.append(h("option", { value: code }, code));
  if (answer) {
    typed.value = answer.typed ?? decimal(answer.minor, answer.currency);
    select.value = answer.currency;
  }
  const read = () => {
    const text = typed.value.trim();
    if (!text) return null;
    return { minor: minorOf(text, digitsOf(select.value)), currency: select.value, typed: text };
  };
  return { node: h("span", { class: "amount" }, typed, select), first: typed, read };
}

/** A text in the reader's language, and folded away the same in others. */
function texts(question, answer, id) {
  const order = [language(), ...Object.keys(languages).filter((code) => code !== language())];
  const made = order.map((code, nth) => {
    const about = { id: nth ? `${id}-${code}` : id, lang: code, autocomplete: "off", dir: "auto" };
    const control = question.field === "name" ? h("input", about) : h("textarea", { ...about, rows: 3 });
    control.value = answer?.[code] ?? "";
    return { code, control };
  });
  const others = made.slice(1);
  const more = h(
    "details",
    { class: "languages-of", open: others.some((one) => one.control.value) },
    h("summary", {}, t("In other languages")),
    others.map(({ code, control }) => [h("label", { for: control.id, lang: code }, languages[code]), control]),
  );
  const read = () => {
    const said = made.map(({ code, control }) => [code, control.value.trim().normalize("NFC")]);
    const found = Object.fromEntries(said.filter(([, text]) => text));
    return Object.keys(found).length ? found : null;
  };
  return { node: h("div", {}, made[0].control, more), first: made[0].control, read };
}

/** A file: a photo is made anew and smaller at once, so that what is shown is what will be kept. */
function picture(question, id, { files, changed }) {
  const heard = question.sort === "recording";
  const control = h("input", { id, type: "file", accept: heard ? SOUNDS : PICTURES });
  const status = h("div", { class: "preview", role: "status" });
  control.addEventListener("change", async () => {
    const [file] = control.files;
    if (!file) return;
    status.replaceChildren(t("One moment…"));
    try {
      files[question.field] = await taken(file, question.sort);
      shown();
      changed();
    } catch (error) {
      delete files[question.field];
      status.replaceChildren(h("span", { class: "wrong" }, t(error.says ?? "This is no picture that this phone can read.")));
    }
    control.value = "";
  });
  function shown() {
    const blob = files[question.field];
    if (!blob) return status.replaceChildren();
    const size = t("{n} kB", { n: Math.ceil(blob.size / 1024) });
    const out = h("button", { type: "button", class: "quiet" }, t("Leave it out"));
    out.addEventListener("click", () => {
      delete files[question.field];
      shown();
      changed();
    });
    const look = blob.type.startsWith("image/")
      ? seen(h("img", { alt: t("The photo that will be kept") }), blob)
      : h("span", {}, t("A file is attached; choose another to put it in its place."));
    status.replaceChildren(look, h("p", { class: "hint" }, size), out);
  }
  shown();
  return { node: h("div", {}, control, status), first: control, read: () => (files[question.field] ? question.field : null) };
}

/** Shows a picture that stands in memory: as data, which the policy of every page lets stand. */
function seen(picture, blob) {
  const reading = new FileReader();
  reading.addEventListener("load", () => (picture.src = reading.result));
  reading.readAsDataURL(blob);
  return picture;
}

async function taken(file, sort) {
  const fits = file.size <= MOST_BYTES[sort];
  if (sort === "recording") {
    if (!file.type.startsWith("audio/")) throw Object.assign(new Error("not heard"), { says: "This is no recording: send an MP3, M4A, Ogg or WAV." });
    if (fits) return file;
  } else if (file.type !== "application/pdf") return smaller(file);
  if (fits) return file;
  throw Object.assign(new Error("too large"), { says: "This file is too large to be kept." });
}
