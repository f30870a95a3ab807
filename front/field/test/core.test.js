// The core, one promise after another, against a served Cairn.
import assert from "node:assert/strict";
import { test } from "node:test";
import { uuidv7 } from "../core/uuid.js";
import { control, SERVER } from "./control.js";
import { inLetters } from "./name.js";
import { Phone } from "./phone.js";
import { photo } from "./photo.js";

const ON = "2025-03-01";
let named = 0;

/** A phone that is set up: { phone, made, device }. `fetch` may come between it and the server. */
async function aPhone({ fetch, ...options } = {}) {
  named += 1;
  const made = await control("phone");
  const phone = new Phone({ name: `core-${process.pid}-${named}`, base: SERVER });
  const { device } = await phone.tab({ ...(fetch ? { fetch } : {}), ...options });
  await device.setUp({ ...made, pin: phone.pin });
  return { phone, made, device };
}

function need(files = {}, change = {}) {
  named += 1;
  const id = `n-${process.pid}-${named}`;
  const fact = { need: id, name: { en: inLetters(id) }, place: "qarasu", theme: "road", ...change };
  return { kind: "works.need-raised", schemaVersion: 1, happenedOn: ON, fact, files };
}

const aPhoto = (number) => new Blob([photo(number)], { type: "image/png" });

const problem = (status, said) =>
  new Response(JSON.stringify({ status, type: "about:blank", ...said }), {
    status,
    headers: { "Content-Type": "application/problem+json" },
  });

test("an id is a UUIDv7 of its millisecond, also where the clock is before 1970", () => {
  const id = uuidv7(1_790_000_000_123, crypto);
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(parseInt(id.replace("-", "").slice(0, 12), 16), 1_790_000_000_123);
  assert.match(uuidv7(-5, crypto), /^00000000-0000-7/);
});

test("nothing that a fact, a photo, the token or an objection says lies readable in the store", async () => {
  const { phone, device, made } = await aPhone();
  const secret = { need: "secret-need", name: { en: "SECRETNAME" }, theme: "SECRETTHEME" };
  await device.record(need({ sha256: new Blob(["SECRETPHOTO"]) }, secret));
  await device.record(need({}, { theme: "SECRETTHEME" }));
  await device.send();

  const readable = [];
  for (const store of ["vault", "facts", "files", "kept"]) readable.push(...(await phone.rows(store)));
  const latin = (value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : JSON.stringify(value, (_, each) => (each instanceof Uint8Array ? latin(each) : each));
  const whole = latin(readable);
  for (const word of ["SECRET", "secret-need", made.token, made.unlock, made.seat.post, "works.need", phone.pin, "theme"])
    assert.ok(!whole.includes(word), word);
  assert.ok(whole.length > 1000);
});

test("five wrong PINs bar it, a sign-in opens it again, and the outbox is still there", async () => {
  const { device, made, phone } = await aPhone();
  await device.record(need());
  device.lock();
  for (let left = 4; left >= 0; left -= 1) {
    assert.equal(await device.unlock("0000"), false);
    assert.equal(device.tries, left);
  }
  assert.equal(device.state, "barred");
  assert.equal(await device.unlock(phone.pin), false);
  assert.equal((await phone.rows("vault"))[0][1].byPin, null);
  assert.equal(await device.unlockBySignIn("another's", "2468"), false);
  assert.equal(await device.unlockBySignIn(made.unlock, "2468"), true);
  assert.equal((await device.outbox()).length, 1);
  device.lock();
  assert.equal(await device.unlock(phone.pin), false);
  assert.equal(await device.unlock("２４６８"), true);
  assert.equal(device.tries, 5);
});

test("a try counts though the tab is killed while it is made", async () => {
  const { phone, device } = await aPhone();
  device.lock();
  const tab = await phone.tab();
  tab.device.lock();
  tab.diesAt = tab.steps + 1;
  assert.equal(await tab.lives(tab.device.unlock("0000")), "dead");
  await device.look();
  assert.equal(device.tries, 4);
});

test("a PIN is changed by whoever knows the one before, and its tries count", async () => {
  const { device, phone } = await aPhone();
  assert.equal(await device.changePin("0000", "864209"), false);
  assert.equal(device.tries, 4);
  assert.equal(await device.changePin(phone.pin, "864209"), true);
  assert.equal(device.tries, 5);
  device.lock();
  assert.equal(await device.unlock(phone.pin), false);
  assert.equal(await device.unlock("864209"), true);
});

/** What a browser brings of a passkey: its id, the input that its PRF is asked with, and what that answers. */
const aPasskey = () => {
  const bytes = (count) => globalThis.crypto.getRandomValues(new Uint8Array(count));
  return { id: bytes(16).buffer, input: bytes(32), secret: bytes(32).buffer };
};

test("a passkey opens it beside the PIN, gives back its tries, and another one does not", async () => {
  const { device, phone } = await aPhone();
  const passkey = aPasskey();
  await device.record(need());
  assert.equal(device.passkey, null);
  assert.equal(await device.unlockByPasskey(passkey.secret), false);
  assert.equal(await device.addPasskey("0000", passkey), false);
  assert.deepEqual([device.passkey, device.tries], [null, 4]);
  assert.equal(await device.addPasskey(phone.pin, passkey), true);
  device.lock();
  assert.deepEqual(device.passkey, { id: passkey.id, input: passkey.input });
  assert.equal(await device.unlock("0000"), false);
  assert.equal(await device.unlockByPasskey(aPasskey().secret), false);
  assert.deepEqual([device.state, device.tries], ["locked", 4]);
  assert.equal(await device.unlockByPasskey(passkey.secret), true);
  assert.deepEqual([device.tries, (await device.outbox()).length], [5, 1]);
  await device.changePin(phone.pin, "864209");
  device.lock();
  assert.equal(await device.unlockByPasskey(passkey.secret), true);
  await device.dropPasskey();
  device.lock();
  assert.equal(await device.unlockByPasskey(passkey.secret), false);
  assert.equal(await device.unlock("864209"), true);
});

test("five wrong PINs bar the passkey, too, until a sign-in, and a wipe leaves nothing of it", async () => {
  const { device, made, phone } = await aPhone();
  const passkey = aPasskey();
  await device.addPasskey(phone.pin, passkey);
  device.lock();
  const vault = async () => (await phone.rows("vault"))[0][1];
  for (let wrong = 0; wrong < 5; wrong += 1) await device.unlock("0000");
  assert.equal(device.state, "barred");
  assert.equal(await device.unlockByPasskey(passkey.secret), false);
  assert.deepEqual([(await vault()).byPin, (await vault()).byPasskey, device.passkey], [null, null, null]);
  await device.unlockBySignIn(made.unlock, phone.pin);
  assert.equal(await device.addPasskey(phone.pin, passkey), true);
  await control("revoke", { device: made.device, user: made.user });
  assert.equal((await device.refresh()).why, "revoked");
  assert.deepEqual(await vault(), { wiped: true });
  assert.equal(await device.unlockByPasskey(passkey.secret), false);
});

test("a passkey opens nothing more once the last try was taken away, though the tab is killed while it is made", async () => {
  const { phone, device } = await aPhone();
  const passkey = aPasskey();
  await device.addPasskey(phone.pin, passkey);
  device.lock();
  const tab = await phone.tab();
  tab.device.lock();
  for (let wrong = 0; wrong < 4; wrong += 1) await device.unlock("0000");
  tab.diesAt = tab.steps + 1;
  assert.equal(await tab.lives(tab.device.unlock("0000")), "dead");
  assert.ok((await phone.rows("vault"))[0][1].byPasskey);
  assert.equal(await device.unlockByPasskey(passkey.secret), false);
  assert.equal(device.state, "barred");
});

test("a full phone does not open by its PIN, since a try must be counted, and does by its passkey", async () => {
  const { phone, device } = await aPhone();
  const passkey = aPasskey();
  await device.addPasskey(phone.pin, passkey);
  device.lock();
  await device.unlock("0000");
  for (const atOnce of [true, false]) {
    phone.fills({ times: 9, atOnce });
    await assert.rejects(device.unlock(phone.pin), { code: "storage-full" });
    assert.deepEqual([device.state, device.tries], ["locked", 4]);
    assert.equal(await device.unlockByPasskey(passkey.secret), true);
    device.lock();
    phone.empties();
  }
  assert.equal(await device.unlock(phone.pin), true);
});

test("what is typed is kept with its photos, sealed, until it is recorded; and a phone forgets it with the rest", async () => {
  const { device, phone } = await aPhone();
  const form = "works.need-raised?place=qarasu";
  assert.equal(await device.typed(form), null);
  await device.keepTyped(form, { answers: { name: "SECRETLAMP" }, files: { sha256: aPhoto(11) } });
  const other = await phone.tab();
  const { answers, files } = await other.device.typed(form);
  assert.deepEqual(answers, { name: "SECRETLAMP" });
  assert.equal(files.sha256.type, "image/png");
  assert.deepEqual(Buffer.from(await files.sha256.arrayBuffer()), photo(11));
  assert.deepEqual(await device.typedForms(), [form]);
  const lies = JSON.stringify(await phone.rows("kept"), (_, each) => (each instanceof Uint8Array ? Buffer.from(each).toString("latin1") : each));
  assert.ok(lies.includes(form) && !lies.includes("SECRETLAMP"));
  await device.dropTyped(form);
  assert.deepEqual([await device.typed(form), await device.typedForms()], [null, []]);
  await device.keepTyped(form, { answers: {}, files: {} });
  await device.record(need());
  await device.forget();
  assert.equal(device.state, "new");
  for (const store of ["vault", "facts", "files", "kept"]) assert.deepEqual(await phone.rows(store), []);
  await device.keepTyped(form, { answers: {}, files: {} });
  assert.deepEqual(await phone.rows("kept"), []);
  await assert.rejects(device.typed(form), { code: "closed" });
  await other.device.look();
  assert.equal(other.device.state, "new");
});

test("what is there is not set up over", async () => {
  const { device, made } = await aPhone();
  await assert.rejects(device.setUp({ ...made, pin: "1" }), { code: "already-set-up" });
});

test("a full phone says so, and keeps nothing of the fact and all of the others", async () => {
  const { phone, device } = await aPhone();
  await device.record(need());
  for (const atOnce of [true, false]) {
    phone.fills({ times: 5, atOnce });
    await assert.rejects(device.record(need({ sha256: aPhoto(1) })), { code: "storage-full" });
    phone.empties();
  }
  assert.equal((await device.outbox()).length, 1);
  assert.equal((await phone.rows("files")).length, 0);
});

test("a revoked phone erases itself at its next contact, and another tab keeps nothing more under its key", async () => {
  const { phone, device, made } = await aPhone();
  await device.record(need({ sha256: aPhoto(2) }));
  const other = await phone.tab();
  assert.equal(await control("revoke", { device: made.device, user: made.user }), true);
  const answer = await device.send();

  assert.equal(answer.why, "revoked");
  assert.equal(device.state, "wiped");
  for (const store of ["facts", "files", "kept"]) assert.deepEqual(await phone.rows(store), []);
  assert.deepEqual(await phone.rows("vault"), [["vault", { wiped: true }]]);
  await assert.rejects(other.device.record(need()), { code: "closed" });
  assert.equal((await other.device.send()).why, "locked");
  assert.equal(other.device.state, "wiped");
  await device.setUp({ ...(await control("phone")), pin: "1" });
  assert.equal(device.state, "open");
});

test("a token that is not known any more erases nothing, and a new one of the same post sends everything", async () => {
  const { device, made, phone } = await aPhone();
  const { id } = await device.record(need());
  await device.renew({ ...made, token: "no token", pin: phone.pin });
  assert.equal((await device.send()).why, "signed-out");
  assert.equal((await device.outbox()).length, 1);
  const other = await control("phone");
  await assert.rejects(device.renew({ ...other, pin: phone.pin }), { code: "other-seat" });
  assert.equal(await device.renew({ ...made, pin: "0000" }), false);
  assert.equal(await device.renew({ ...made, pin: phone.pin }), true);
  assert.deepEqual(await device.send(), { sent: 1, refused: 0, held: 0, left: 0, why: null, detail: "" });
  assert.equal((await device.outbox())[0].receipt.id, id);
});

test("a text that could show who somebody is is refused until somebody looks again, and stays so in a file", async () => {
  const { device, made } = await aPhone();
  const written = { name: { en: "A bridge: call 13800138000" } };
  const first = await device.record(need({}, written));
  assert.deepEqual([(await device.send()).refused, (await control("on_record", { user: made.user })).length], [1, 0]);
  const [{ objections }] = await device.outbox();
  assert.deepEqual([objections[0].field, objections[0].shows], ["name", ["reach"]]);
  assert.ok(!JSON.stringify(objections).includes("13800138000"));

  const again = await device.mend(first.id);
  const looked = await device.record({ ...again, asItIs: true });
  await device.drop(first.id, `mended by ${looked.id}`);
  await device.record(need({}, written));
  const carried = await device.save();
  assert.deepEqual(await control("bring", { outbox: await carried.text() }), ["recorded", "refused"]);
  assert.deepEqual([(await device.send()).sent, (await device.waiting()).refused], [1, 1]);
  assert.equal(await control("on_record_by_id", { ids: [first.id, looked.id] }), 1);
});

test("one that the server cannot read is refused alone, and those around it are sent", async () => {
  const { device } = await aPhone();
  let deep = 1;
  for (let level = 0; level < 20; level += 1) deep = [deep];
  await device.record(need());
  await device.record(need({}, { name: { en: deep } }));
  await device.record(need());
  const answer = await device.send();

  assert.deepEqual([answer.sent, answer.refused, answer.left, answer.why], [2, 1, 0, null]);
  assert.match((await device.outbox())[1].objections[0].message, /nested deeper/);
});

test("one at which the server fails is passed, and those around it are sent", async () => {
  const fails = async (url, how) =>
    String(how.body).includes("POISON") ? problem(500, { detail: "a bug" }) : fetch(url, how);
  const { device } = await aPhone({ fetch: fails });
  await device.record(need());
  await device.record(need({}, { name: { en: "POISON" } }));
  await device.record(need());
  const answer = await device.send();

  assert.deepEqual([answer.sent, answer.left, answer.why, answer.detail], [2, 1, "server", "a bug"]);
});

test("a post that has sent its photos of the day goes on with what has none", async () => {
  const full = async (url, how) => (url.includes("/files/") ? problem(429, { detail: "tomorrow" }) : fetch(url, how));
  const { device, phone } = await aPhone({ fetch: full });
  await device.record(need({ sha256: aPhoto(3) }));
  await device.record(need());
  const answer = await device.send();

  assert.deepEqual([answer.sent, answer.left, answer.why, answer.detail], [1, 1, "quota", "tomorrow"]);
  assert.equal((await phone.rows("files")).length, 1);
});

test("a photo stays where the receipt names another hash, or none", async () => {
  for (const said of [{ file: "a".repeat(64) }, { file: "a".repeat(64), sha256: "b".repeat(64) }]) {
    const headers = { "Content-Type": "application/json" };
    const lies = async (url, how) =>
      url.includes("/files/") ? new Response(JSON.stringify(said), { status: 201, headers }) : fetch(url, how);
    const { device, phone } = await aPhone({ fetch: lies });
    await device.record(need({ sha256: aPhoto(4) }));

    assert.equal((await device.send()).why, "server");
    assert.equal((await phone.rows("files")).length, 1);
  }
});

test("a photo that the server lost before its fact came is sent once more", async () => {
  let kept = null;
  let lost = false;
  const loses = async (url, how) => {
    if (url.endsWith("/facts") && !lost) {
      lost = true;
      await control("lose", { file: kept });
    }
    const answer = await fetch(url, how);
    if (url.includes("/files/")) kept = (await answer.clone().json()).file;
    return answer;
  };
  const { device, phone, made } = await aPhone({ fetch: loses });
  const original = photo(5_000_000 + process.pid);
  await device.record(need({ sha256: new Blob([original], { type: "image/png" }) }));
  const answer = await device.send();

  assert.deepEqual([answer.sent, answer.left, answer.held, lost], [1, 0, 0, true]);
  assert.equal((await phone.rows("files")).length, 0);
  const [entry] = await control("on_record", { user: made.user });
  assert.ok(await control("is_whole", { file: entry.sealed.sha256, original: original.toString("base64") }));
});

test("only what is refused or held is dropped, and what is under way may be on record", async () => {
  const { device } = await aPhone();
  const queued = await device.record(need());
  const held = await device.record(need({ sha256: aPhoto(6) }, { place: "nowhere" }));
  await assert.rejects(device.drop(queued.id, "no"), { code: "not-refused" });
  await device.send();
  await assert.rejects(device.drop(queued.id, "no"), { code: "not-refused" });
  await assert.rejects(device.drop("another", "no"), { code: "not-on-phone" });
  const again = await device.mend(held.id);
  assert.deepEqual(Buffer.from(await again.files.sha256.arrayBuffer()), photo(6));
  const cut = device.parts.fetch;
  device.parts.fetch = async () => Promise.reject(new TypeError("cut off"));
  assert.equal((await device.send()).why, "network");
  await assert.rejects(device.drop(held.id, "no"), { code: "not-refused" });
  device.parts.fetch = cut;
  await device.send();
  await device.drop(held.id, "it was another place");
  assert.deepEqual(await device.waiting(), { queued: 0, held: 0, refused: 0 });
});

test("an outbox that is carried to another phone of the post, and to cairn import, is on record once", async () => {
  const first = await aPhone();
  const ids = [];
  for (const number of [7, 8]) ids.push((await first.device.record(need({ sha256: aPhoto(number) }))).id);
  await first.device.record(need({}, { theme: "magic" }));
  const carried = await first.device.save();
  named += 1;
  const second = new Phone({ name: `core-${process.pid}-${named}`, base: SERVER });
  const { device } = await second.tab();
  await device.setUp({ ...first.made, pin: "2" });

  assert.equal(await device.load(carried), 3);
  assert.equal(await device.load(carried), 0);
  assert.deepEqual(await control("bring", { outbox: await carried.text() }), ["recorded", "recorded", "refused"]);
  for (const one of [device, first.device]) {
    const answer = await one.send();
    assert.deepEqual([answer.sent, answer.refused, answer.left], [2, 1, 0]);
  }
  assert.equal(await control("on_record_by_id", { ids }), 2);
  assert.deepEqual(await control("bring", { outbox: await (await first.device.save()).text() }), ["left out"]);
});

test("what another tab sends while the outbox is saved is left out of it, and the rest is whole", async () => {
  const { phone, device } = await aPhone();
  const other = await phone.tab();
  const same = aPhoto(9);
  await device.record(need({ sha256: aPhoto(10) }));
  await device.record(need({ sha256: same }));
  const { file } = device.store;
  let late = null;
  device.store.file = async (...asked) => {
    device.store.file = file;
    await other.device.send();
    late = await device.record(need({ sha256: same }));
    return file.apply(device.store, asked);
  };
  const saved = (await (await device.save()).text()).trimEnd().split("\n").map(JSON.parse);
  assert.deepEqual(saved.slice(1), [{ end: 0 }]);
  assert.deepEqual((await device.outbox()).map((one) => one.state), ["sent", "sent", "queued"]);
  const again = (await (await device.save()).text()).trimEnd().split("\n").map(JSON.parse);
  assert.deepEqual(again.filter((one) => one.id).map((one) => one.id), [late.id]);
  assert.equal(again.filter((one) => one.file).length, 1);
});

test("half an outbox, another's and something else are not taken", async () => {
  const { device } = await aPhone();
  await device.record(need());
  const text = await (await device.save()).text();
  const other = await aPhone();
  const lines = text.trimEnd().split("\n");
  for (const bad of [lines.slice(0, -1).join("\n"), "hello", "", text.replace("outbox/1", "outbox/2")])
    await assert.rejects(device.load(new Blob([bad])), { code: "not-an-outbox" });
  await assert.rejects(other.device.load(new Blob([text])), { code: "other-seat" });
});

test("what was read last is there offline, with its age, and is asked for by its tag", async () => {
  const asked = [];
  const reads = async (url, how) => {
    asked.push([url.slice(SERVER.length), how.headers["If-None-Match"]]);
    if (!url.endsWith("/field")) return fetch(url, how);
    if (how.headers["If-None-Match"] === '"7"') return new Response(null, { status: 304 });
    return new Response('{"worklist": []}', { headers: { "Content-Type": "application/json", ETag: '"7"' } });
  };
  const { device } = await aPhone({ fetch: reads });
  assert.equal(await device.snapshot(), null);
  assert.deepEqual(await device.refresh(), { changed: true, why: null });
  const first = await device.snapshot();
  assert.deepEqual(await device.refresh(), { changed: false, why: null });
  const second = await device.snapshot();

  assert.deepEqual(first.field, { worklist: [] });
  assert.ok(first.kinds.kinds.length > 50);
  assert.deepEqual(second.kinds, first.kinds);
  assert.ok(second.at >= first.at && first.at > 0);
  assert.ok(asked[3][1]);
  device.parts.fetch = async () => Promise.reject(new TypeError("offline"));
  assert.deepEqual(await device.refresh(), { changed: false, why: "network" });
  assert.deepEqual(await device.snapshot(), second);
});

test("it tells its page when something changes", async () => {
  const { device } = await aPhone();
  let changes = 0;
  device.addEventListener("change", () => (changes += 1));
  await device.record(need());
  await device.send();
  device.lock();
  assert.ok(changes >= 3);
});
