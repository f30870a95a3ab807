// Two releases: a new version of the app comes; and today's app stands before a server of another day.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { SERVER } from "../control.js";
import { App } from "./app.js";
import { closeBrowser } from "./browser.js";
import { release } from "./release.js";
import { aName, aPhone, aPhoto, dead, good, NEED, need, onRecord, problem } from "./set-up.js";

const TODAY = readFileSync(new URL("../../../../src/cairn/web/static/cairn/field.js", import.meta.url), "utf8");
const NEWER = release(`${TODAY}\ndocument.documentElement.dataset.release = "newer";\n`);
const isNewer = () => document.documentElement.dataset.release === "newer";
const WORDS = "/field/words/en.json";

after(closeBrowser);

test("a new version waits for a tap, and what was half typed and the outbox are there afterwards", async (t) => {
  const { app, proxy, context, base, user } = await aPhone(t);
  const [kept, typed] = [aName(), aName()];
  proxy.faultFor = dead;
  const id = await need(app, { name: kept, file: aPhoto() });
  await app.fill(NEED, { theme: "road" }, { name: typed, file: aPhoto() });
  await app.page.getByText("What you typed is kept on this phone.").waitFor();
  // Words that the new worker cannot fetch just now stay those of the old one.
  proxy.faultFor = (request) => (request.url === WORDS ? "portal" : dead(request));
  proxy.edit = NEWER;
  await app.page.reload();
  await app.unlock();
  await app.page.getByText("A new version is there.").waitFor();
  const before = await app.page.evaluate(isNewer);
  await Promise.all([
    app.page.waitForEvent("load"),
    app.page.getByRole("button", { name: "Take the new version" }).click(),
  ]);
  await app.until(isNewer);
  await app.unlock();
  const words = await app.page.evaluate((path) => caches.match(path).then((answer) => answer?.json()), WORDS);
  await context.setOffline(true);
  await app.close();
  const offline = await App.at(context, base);
  await offline.unlock();

  assert.equal(before, false);
  assert.equal(await offline.page.evaluate(isNewer), true);
  assert.equal(await offline.page.locator("#news").innerText(), "");
  assert.equal(words?.language, "en");
  await offline.page.locator("main .kept a").click();
  await offline.until((name) => document.querySelector("#answer-name")?.value === name, typed);
  await offline.until(() => document.querySelector(".preview img")?.src);
  await offline.become({ [id]: "queued" });
  proxy.faultFor = good;
  await context.setOffline(false);
  await offline.become({ [id]: "sent" });
  assert.deepEqual(await onRecord(user, [id]), [1]);
  assert.deepEqual([...app.wrong, ...offline.wrong], []);
});

test("a version of which a file arrived broken is not taken", async (t) => {
  const { app, proxy } = await aPhone(t);
  proxy.edit = (url, got) => (url === "/static/cairn/field.js" ? got : NEWER(url, got));
  const refused = await app.page.evaluate(async () => {
    const there = await navigator.serviceWorker.ready;
    const found = new Promise((done) => there.addEventListener("updatefound", () => done(there.installing)));
    there.update().catch(() => {});
    const coming = await found;
    while (coming.state === "installing") await new Promise((go) => setTimeout(go, 20));
    return [coming.state, Boolean(there.waiting)];
  });
  await app.page.reload();
  await app.unlock();

  assert.deepEqual(refused, ["redundant", false]);
  assert.equal(await app.page.locator("#news").innerText(), "");
});

/** Changes what the server says under an address, where it says it in JSON. */
const changed = (path, change) => (url, got) => {
  if (url !== path || got.status !== 200) return got;
  return { ...got, headers: { ...got.headers, etag: '"another"' }, body: Buffer.from(JSON.stringify(change(JSON.parse(got.body)))) };
};

test("a server that does not know an address yet loses nothing, and the app says that it takes nothing", async (t) => {
  for (const path of ["/api/facts", "/api/files/"]) {
    const { app, proxy, user } = await aPhone(t);
    proxy.edit = (url, got) => (url.startsWith(path) ? problem(404) : got);
    const id = await need(app, { file: aPhoto() });
    await app.rests();
    await app.become({ [id]: "queued" });
    const said = await app.reads("#/");
    proxy.edit = null;
    await app.send();
    await app.become({ [id]: "sent" });

    assert.match(said, /The server takes nothing just now/);
    assert.deepEqual(app.wrong, []);
    if (path === "/api/files/") assert.deepEqual(await onRecord(user, [id]), [1]);
  }
});

test("a server that does not know the kind of a queued fact any more refuses it, with its words, and the fact stays", async (t) => {
  const { app, proxy, context } = await aPhone(t);
  await context.setOffline(true);
  const name = aName();
  const id = await need(app, { name, file: aPhoto() });
  const without = changed("/api/kinds", (said) => ({ ...said, kinds: said.kinds.filter((one) => one.kind !== NEED) }));
  const fields = changed("/api/field", (said) => ({ ...said, records: said.records.filter((one) => one !== NEED) }));
  proxy.edit = (url, got) => fields(url, without(url, url === "/api/facts" ? unknown(id, got) : got));
  await context.setOffline(false);
  await app.become({ [id]: "refused" });
  await app.rests();
  const said = await app.reads(`#/outbox/${id}`);
  const listed = await app.reads("#/outbox");
  await app.go(`#/record/${NEED}`);
  const form = await app.page.locator("main").innerText();

  assert.match(said, /This Cairn knows no kind of fact/);
  assert.match(listed, /This Cairn knows no kind of fact/);
  assert.match(form, /This post may not record this/);
  assert.equal((await app.store()).files.length, 1);
  assert.deepEqual(app.wrong, []);
});

/** As the server answers a fact of a kind that it does not know. */
function unknown(id, got) {
  const message = `This Cairn knows no kind of fact called ‘${NEED}’.`;
  return { ...got, body: Buffer.from(JSON.stringify({ verdicts: [{ id, objections: [{ field: "kind", message }] }] })) };
}

test("whatever the server leaves out of what is read, the app opens, keeps and sends, and says what it cannot show", async (t) => {
  const { app, proxy, user, session } = await aPhone(t);
  const said = await (await fetch(`${SERVER}/api/field`, { headers: { Cookie: `cairn-session=${session}` } })).json();
  const screens = ["#/", "#/record", "#/owed", "#/projects", "#/assets", "#/accounts", "#/notices", "#/needs", "#/outbox", "#/settings"];
  const cannot = [];
  const first = await need(app);
  await app.become({ [first]: "sent" });
  for (const property of Object.keys(said)) {
    proxy.edit = changed("/api/field", ({ [property]: _left, ...rest }) => rest);
    await app.until(() => !document.querySelector("header .send"));
    await app.go("#/settings");
    await app.page.getByRole("button", { name: "Send and read now" }).click();
    await app.until(() => !document.querySelector("main button:disabled"));
    for (const screen of screens) {
      const shown = await app.reads(screen);
      if (/cannot be shown/.test(shown)) cannot.push(`${screen} without ${property}`);
      assert.ok(shown.length > 20, `${screen} without ${property}`);
    }
  }
  proxy.edit = null;
  await app.go("#/");
  await app.page.reload();
  await app.unlock();
  await app.rests();
  const id = await need(app);
  await app.become({ [id]: "sent" });

  assert.ok(cannot.length > 0);
  assert.ok(!cannot.some((one) => /^#.(outbox|settings)/.test(one)), `${cannot}`);
  assert.deepEqual(await onRecord(user, [id]), [1]);
  assert.deepEqual(app.wrong, []);
});
