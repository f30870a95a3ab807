// Records what today's app asks of the server, and which properties of the answers it reads: `make field-recorded`.
// It writes tests/field/app-<day>.json; tests/web/field/test_yesterdays_app.py asks each of them again for good.
import { writeFileSync } from "node:fs";
import { chance } from "../chance.js";
import { control, SERVER } from "../control.js";
import { photo } from "../photo.js";
import { Proxy } from "../proxy.js";
import { App } from "./app.js";
import { aBrowser, closeBrowser } from "./browser.js";
import { traced } from "./traced.js";

const DAY = process.argv[2];
/** When it all happened: once the pump stood. */
const ON = "2025-07-01";
const PICTURE = { name: "photo.png", mimeType: "image/png", buffer: photo(1) };
const SCREENS = ["#/", "#/record", "#/owed", "#/projects", "#/assets", "#/accounts", "#/notices", "#/needs", "#/outbox", "#/settings"];
/** What is recorded: the kind, what its address fills, what is typed by question, whether with a photo. */
const FACTS = [
  ["works.need-raised", { place: "qarasu", theme: "road" }, { name: "A bridge" }, true],
  ["works.need-raised", { place: "not-yet", theme: "road" }, { name: "A lamp" }, false],
  ["assets.asset-inspected", { asset: "qarasu-pump", condition: "worn" }, {}, true],
  ["assets.asset-repaired", { asset: "qarasu-pump", condition: "good" }, { what: "New seal" }, false],
  ["works.progress-inspected", { project: "qarasu-well", finding: "as-planned" }, {}, false],
  ["money.money-spent", { account: "county-office", project: "qarasu-well" }, { amount: "12.50", voucher: "7" }, false],
  ["money.money-received", { account: "county-office", grant: "water-2025" }, { amount: "100" }, false],
  ["programme.place-added", { level: "village", within: "hongliu" }, { name: "New Mill" }, false],
];

const asked = [];
const made = await control("person_of_told");
const proxy = new Proxy({ server: SERVER, faultFor: () => "", chance: chance("recorded"), edit: noted });
/** The bodies, in the order in which they came: an answer is noted beside the request of its address. */
const bodies = [];
proxy.http.prependListener("request", (request) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => bodies.push({ request, body: Buffer.concat(parts) }));
});
const base = await proxy.listen();
const { context, close } = await opened();
await context.addCookies([{ name: "cairn-session", value: made.session, url: base }]);
const app = await App.at(context, base, { before: traced });
const reads = {};
await app.setUp();
for (const [kind, given, typed, withPhoto] of FACTS) await record(kind, given, typed, withPhoto);
await app.rests();
for (const screen of SCREENS) await app.reads(screen);
for (const kind of ["money.money-spent", "works.need-raised", "assets.asset-inspected", "notices.notice-written"]) await app.reads(`#/record/${kind}`);
for (const [id] of (await app.store()).facts) await app.reads(`#/outbox/${id}`);
for (const [name, paths] of Object.entries(await app.page.evaluate(() => globalThis.reads()))) reads[name] = paths;
const states = Object.values(await app.states());
await close();
await proxy.close();
await closeBrowser();
if (states.filter((state) => state === "sent").length < FACTS.length - 1) throw new Error(`not all were taken: ${states}`);
const file = new URL(`../../../../tests/field/app-${DAY}.json`, import.meta.url);
writeFileSync(file, `${JSON.stringify({ recorded_on: DAY, asked, reads }, null, 1)}\n`);
console.log(`${asked.length} requests, ${Object.values(reads).flat().length} properties: ${file.pathname}`);

async function opened() {
  const browser = await aBrowser();
  return { context: browser.context, close: () => browser.close() };
}

async function record(kind, given, typed, withPhoto) {
  await app.go(`#/record/${kind}?${new URLSearchParams(given)}`);
  await app.page.locator("#answer-happened_on").fill(ON);
  await app.page.evaluate(() => document.querySelectorAll("main details").forEach((one) => (one.open = true)));
  for (const [field, text] of Object.entries(typed)) await app.page.locator(`#answer-${field}`).fill(text);
  if (withPhoto) {
    await app.page.locator("#answer-sha256").setInputFiles(PICTURE);
    await app.until(() => document.querySelector(".preview img")?.src);
  }
  await app.page.locator("main form button[type=submit]").click();
  const { id, wrong } = await app.outcome();
  if (!id) throw new Error(`${kind}: ${wrong}`);
  await app.rests();
}

/** Notes one request of the API with its status, and of a file by which name the server keeps it. */
function noted(url, got) {
  if (!url.startsWith("/api/")) return got;
  const at = bodies.findLastIndex(({ request }) => request.url === url);
  const { request, body } = bodies[at];
  const file = url.startsWith("/api/files/");
  const said = file ? { base64: body.toString("base64") } : body.length ? { json: JSON.parse(body) } : {};
  const kept = file && got.status < 300 ? { file: JSON.parse(got.body).file } : {};
  const by = request.headers.authorization ? "token" : "session";
  const one = { method: request.method, path: url.slice("/api/".length), by, type: request.headers["content-type"] ?? null, ...said, status: got.status, ...kept };
  const same = asked.some((each) => each.method === "GET" && each.method === one.method && each.path === one.path && each.by === one.by);
  if (!same) asked.push(one);
  return got;
}
