// How long a month's outbox takes to send on loopback: 1,000 facts, 200 of them with a photo of 1600 × 1200.
import assert from "node:assert/strict";
import { test } from "node:test";
import { control, SERVER } from "./control.js";
import { inLetters } from "./name.js";
import { Phone } from "./phone.js";

const SECONDS = 60;

test("1,000 facts with 200 photos are sent within a minute, and listed in a moment", async () => {
  const made = await control("phone");
  const phone = new Phone({ name: `times-${process.pid}`, base: SERVER });
  const { device } = await phone.tab({ patience: 60_000 });
  await device.setUp({ ...made, pin: phone.pin });
  let bytes = 0;
  for (let number = 0; number < 1000; number += 1) {
    const need = `times-${process.pid}-${number}`;
    const fact = { need, name: { en: inLetters(need) }, place: "qarasu", theme: "road" };
    const files = {};
    if (number % 5 === 0) {
      const jpeg = Buffer.from(await control("jpeg", { number }), "base64");
      files.sha256 = new Blob([jpeg], { type: "image/jpeg" });
      bytes += jpeg.length;
    }
    await device.record({ kind: "works.need-raised", happenedOn: "2025-03-01", fact, files });
  }

  const opening = performance.now();
  await device.outbox();
  const opened = (performance.now() - opening) / 1000;
  const sending = performance.now();
  const answer = await device.send();
  const sent = (performance.now() - sending) / 1000;

  console.log(`1,000 facts, 200 photos of ${Math.round(bytes / 200 / 1024)} KiB: sent in ${sent.toFixed(1)} s, listed in ${opened.toFixed(2)} s`);
  assert.deepEqual([answer.sent, answer.left, answer.why], [1000, 0, null]);
  assert.ok(opened < 2, `${opened} s`);
  assert.ok(sent < SECONDS, `${sent} s`);
});
