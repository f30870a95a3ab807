// What somebody sees of a fact that is held or refused, and what they can do about it.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { control } from "../control.js";
import { ON } from "./app.js";
import { closeBrowser } from "./browser.js";
import { aName, aPhone, aPhoto, need, onRecord } from "./set-up.js";

after(closeBrowser);

test("a held fact is seen as held, and is sent when what it waited for is on record", async (t) => {
  const { app, user } = await aPhone(t);
  const place = `later-${process.pid}`;
  const id = await need(app, { place, file: aPhoto() });
  await app.become({ [id]: "held" });
  await app.rests();
  const listed = await app.reads("#/outbox");
  const said = await app.reads(`#/outbox/${id}`);
  await control("add_place", { place });
  await app.send();
  await app.become({ [id]: "sent" });
  await app.rests();

  assert.match(listed, new RegExp(`Held: waiting for something else[^]*It waits for: ${place}`));
  assert.match(said, new RegExp(`It waits for: ${place} It is tried again`));
  assert.match(await app.reads(`#/outbox/${id}`), /Sent and on record[^]*Position on record/);
  assert.deepEqual(await onRecord(user, [id]), [1]);
  assert.deepEqual((await app.store()).files, []);
  assert.deepEqual(app.wrong, []);
});

test("a refused fact is put right through its screen: the new one is sent, and the old one is given up", async (t) => {
  const { app, user } = await aPhone(t);
  const name = aName();
  const paper = { name: "paper.pdf", mimeType: "application/pdf", buffer: Buffer.from("no paper") };
  const refused = await need(app, { name, file: paper });
  await app.become({ [refused]: "refused" });
  await app.rests();
  const objection = await (await app.go(`#/outbox/${refused}`), app.page.locator("main .wrong").first().innerText());
  await app.page.getByRole("link", { name: "Put it right by a new fact" }).click();
  await app.sees("main .wrong.summary");
  const filled = await app.page.locator("#answer-name").inputValue();
  const day = await app.page.locator("#answer-happened_on").inputValue();
  const why = await app.page.locator("main .wrong.summary").first().innerText();
  await app.page.locator("#answer-sha256").setInputFiles(aPhoto());
  await app.until(() => document.querySelector(".preview img")?.src);
  await app.page.locator("main form button[type=submit]").click();
  const { id } = await app.outcome();
  await app.become({ [id]: "sent", [refused]: "dropped" });
  await app.rests();

  assert.ok(objection.length > 10 && why.includes(objection), `${why} / ${objection}`);
  assert.deepEqual([filled, day], [name, ON]);
  assert.deepEqual(await onRecord(user, [id, refused]), [1, 0]);
  assert.deepEqual((await app.store()).files, []);
  assert.doesNotMatch(await app.reads("#/outbox"), /Refused: put right/);
  assert.deepEqual(app.wrong, []);
});
