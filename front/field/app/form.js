// The form of a kind of fact, drawn from its declaration; what is typed survives a tab that is killed.

import { button, h, nodes } from "./dom.js";
import { inputOf } from "./inputs.js";
import { lineName, lineOf } from "./names.js";
import { bodyOf, fieldOf, idFrom, isDay, isEmpty, isFirst, questionsOf, wrong } from "./schema.js";
import { app, look, today } from "./state.js";
import { meaning, said, t } from "./words.js";

const WAIT_MS = 400;
/** Things that have no name for a list: whoever leads here says which one it is. */
const NAMED = ["name", "title"];
const GIVEN = ["handover-line", "handover", "inspection"];

/**
 * A form. `answers` and `files` fill it, `objections` of the server stand beside its questions; `kept` is called with
 * the id of the fact once it is on this phone.
 */
export async function factForm({ kind, key, answers = {}, files = {}, happenedOn, objections = [], kept, says }) {
  const typed = await app.device.typed(key);
  const first = { happened_on: happenedOn ?? today(), ...answers, ...typed?.answers };
  const form = new Form({ kind, key, answers: first, files: { ...files, ...typed?.files }, kept, says });
  const drawn = form.drawn(Boolean(typed));
  form.beside(objections.map((each) => [fieldOf(each), each.message]));
  return drawn;
}

class Form {
  constructor({ kind, key, answers, files, kept, says }) {
    Object.assign(this, { kind, key, answers, files, kept, says });
    this.questions = questionsOf(kind);
    this.inputs = new Map();
    this.clock = 0;
    this.done = false;
  }

  drawn(wasTyped) {
    const asked = this.questions.filter((one) => !this.isGiven(one));
    const shown = asked.filter((one) => isFirst(one) || !isEmpty(this.answers[one.field]));
    const more = asked.filter((one) => !shown.includes(one));
    const day = { field: "happened_on", question: null, sort: "day", needed: true, schema: {} };
    this.summary = h("div", { class: "wrong summary", role: "alert", tabindex: "-1", hidden: true });
    this.status = h("p", { class: "note", role: "status" });
    this.node = h(
      "form",
      { novalidate: true, onsubmit: (event) => this.send(event), oninput: () => this.changed() },
      this.about(),
      shown.map((one) => this.asked(one)),
      this.asked(day, t("When did it happen?")),
      more.length ? h("details", { class: "more" }, h("summary", {}, t("More, if you know it")), more.map((one) => this.asked(one))) : null,
      h("div", { class: "does" }, (this.submit = h("button", { type: "submit" }, this.says ?? t("Record it")))),
      this.status,
    );
    return h("div", {}, wasTyped ? this.hadTyped() : null, this.summary, this.node);
  }

  /** Whether whoever led here has answered it, with something that no list would name. */
  isGiven(question) {
    if (question.brings) return this.questions.some((one) => NAMED.includes(one.field));
    const answer = this.answers[question.field];
    return GIVEN.includes(question.names) && (!isEmpty(answer) || question.names === "inspection");
  }

  /** Which line of a walk it is about. */
  about() {
    const lines = [this.answers.line ?? this.answers.lines ?? []].flat().map(lineOf).filter(Boolean);
    return lines.length ? h("p", { class: "told", dir: "auto" }, lines.map(lineName).join("; ")) : null;
  }

  hadTyped() {
    const anew = button(t("Start anew"), async () => {
      await app.device.dropTyped(this.key);
      app.redraw();
    }, { class: "quiet" });
    return h("div", { class: "kept" }, h("p", {}, t("This is what you had typed here. It is not recorded yet: look once more, and record it.")), anew);
  }

  asked(question, says) {
    const id = `answer-${question.field}`;
    const input = inputOf(this.kind, question, this.answers[question.field], { id, files: this.files, changed: () => this.changed() });
    const objection = h("p", { class: "wrong", id: `${id}-wrong`, hidden: true });
    const help = said(question.help) || hintOf(question);
    const hint = help ? h("p", { class: "hint", id: `${id}-hint` }, help) : null;
    input.first?.setAttribute("aria-describedby", nodes([hint && `${id}-hint`, `${id}-wrong`]).join(" "));
    if (question.needed) input.first?.setAttribute("aria-required", "true");
    this.inputs.set(question.field, { ...input, question, objection, says: says ?? said(question.question) });
    const label = h("label", { for: id, class: question.needed ? "needed" : null }, says ?? said(question.question));
    return h("div", { class: "field" }, label, hint, input.node, objection);
  }

  read() {
    const answers = { ...this.answers };
    for (const [name, input] of this.inputs) answers[name] = input.read();
    return answers;
  }

  /** Keeps what is typed, a moment after each change. */
  changed() {
    clearTimeout(this.clock);
    if (this.done) return;
    this.status.textContent = "";
    this.clock = setTimeout(() => this.keep(), WAIT_MS);
  }

  async keep() {
    clearTimeout(this.clock);
    if (this.done || app.device.state !== "open" || !this.node.isConnected) return;
    try {
      await app.device.keepTyped(this.key, { answers: this.read(), files: this.files });
      this.status.textContent = t("What you typed is kept on this phone.");
    } catch {
      this.status.textContent = t("What you typed could not be kept just now.");
    }
  }

  async send(event) {
    event.preventDefault();
    if (this.submit.disabled) return;
    const answers = this.read();
    const found = this.judged(answers);
    this.object(found);
    if (found.length) return;
    this.submit.disabled = true;
    this.done = true;
    clearTimeout(this.clock);
    try {
      const { id } = await app.device.record(this.fact(answers));
      await app.device.dropTyped(this.key);
      await look();
      await this.kept(id, answers);
    } catch (error) {
      if (error.code === undefined) throw error;
      this.done = this.submit.disabled = false;
      this.object([[null, t(REASONS[error.code] ?? "It could not be kept on this phone. Try once more.")]]);
    }
  }

  judged(answers) {
    const found = [];
    for (const [name, { question, read }] of this.inputs) {
      const sentence = wrong(question, read());
      if (sentence) found.push([name, t(...sentence)]);
    }
    const day = answers.happened_on;
    if (day && isDay(day) && day > today()) found.push(["happened_on", t("This day has not come yet.")]);
    return found;
  }

  fact(answers) {
    const body = bodyOf(this.questions, answers);
    const brings = this.questions.find((one) => one.brings);
    const name = NAMED.map((one) => body[one]).find(Boolean);
    if (brings && name) body[brings.field] = idFrom(typeof name === "string" ? { en: name } : name, chance());
    return {
      kind: this.kind.kind,
      schemaVersion: this.kind.schema_version ?? null,
      happenedOn: answers.happened_on,
      fact: body,
      files: Object.fromEntries(this.questions.filter((one) => this.files[one.field]).map((one) => [one.field, this.files[one.field]])),
    };
  }

  /** Says beside each question what is against its answer. */
  beside(found) {
    const said = new Map();
    for (const [name, sentence] of found) said.set(name, [said.get(name), sentence].filter(Boolean).join(" "));
    for (const [name, { objection, first, node }] of this.inputs) {
      objection.textContent = said.get(name) ?? "";
      objection.hidden = !said.has(name);
      first?.setAttribute("aria-invalid", String(said.has(name)));
      if (said.has(name)) node.closest("details")?.setAttribute("open", "");
    }
  }

  /** The same, and above all of them which ones. */
  object(found) {
    this.beside(found);
    this.summary.hidden = !found.length;
    if (!found.length) return;
    this.summary.replaceChildren(
      h("p", {}, h("b", {}, t("Nothing was recorded yet. Put these right:"))),
      h("ul", {}, found.map(([name, sentence]) => h("li", {}, name ? this.inputs.get(name).says : "", " ", sentence))),
    );
    this.summary.focus();
  }
}

const REASONS = {
  "storage-full": "This phone has no room left, and nothing of it was kept. Send what waits, or make room; then record it once more.",
};

function hintOf({ sort }) {
  if (sort === "file") return t("A photo, or a PDF of at most 10 MB. Where a photo was taken and by which phone is left out before it is kept.");
  if (sort === "recording") return t("Somebody reads the text aloud: MP3, M4A, Ogg or WAV, at most 5 MB and 5 minutes.");
  return "";
}

/** Four signs of chance, without those that are read for one another. */
function chance() {
  const signs = "23456789abcdefghjkmnpqrstuvwxyz";
  return [...crypto.getRandomValues(new Uint8Array(4))].map((byte) => signs[byte % signs.length]).join("");
}

/** The title of a form: what its kind says. */
export const titleOf = (kind) => meaning(kind);
