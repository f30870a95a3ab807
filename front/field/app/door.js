// Before anything is read or recorded: setting the phone up, unlocking it, and what to do when it is barred
// or was wiped.

import { button, doing, h } from "./dom.js";
import { askPasskey } from "./passkey.js";
import { app, go, look } from "./state.js";
import { sync } from "./sync.js";
import { language, t } from "./words.js";

const SIGNS = 6;
const DESK = () => `/${language()}/~desk/`;
const SIGN_IN = () => `${DESK()}sign-in/?next=/field/`;
const AGAIN = () => `${DESK()}sign-in/again/?next=/field/`;
const FRESH = "urn:cairn:show-more:";

/** What stands in the place of every screen while the phone is not open. */
export async function door() {
  const { state } = app.device;
  if (state === "wiped") return wiped();
  if (state === "new") return setUp();
  if (state === "barred") return barred();
  return unlock();
}

/** Sign in at the desk, then choose a PIN twice. */
async function setUp() {
  const seat = await signedIn();
  const steps = h("p", { class: "lead" }, t("Record without network what happens in the village. Everything is kept on this phone until it can be sent."));
  if (!seat) {
    return h(
      "section",
      {},
      h("h1", {}, t("Set up this phone")),
      steps,
      h("ol", { class: "steps" }, h("li", {}, t("Sign in at the desk, with network.")), h("li", {}, t("Choose a PIN for this phone.")), h("li", {}, t("Put Cairn on the home screen, if your browser offers it."))),
      doing(t("Sign in at the desk"), SIGN_IN()),
      seat === null ? null : h("p", { class: "wrong" }, t("There is no network just now: setting up needs it once.")),
    );
  }
  const called = h("input", { id: "called", maxlength: 40, autocomplete: "off", value: t("Field phone") });
  return pinForm({
    title: t("Set up this phone"),
    lead: [steps, h("p", {}, t("You are signed in as {post}.", { post: seat.post }))],
    before: h("div", { class: "field" }, h("label", { for: "called" }, t("What is this phone called?")), h("p", { class: "hint" }, t("So that you find it under My account, should it be lost.")), called),
    says: t("Set up"),
    async does(pin) {
      const made = await asked("/api/device", { method: "POST", body: JSON.stringify({ called: called.value.trim() || "phone" }) });
      if (made.wrong) return made.wrong;
      await app.device.setUp({ ...made.said, pin });
      await entered();
      return null;
    },
  });
}

function unlock() {
  const pin = pinInput("pin", t("PIN"), "current-password");
  const wrong = h("p", { class: "wrong", role: "alert" });
  const submit = h("button", { type: "submit" }, t("Unlock"));
  const form = h(
    "form",
    {
      async onsubmit(event) {
        event.preventDefault();
        if (submit.disabled) return;
        submit.disabled = true;
        wrong.textContent = "";
        const against = await unlessFull(async () => ((await app.device.unlock(pin.value)) ? null : t("This is not the PIN. Tries left: {n}.", { n: app.device.tries })));
        submit.disabled = false;
        if (!against) return entered();
        pin.value = "";
        if (app.device.state !== "locked") return app.redraw();
        wrong.textContent = against;
        pin.input.focus();
      },
    },
    pin.node,
    wrong,
    h("div", { class: "does" }, submit),
  );
  const byPasskey = app.device.passkey && button(t("Unlock with the passkey"), async () => {
    const secret = await askPasskey(app.device.passkey);
    if (secret && (await app.device.unlockByPasskey(secret))) return entered();
    wrong.textContent = t("The passkey did not open it. Use the PIN.");
    return pin.input.focus();
  });
  const forgotten = h("details", {}, h("summary", {}, t("I do not know the PIN any more")), h("p", {}, t("Sign in at the desk and choose a new one: nothing that waits on this phone is lost.")), doing(t("Choose a new PIN"), "#/new-pin", true));
  return h("section", {}, h("h1", {}, t("Unlock")), byPasskey, form, forgotten);
}

/** Too many wrong PINs, or one that was forgotten: whoever signs in chooses another. */
export async function barred() {
  const seat = await signedIn();
  const lost = t("Nothing that waits on this phone is lost.");
  if (!seat) {
    const why = app.device.state === "barred" ? t("Too many wrong PINs. Sign in at the desk to choose a new one.") : t("Sign in at the desk to choose a new PIN.");
    return h("section", {}, h("h1", {}, t("Choose a new PIN")), h("p", {}, why), h("p", {}, lost), doing(t("Sign in at the desk"), SIGN_IN()));
  }
  return pinForm({
    title: t("Choose a new PIN"),
    lead: [h("p", {}, lost)],
    says: t("Unlock"),
    async does(pin) {
      const answer = await asked(`/api/device/unlock?device=${app.device.number}`);
      if (answer.wrong) return answer.wrong;
      if (!(await app.device.unlockBySignIn(answer.said.unlock, pin))) return t("This phone was set up by somebody else.");
      await entered();
      return null;
    },
  });
}

/** The token does not act any more, as after a new appointment: whoever signs in gives this phone another. */
export async function renewed() {
  const title = h("h1", {}, t("Let this phone act again"));
  if (!(await signedIn())) return h("section", {}, title, h("p", {}, t("Sign in at the desk, with network.")), h("p", {}, t("Nothing that waits on this phone is lost.")), doing(t("Sign in at the desk"), SIGN_IN()));
  const pin = pinInput("pin", t("PIN"), "current-password");
  const wrong = h("p", { class: "wrong", role: "alert" });
  const submit = h("button", { type: "submit" }, t("Let this phone act again"));
  async function send(event) {
    event.preventDefault();
    if (submit.disabled) return;
    submit.disabled = true;
    wrong.replaceChildren((await unlessFull(() => renew(pin.value))) ?? "");
    submit.disabled = false;
  }
  return h("section", {}, title, h("form", { onsubmit: send }, pin.node, wrong, h("div", { class: "does" }, submit)));
}

async function renew(pin) {
  const made = await asked("/api/device", { method: "POST", body: JSON.stringify({ called: t("Field phone") }) });
  if (made.wrong) return made.wrong;
  try {
    if (!(await app.device.renew({ ...made.said, pin }))) return t("This is not the PIN. Tries left: {n}.", { n: app.device.tries });
  } catch (error) {
    if (error.code !== "other-seat") throw error;
    return t("What waits here is of another post than the one you signed in as.");
  }
  go("#/");
  sync();
  return null;
}

function wiped() {
  return h(
    "section",
    {},
    h("h1", {}, t("This phone was erased")),
    h("p", {}, t("Its access was taken back at the desk, so everything that Cairn kept here was erased.")),
    h("p", {}, t("If you found this phone, nothing of it can be read. If it is yours, sign in and set it up anew.")),
    doing(t("Set up anew"), "#/set-up"),
  );
}

export const setUpAnew = setUp;

/** A PIN, typed twice. `does` answers what is against it, or null. */
export function pinForm({ title, lead, before, says, does }) {
  const [first, second] = [pinInput("pin", t("PIN, at least {n} digits", { n: SIGNS }), "new-password"), pinInput("pin-again", t("The same once more"), "new-password")];
  const wrong = h("p", { class: "wrong", role: "alert" });
  const submit = h("button", { type: "submit" }, says);
  async function send(event) {
    event.preventDefault();
    if (submit.disabled) return;
    const against = judged(first.value, second.value);
    wrong.replaceChildren(against ?? "");
    if (against) return;
    submit.disabled = true;
    wrong.replaceChildren((await unlessFull(() => does(first.value))) ?? "");
    submit.disabled = false;
  }
  return h("section", {}, h("h1", {}, title), lead, h("form", { onsubmit: send }, before, first.node, second.node, wrong, h("div", { class: "does" }, submit)));
}

/** What `does` answers; or, where the phone has no room for what must be kept first, that in words. */
export async function unlessFull(does) {
  try {
    return await does();
  } catch (error) {
    if (error.code !== "storage-full") throw error;
    return t("This phone has no room left. Make room first, by deleting photos or apps, and try again: nothing that waits here is lost.");
  }
}

function judged(pin, again) {
  if ([...pin].length < SIGNS) return t("A PIN has at least {n} digits.", { n: SIGNS });
  if (/^(.)\1*$/.test(pin) || "01234567890".includes(pin) || "9876543210".includes(pin)) return t("Others would guess this one: choose another.");
  return pin === again ? null : t("The two are not the same.");
}

export function pinInput(id, says, autocomplete) {
  const input = h("input", { id, type: "password", inputmode: "numeric", autocomplete, required: true });
  return {
    input,
    node: h("div", { class: "field" }, h("label", { for: id }, says), input),
    get value() {
      return input.value;
    },
    set value(text) {
      input.value = text;
    },
  };
}

/** Where the phone was opened: on to what it is for, and to whatever waits to be sent. */
async function entered() {
  app.persisted = (await navigator.storage?.persist?.()) ?? false;
  await look();
  if (/^#\/(new-pin|set-up)/.test(location.hash)) history.replaceState(null, "", "#/");
  app.redraw();
  sync();
}

/** As whom somebody is signed in at the desk; null for nobody, undefined where there is no network. */
async function signedIn() {
  try {
    const answer = await fetch("/api/seat", { cache: "no-store" });
    return answer.ok ? await answer.json() : null;
  } catch {
    return undefined;
  }
}

/** Ask the desk something with the session: { said }, or { wrong } in words. */
async function asked(address, options = {}) {
  try {
    const headers = { "Content-Type": "application/json", "Accept-Language": language() };
    if (options.method) headers["X-CSRFToken"] = await formToken();
    const answer = await fetch(address, { cache: "no-store", ...options, headers });
    const said = await answer.json();
    if (answer.ok) return { said };
    if (String(said.type).startsWith(FRESH) || answer.status === 401) {
      const again = answer.status === 401 ? SIGN_IN() : AGAIN();
      return { wrong: h("span", {}, t("This needs a sign-in of a moment ago; sign in once more."), " ", h("a", { href: again }, t("Sign in once more"))) };
    }
    return { wrong: said.detail };
  } catch {
    return { wrong: t("There is no network just now: setting up needs it once.") };
  }
}

/** What proves that a request comes from our own pages: it stands in every form of the desk. */
async function formToken() {
  const answer = await fetch(`${DESK()}account/`, { cache: "no-store" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

/** Locks. The address is changed without an event that would draw the door again, under a PIN that somebody types. */
export function lockNow() {
  app.device.lock();
  app.snapshot = null;
  app.outbox = [];
  history.replaceState(null, "", "#/");
  app.redraw();
}
