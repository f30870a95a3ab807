// What makes the app send by itself, each alone: being online again, being looked at again, being opened; a busy server.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { App } from "./app.js";
import { anUntouchedBrowser, closeBrowser } from "./browser.js";
import { aPhone, dead, good, need, onRecord, problem } from "./set-up.js";

const A_WHILE_MS = 1500;

after(closeBrowser);

/** Runs in the page before anything of it: counts what could make the app send. */
function counts() {
  globalThis.came = { online: 0, visibilitychange: 0, click: 0 };
  addEventListener("online", () => (globalThis.came.online += 1));
  for (const name of ["visibilitychange", "click"]) document.addEventListener(name, () => (globalThis.came[name] += 1));
}

const came = (app) => app.page.evaluate(() => globalThis.came);
const aWhile = () => new Promise((go) => setTimeout(go, A_WHILE_MS));

test("being online again sends what waits, and nothing else was done", async (t) => {
  const { app, context, user } = await aPhone(t, { before: counts });
  await context.setOffline(true);
  const [one, other] = [await need(app), await need(app)];
  await aWhile();
  await app.become({ [one]: "queued", [other]: "queued" });
  const before = await came(app);
  await context.setOffline(false);
  await app.become({ [one]: "sent", [other]: "sent" });
  const { online, ...rest } = await came(app);

  assert.deepEqual([online, rest], [1, { visibilitychange: 0, click: before.click }]);
  assert.deepEqual(await onRecord(user, [one, other]), [1, 1]);
  assert.deepEqual(app.wrong, []);
});

test("being online again while it still asks is not forgotten", async (t) => {
  const { app, context, proxy } = await aPhone(t);
  proxy.faultFor = dead;
  let failed = 0;
  const isSending = (request) => request.url().endsWith("/api/facts");
  app.page.on("requestfailed", (request) => (failed += isSending(request)));
  const id = await need(app);
  while (failed < 2) await new Promise((go) => setTimeout(go, 20));
  // The third try is the last. While it is under way the phone is online again, and it fails all the same.
  const third = app.page.waitForRequest(isSending);
  const late = new Promise((go) => (proxy._another = async () => { go(); throw new Error("cut off"); }));
  proxy.faultFor = (request) => (request.url === "/api/facts" ? "reorder" : "");
  await third;
  await app.page.evaluate(() => dispatchEvent(new Event("online")));
  await late;
  proxy.faultFor = good;
  await app.become({ [id]: "sent" });

  assert.ok(failed >= 3);
  assert.deepEqual(app.wrong, []);
});

test("being looked at again sends what waits", async (t) => {
  const browser = await anUntouchedBrowser();
  const { app, context, proxy, user } = await aPhone(t, { browser, before: counts });
  proxy.faultFor = dead;
  const id = await need(app);
  await app.rests();
  const other = await context.newPage();
  await other.bringToFront();
  await app.until(() => document.visibilityState === "hidden");
  proxy.faultFor = good;
  await aWhile();
  await app.become({ [id]: "queued" });
  const before = await came(app);
  await app.page.bringToFront();
  await app.become({ [id]: "sent" });

  assert.deepEqual(await came(app), { ...before, visibilitychange: before.visibilitychange + 1 });
  assert.equal(before.online, 0);
  assert.deepEqual(await onRecord(user, [id]), [1]);
});

test("opening the app sends what waits once the PIN was given, and before that nothing", async (t) => {
  const { app, context, base, proxy, user } = await aPhone(t);
  proxy.faultFor = dead;
  const id = await need(app);
  await app.close();
  proxy.faultFor = good;
  const again = await App.at(context, base, { before: counts });
  await aWhile();
  await again.become({ [id]: "queued" });
  await again.unlock();
  await again.become({ [id]: "sent" });

  const { online, visibilitychange } = await came(again);
  assert.deepEqual([online, visibilitychange], [0, 0]);
  assert.deepEqual(await onRecord(user, [id]), [1]);
});

test("what a server was too busy for is read a little later, and nothing else was done", async (t) => {
  const { app, proxy } = await aPhone(t, { before: counts });
  const BUSY = "is asked for again by itself";
  let refused = 0;
  proxy.edit = (url, got) => {
    if (url !== "/api/field") return got;
    refused += 1;
    return problem(503);
  };
  await app.page.evaluate(() => dispatchEvent(new Event("online")));
  await app.until((said) => document.querySelector("main").innerText.includes(said), BUSY);
  const before = await came(app);
  proxy.edit = null;
  await app.until((said) => !document.querySelector("main").innerText.includes(said), BUSY, { soon: 30_000 });

  assert.equal(refused, 1);
  assert.deepEqual(await came(app), before);
  assert.deepEqual(app.wrong, []);
});
