// The app in one tab, by its own screens: what somebody taps and types, and what they then see.
import assert from "node:assert/strict";

export const PIN = "482915";
export const ON = "2025-03-01";
/** On a machine that does much else besides. */
const SOON_MS = 60_000;

let tabs = 0;

export class App {
  /** Opens the app in a tab. `skew` is how many milliseconds the phone's clock is off. */
  static async at(context, base, { skew = 0, before = null } = {}) {
    const app = new App();
    Object.assign(app, { base, dead: false, wrong: [], page: await context.newPage() });
    tabs += 1;
    app.number = String(tabs);
    app.page.on("pageerror", (error) => app.wrong.push(error.stack));
    app.page.on("crash", () => (app.dead = true));
    await app.page.setExtraHTTPHeaders({ "x-tab": app.number });
    if (skew) await app.page.addInitScript(shifted, skew);
    if (before) await app.page.addInitScript(before);
    await app.page.goto(`${base}/field/`);
    await app.sees("main h1");
    return app;
  }

  async setUp() {
    await this.page.locator("#pin").fill(PIN);
    await this.page.locator("#pin-again").fill(PIN);
    await this.page.locator("main form button[type=submit]").click();
    await this.sees("main .usual");
    await this.until(() => navigator.serviceWorker.ready.then(() => Boolean(navigator.serviceWorker.controller)));
    await this.until(() => caches.match("/field/words/en.json").then(Boolean));
  }

  async unlock() {
    await this.page.locator("#pin").fill(PIN);
    await this.page.locator("main form button[type=submit]").click();
    await this.until(() => document.body.classList.contains("open") && !document.querySelector("#pin"));
  }

  /** Goes to a screen, and waits for it. */
  async go(hash) {
    await this.page.evaluate((where) => {
      document.activeElement?.blur();
      if (location.hash === where) dispatchEvent(new HashChangeEvent("hashchange"));
      else location.hash = where;
    }, hash);
    await this.until(() => document.activeElement?.tagName === "H1");
  }

  /** Fills a form and records it: { id } once the app says that it is kept; or { wrong }, what it says instead. */
  async record(kind, given, { name, file } = {}) {
    await this.fill(kind, given, { name, file });
    const bytes = await this.photo();
    await this.page.locator("main form button[type=submit]").click();
    return { ...(await this.outcome()), bytes };
  }

  async fill(kind, given, { name, file } = {}) {
    await this.go(`#/record/${kind}?${new URLSearchParams(given)}`);
    if (name) await this.page.locator("#answer-name").fill(name);
    await this.page.locator("#answer-happened_on").fill(ON);
    if (!file) return;
    await this.page.locator("#answer-sha256").setInputFiles(file);
    const attached = () => document.querySelector(".preview img")?.src || document.querySelector(".preview .hint");
    await this.until(attached);
  }

  /** The photo that the form shows, and so will keep: its bytes, or null. */
  async photo() {
    const shown = () => {
      const preview = document.querySelector(".preview img");
      return preview ? preview.src : document.querySelector(".preview .hint") ? "other" : null;
    };
    await this.until(() => document.querySelector(".preview img")?.src !== "");
    const source = await this.page.evaluate(shown);
    return source?.startsWith("data:") ? Buffer.from(source.split(",")[1], "base64") : null;
  }

  async outcome() {
    const came = () => {
      if (location.hash.startsWith("#/kept/") && document.querySelector("main dl.receipt")) return { id: location.hash.slice(7) };
      const wrong = document.querySelector("main .summary[role=alert]:not([hidden])");
      return wrong ? { wrong: wrong.textContent } : null;
    };
    return this.until(came);
  }

  /** Taps "Send now", where it is offered. */
  async send() {
    const button = this.page.locator("header .send:enabled");
    if (await button.count()) await button.click({ timeout: 2000 }).catch(() => {});
  }

  /** Until it sends nothing any more. */
  async rests() {
    await this.until(() => document.querySelector("header .send")?.textContent !== "Sending…");
  }

  /** What somebody reads on a screen. */
  async reads(hash) {
    await this.go(hash);
    return this.page.locator("main").innerText();
  }

  /** The store, as far as it lies there in the clear: the state of each fact by its id, and whose files there are. */
  async store() {
    return this.page.evaluate(async () => {
      const found = (asked) => new Promise((done, failed) => Object.assign(asked, { onsuccess: () => done(asked.result), onerror: failed }));
      const open = await found(indexedDB.open("cairn-field"));
      const both = open.transaction(["facts", "files"]);
      const rows = await found(both.objectStore("facts").getAll());
      const files = await found(both.objectStore("files").getAllKeys());
      open.close();
      return { facts: rows.map(({ id, state }) => [id, state]), files: files.map((key) => key.join(" ")) };
    });
  }

  async states() {
    return Object.fromEntries((await this.store()).facts);
  }

  async sees(selector) {
    await this.page.locator(selector).first().waitFor({ timeout: SOON_MS });
  }

  /** Until these facts are in these states: { id: "sent", … }. */
  async become(states) {
    const giveUp = Date.now() + SOON_MS;
    for (;;) {
      const found = await this.states();
      const there = Object.fromEntries(Object.keys(states).map((id) => [id, found[id]]));
      if (JSON.stringify(there) === JSON.stringify(states)) return;
      if (Date.now() > giveUp) assert.deepEqual(there, states);
      await new Promise((go) => setTimeout(go, 50));
    }
  }

  /** Until a function of the page answers something. Playwright's own waiting evaluates text, which the app's policy forbids. */
  async until(asked, argument, { soon = SOON_MS } = {}) {
    const giveUp = Date.now() + soon;
    for (;;) {
      const found = await this.page.evaluate(asked, argument);
      if (found) return found;
      if (Date.now() > giveUp) assert.fail(`in vain: ${asked}; it shows: ${await this.page.locator("body").innerText()}`);
      await new Promise((go) => setTimeout(go, 20));
    }
  }

  async close() {
    this.dead = true;
    await this.page.close();
  }

  /** As when the phone has no memory left. */
  async crash() {
    const said = await this.page.context().newCDPSession(this.page);
    const crashed = this.page.waitForEvent("crash");
    said.send("Page.crash").catch(() => {});
    await crashed;
    await this.close();
  }
}

/** Runs in the page before anything of it: its clock is off. */
function shifted(by) {
  const real = Date;
  globalThis.Date = class extends real {
    constructor(...when) {
      super(...(when.length ? when : [real.now() + by]));
    }

    static now() {
      return real.now() + by;
    }
  };
}
