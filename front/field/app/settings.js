// What belongs to this phone: its language, its PIN, and how it forgets everything.

import { lockNow, pinForm, pinInput, unlessFull } from "./door.js";
import { button, doing, h } from "./dom.js";
import { synced } from "./home.js";
import { makePasskey, mayHavePasskey } from "./passkey.js";
import { app, go, refused, waiting } from "./state.js";
import { sync } from "./sync.js";
import { drafted, language, languages, speak, t } from "./words.js";

export async function settings() {
  const open = app.device.state === "open";
  return h(
    "section",
    {},
    h("h1", {}, t("This phone")),
    h("h2", {}, t("Language")),
    h("div", { class: "languages-here" }, Object.entries(languages).map(([code, name]) => tongue(code, name))),
    drafted() ? h("p", { class: "note" }, t("A machine wrote what this app says in this language, and no speaker has checked it yet.")) : null,
    open ? await ours() : null,
  );
}

function tongue(code, name) {
  const pick = button(name, async () => {
    await speak(code);
    app.redraw();
  }, { lang: code, class: "quiet", "aria-pressed": String(language() === code) });
  return pick;
}

async function ours() {
  return [
    h("h2", {}, t("Sync")),
    synced(),
    button(app.sending ? t("Sending…") : t("Send and read now"), sync),
    h("h2", {}, t("Safety")),
    h("p", {}, t("It locks by itself when nobody has looked at it for five minutes.")),
    h("div", { class: "usual" }, button(t("Lock now"), async () => lockNow()), doing(t("Change the PIN"), "#/settings/pin", true), await byPasskey(), doing(t("Forget everything on this phone"), "#/settings/forget", true)),
    h("p", { class: "note" }, t("Was a phone lost? Whoever signs in at the desk takes back its access under My account: then it erases itself when it next finds network.")),
  ];
}

export async function pin() {
  const before = h("input", { id: "pin-before", type: "password", inputmode: "numeric", autocomplete: "current-password" });
  return pinForm({
    title: t("Change the PIN"),
    before: h("div", { class: "field" }, h("label", { for: "pin-before" }, t("The PIN until now")), before),
    says: t("Change the PIN"),
    async does(chosen) {
      if (!(await app.device.changePin(before.value, chosen))) return notThePin();
      app.told = t("The PIN was changed.");
      go("#/settings");
      return null;
    },
  });
}

/** Lets a passkey open it too, or no more; nothing where the phone can have none. */
async function byPasskey() {
  if (app.device.passkey) {
    return button(t("Open with the PIN alone"), async () => {
      await app.device.dropPasskey();
      app.told = t("Only the PIN opens it now.");
      app.redraw();
    }, { class: "quiet" });
  }
  return (await mayHavePasskey()) ? doing(t("Open with a passkey too"), "#/settings/passkey", true) : null;
}

/** The PIN is asked for once more: a phone that lies open must not take somebody else's finger. */
export async function passkey() {
  const pin = pinInput("pin", t("PIN"), "current-password");
  const wrong = h("p", { class: "wrong", role: "alert" });
  const submit = h("button", { type: "submit" }, t("Open with a passkey too"));
  let made = null;
  async function add() {
    made ??= await makePasskey();
    if (made === "unable") return t("The passkeys of this phone cannot do that. The PIN opens it as before.");
    if (!made) return t("The phone did not recognise you, so nothing was changed.");
    if (!(await app.device.addPasskey(pin.value, made))) return notThePin();
    app.told = t("The passkey opens it now, and so does the PIN.");
    go("#/settings");
    return null;
  }
  async function send(event) {
    event.preventDefault();
    if (submit.disabled) return;
    submit.disabled = true;
    wrong.replaceChildren((await unlessFull(add)) ?? "");
    submit.disabled = false;
  }
  return h(
    "section",
    {},
    h("h1", {}, t("Open with a passkey too")),
    h("p", {}, t("What unlocks the phone itself then opens Cairn, too, with network or without. Whoever can unlock the phone can open it.")),
    h("p", {}, t("The PIN stays. After too many wrong ones, only a sign-in opens it.")),
    h("form", { onsubmit: send }, pin.node, wrong, h("div", { class: "does" }, submit)),
  );
}

/** Says so; and with the last try it is shut. */
function notThePin() {
  if (app.device.state !== "open" || app.device.tries === 0) lockNow();
  return t("This is not the PIN. Tries left: {n}.", { n: app.device.tries });
}

/** Asks, and says what would be lost. */
export async function forget() {
  const lost = waiting().length + refused().length;
  return h(
    "section",
    {},
    h("h1", {}, t("Forget everything on this phone?")),
    lost
      ? h("p", { class: "loud" }, t("Not sent yet, and lost for good if you go on: {n}", { n: lost }), " ", h("a", { href: "#/outbox" }, t("Send it, or save the outbox to a file, first.")))
      : h("p", {}, t("Everything recorded here has been sent; nothing would be lost.")),
    h("p", {}, t("Afterwards take back its access at the desk, under My account.")),
    h("div", { class: "usual" }, doing(t("Keep it"), "#/settings"), button(t("Forget everything"), async () => {
      await app.device.forget();
      location.hash = "#/";
      location.reload();
    }, { class: "danger" })),
  );
}
