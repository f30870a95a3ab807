// How long a month's outbox takes to send on loopback: 1,000 facts, 200 of them with a photo of 1600 × 1200.
// `make field-times`: ends with 0 if all are sent within a minute and listed in two seconds. No test: a busy machine fails it.
import { control, SERVER } from "./control.js";
import { inLetters } from "./name.js";
import { Phone } from "./phone.js";

const MOST_SECONDS = { sent: 60, listed: 2 };

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
const listed = (performance.now() - opening) / 1000;
const sending = performance.now();
const answer = await device.send();
const sent = (performance.now() - sending) / 1000;

console.log(`${answer.sent} of 1,000 facts, 200 photos of ${Math.round(bytes / 200 / 1024)} KiB: sent in ${sent.toFixed(1)} s, listed in ${listed.toFixed(2)} s${answer.why ? `; ${answer.why}` : ""}`);
const all = answer.sent === 1000 && answer.left === 0;
process.exit(all && sent <= MOST_SECONDS.sent && listed <= MOST_SECONDS.listed ? 0 : 1);
