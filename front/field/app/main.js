// The field app: opens the device, draws the screen that the address asks for, and locks by itself.

import { openDevice } from "../core/index.js";
import { barred, door, lockNow, renewed, setUpAnew } from "./door.js";
import { button, h } from "./dom.js";
import { home, statusCard } from "./home.js";
import * as outbox from "./outbox.js";
import * as reads from "./reads.js";
import * as record from "./record.js";
import * as settings from "./settings.js";
import { app, field, look, now, route, waiting } from "./state.js";
import { sync, syncIfDue, syncOnItsOwn } from "./sync.js";
import { register } from "./updates.js";
import * as walk from "./walk.js";
import { ago, chosen, language, speak, t } from "./words.js";

const LOCKS_AFTER_MS = 5 * 60_000;
const OLD_MS = 3 * 86400e3;

/** By the first part of the address. Those that are `live` are drawn anew while something is sent. */
const SCREENS = {
  "": { draw: () => home(), live: true },
  owed: { draw: () => reads.worklist(), live: true, reads: true },
  projects: { draw: () => reads.projects(), reads: true },
  assets: { draw: () => reads.assets(), reads: true },
  accounts: { draw: () => reads.accounts(), reads: true },
  notices: { draw: () => reads.notices(), reads: true },
  needs: { draw: () => reads.needs(), reads: true },
  pack: { draw: ([, team]) => reads.pack(team), reads: true },
  walk: { draw: ([, team, line, seen]) => (seen ? walk.seen(team, line) : line ? walk.line(team, line) : walk.walk(team)), reads: true },
  record: { draw: ([, kind], answers) => (kind ? record.form(kind, answers) : record.list()), reads: true },
  kept: { draw: ([, id]) => record.kept(id), reads: true, live: true },
  outbox: { draw: ([, id]) => (id ? outbox.fact(id) : outbox.outbox()), live: true },
  settings: { draw: ([, what]) => ({ pin: settings.pin, passkey: settings.passkey, forget: settings.forget })[what]?.() ?? settings.settings() },
};

const top = h("header", { class: "top" });
const told = h("div", { class: "told-once", role: "status" });
const main = h("main", { id: "main", tabindex: "-1" });
const below = h("nav", { class: "below" });
let drawing = 0;
let whole = false;

/** Draws what the address asks for; `only` the bar, or only what is live. One that comes while another draws takes over what that one was to do. */
async function redraw(only) {
  drawBar();
  if (only === "bar") return;
  const { parts, answers } = route();
  const screen = SCREENS[parts[0] ?? ""] ?? SCREENS[""];
  if (only === "live" && !(screen.live && app.device.state === "open")) return;
  drawing += 1;
  whole ||= only !== "live";
  const mine = drawing;
  const drawn = await drawnFor(screen, parts, answers).catch(notDrawn);
  if (mine !== drawing) return;
  told.replaceChildren(...(app.told ? [h("p", {}, app.told)] : []));
  const stood = main.contains(document.activeElement) ? document.activeElement : null;
  main.replaceChildren(drawn);
  document.title = `${main.querySelector("h1")?.textContent ?? ""} · Cairn`;
  if (whole) {
    whole = false;
    app.told = null;
    begin();
  } else if (stood) alike(stood).focus({ preventScroll: true });
}

/** What was drawn anew in the place of something that had the focus. */
function alike(stood) {
  if (stood.tagName === "H1") return title();
  const href = stood.getAttribute("href");
  return (href && main.querySelector(`a[href="${CSS.escape(href)}"]`)) || main;
}

async function drawnFor(screen, parts, answers) {
  const { state } = app.device;
  if (parts[0] === "settings" && (state === "open" || !parts[1])) return screen.draw(parts, answers);
  if (parts[0] === "new-pin" && (state === "locked" || state === "barred")) return barred();
  if (parts[0] === "renew" && state === "open") return renewed();
  if (parts[0] === "set-up" && state === "wiped") return setUpAnew();
  if (state !== "open") return door();
  if (screen.reads && !field()) return home();
  return screen.draw(parts, answers);
}

/** What was read may lack what this screen shows: a server of another version sent it. Recording and sending go on. */
function notDrawn(error) {
  console.error(error);
  return h("section", {}, h("h1", {}, t("This screen cannot be shown just now")), h("p", {}, t("What this phone read last does not fit this version of the app. What was recorded here is kept, and is sent all the same.")), statusCard());
}

/** A screen begins at its top, and a reader of screens at its title. */
function begin() {
  scrollTo(0, 0);
  title().focus({ preventScroll: true });
}

/** The title, so that it can have the focus; where a screen has none, all of it. */
function title() {
  const found = main.querySelector("h1");
  found?.setAttribute("tabindex", "-1");
  return found ?? main;
}

function drawBar() {
  const open = app.device.state === "open";
  const count = waiting().length;
  const age = app.snapshot ? now() - app.snapshot.at : 0;
  document.body.classList.toggle("open", open);
  const focused = top.contains(document.activeElement);
  top.replaceChildren(...[
    h("a", { class: "mark", href: "#/" }, h("img", { src: "/static/cairn/cairn.svg", alt: "" }), h("span", {}, "Cairn")),
    h("span", { class: age > OLD_MS ? "age loud" : "age" }, open && app.snapshot ? t("read {ago}", { ago: ago(age) }) : ""),
    open && count ? button(app.sending ? t("Sending…") : t("Send now"), sync, { class: "send" }) : null,
    open ? null : h("a", { class: "tongue", href: "#/settings" }, language() === "en" ? "中文 · ئۇ · Кы" : "English"),
  ].filter(Boolean));
  if (focused) (top.querySelector("button") ?? top.querySelector("a")).focus();
  below.setAttribute("aria-label", t("Pages"));
  const here = route().parts[0] ?? "";
  const tabs = [
    ["", "#/", t("First page")],
    ["record", "#/record", t("Record")],
    ["outbox", "#/outbox", count ? t("Outbox: {n}", { n: count }) : t("Outbox")],
    ["settings", "#/settings", t("This phone")],
  ];
  below.replaceChildren(...(open ? tabs : []).map(([name, href, says]) => h("a", { href, "aria-current": name === here ? "page" : null }, says)));
}

/** Locks what nobody has looked at for five minutes, at the latest when somebody looks again. */
function lockByItself() {
  let since = null;
  let clock = 0;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(clock);
    if (document.visibilityState === "hidden") {
      since = Date.now();
      clock = setTimeout(lockIfOpen, LOCKS_AFTER_MS);
    } else if (since !== null && Date.now() - since >= LOCKS_AFTER_MS) lockIfOpen();
  });
}

function lockIfOpen() {
  if (app.device.state === "open") lockNow();
}

async function begun() {
  document.body.replaceChildren(h("div", { class: "news", id: "news", role: "status" }), top, told, main, below);
  await speak(chosen());
  app.device = await openDevice({
    indexedDB,
    crypto,
    fetch: (...asked) => fetch(...asked),
    locks: navigator.locks,
    now: () => Date.now(),
    base: "/api",
    language,
  });
  app.redraw = redraw;
  app.persisted = (await navigator.storage?.persisted?.()) ?? false;
  let before = app.device.state;
  app.device.addEventListener("change", async () => {
    const { state } = app.device;
    if (state === before) return app.sending ? null : redraw("bar");
    before = state;
    await look();
    await redraw();
  });
  addEventListener("hashchange", () => redraw());
  lockByItself();
  syncOnItsOwn();
  await look();
  await redraw();
  performance.mark("cairn-drawn");
  register();
  syncIfDue();
}

begun();
