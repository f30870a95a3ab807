// A phone that is set up, behind a proxy of its own, for tests of one thing at a time.
import { chance } from "../chance.js";
import { control, SERVER } from "../control.js";
import { photo } from "../photo.js";
import { Proxy } from "../proxy.js";
import { App } from "./app.js";
import { aBrowser } from "./browser.js";

export const NEED = "works.need-raised";
const ROAD = { place: "qarasu", theme: "road" };

let named = 0;

/** { app, proxy, base, context, user, … }: all ends with the test. `browser` is another than the shared one. */
export async function aPhone(test, { browser, before } = {}) {
  const own = browser ?? (await aBrowser());
  const made = await control("person");
  const proxy = new Proxy({ server: SERVER, faultFor: () => "", chance: chance("one at a time") });
  const base = await proxy.listen();
  test.after(async () => {
    await own.close();
    await proxy.close();
  });
  const { context } = own;
  await context.addCookies([{ name: "cairn-session", value: made.session, url: base }]);
  const app = await App.at(context, base, { before });
  await app.setUp();
  return { ...made, app, proxy, base, context };
}

/** Records a need by its form; answers its id. */
export async function need(app, { place = "qarasu", file, name = aName() } = {}) {
  const { id } = await app.record(NEED, { ...ROAD, place }, { name, file });
  return id;
}

export function aName() {
  named += 1;
  return `need ${process.pid}-${named}`;
}

export function aPhoto() {
  named += 1;
  return { name: "photo.png", mimeType: "image/png", buffer: photo(7_000_000 + process.pid * 100 + named) };
}

/** A network on which nothing that is asked of the API arrives. */
export const dead = (request) => (request.url.startsWith("/api/") ? "drop-before" : "");
export const good = () => "";

/** What a server answers that says no, for `proxy.edit`. */
export const problem = (status) => ({
  status,
  headers: { "content-type": "application/problem+json" },
  body: Buffer.from(JSON.stringify({ type: "about:blank", status, title: "Not Found", detail: "No page has this address." })),
});

/** How often each of these facts stands in the journal. */
export async function onRecord(user, ids) {
  const entries = await control("on_record", { user });
  return ids.map((id) => entries.filter((entry) => entry.id === id).length);
}
