// One schedule: a phone, or two, for a month in which everything goes wrong; and at the end, with a good network,
// what must be true all the same. A seed is a schedule.
import assert from "node:assert/strict";
import { chance } from "./chance.js";
import { control, SERVER } from "./control.js";
import { inLetters } from "./name.js";
import { Phone } from "./phone.js";
import { photo } from "./photo.js";
import { Proxy } from "./proxy.js";
import { fates } from "./seeds.js";

const TEN_YEARS = 3652 * 24 * 3600 * 1000;
const ON = "2025-03-01";
const ROUNDS_AT_THE_END = 8;

let nth = 0;

/** Runs it, and answers what happened to it. Throws AssertionError, with the seed in its message. */
export async function schedule(seed) {
  nth += 1;
  const month = new Month(seed, nth);
  try {
    await month.begin();
    await month.live();
    await month.end();
    await month.check();
    return { faults: month.proxy.done, facts: month.ops.length, deaths: month.deaths, queuedFull: month.full };
  } catch (error) {
    error.message = `seed ${seed}: ${error.message}\nAgain: make field-seed SEED=${seed}\n${month.told.join("\n")}`;
    throw error;
  } finally {
    for (const tab of month.phone?.tabs ?? []) tab.kill();
    await month.proxy?.close();
    if (month.phone) indexedDB.deleteDatabase(month.phone.name);
  }
}

class Month {
  constructor(seed, number) {
    this.seed = seed;
    this.mark = `${process.pid.toString(36)}-${number}-${seed}`.toLowerCase();
    this.will = chance(seed, "will");
    this.ops = [];
    this.later = [];
    this.told = [];
    this.under = [];
    this.deaths = 0;
    this.full = 0;
    this.number = number;
  }

  async begin() {
    this.made = await control("phone");
    this.bad = this.will.is(0.1) ? 0 : 0.1 + this.will.next() * 0.6;
    this.proxy = new Proxy({ server: SERVER, faultFor: fates(this), chance: chance(this.seed, "proxy") });
    const base = await this.proxy.listen();
    this.phone = new Phone({ name: `phone-${this.mark}`, base });
    const { token, unlock, device, seat } = this.made;
    this.patience = { pauses: this.will.is(0.5) ? [] : [1, 1] };
    const tab = await this.phone.tab(this.patience);
    await tab.device.setUp({ token, unlock, device, seat, pin: this.phone.pin });
    this.at = [tab];
    if (this.will.is(0.4)) this.at.push(await this.phone.tab(this.patience));
  }

  /** Steps, each drawn: recording, sending, and what befalls a phone. */
  async live() {
    const steps = 10 + this.will.below(22);
    for (let step = 0; step < steps; step += 1) {
      const which = this.will.below(this.at.length);
      const tab = await this._alive(which);
      const drawn = this.will.below(100);
      if (drawn < 40) await this._record(tab, this._drawn());
      else if (drawn < 74) await this._send(tab);
      else if (drawn < 85) tab.diesAt = tab.steps + 1 + this.will.below(80) + (this.will.is(0.5) ? 0.5 : 0);
      else if (drawn < 89) this._kill(tab);
      else if (drawn < 92) this._fill();
      else if (drawn < 95) this.phone.skew = (this.will.next() * 2 - 1) * TEN_YEARS;
      else if (drawn < 98) await this._lock(tab);
      else await this._carry(tab);
    }
    for (const op of this.later) await this._record(await this._alive(0), op);
  }

  /** The network is good, the phone has room, and somebody presses Send now. */
  async end() {
    for (const [, sending] of this.under.entries()) await sending;
    for (const tab of this.at) this._kill(tab);
    this.phone.empties();
    await this.proxy.settled();
    this.last = await this.phone.tab({ patience: 60_000 });
    for (let round = 0; round < ROUNDS_AT_THE_END; round += 1) {
      this.answer = await this.last.device.send();
      this._tell(`at the end ${JSON.stringify(this.answer)}`);
      if (this.answer.left === 0 && this.answer.why === null) break;
    }
  }

  async check() {
    const outbox = await this.last.device.outbox();
    const entries = await control("on_record", { user: this.made.user });
    const local = new Set((await this.phone.rows("files")).map(([[id, field]]) => `${id} ${field}`));
    assert.deepEqual(this.phone.wrong, []);
    assert.equal(this.answer.left, 0, "something is left queued on a good network");
    assert.equal(this.answer.why, null);
    this._nothingTwice(entries, outbox);
    for (const op of this.ops.filter((one) => one.id)) await this._asItWasSaid(op, { entries, outbox, local });
    if (this.bad === 0) this._inOrder(outbox);
    const known = new Set(this.ops.map((op) => op.id));
    const maybe = this.ops.filter((op) => !op.id && op.mayBe).length;
    assert.ok(outbox.filter((one) => !known.has(one.id)).length <= maybe, "facts that nobody recorded");
  }

  _nothingTwice(entries, outbox) {
    const ids = entries.map((entry) => entry.id);
    const said = entries.map((entry) => JSON.stringify([entry.fact.place ?? "", entry.fact.need ?? "", entry.fact.amount?.minor ?? ""]));
    assert.equal(new Set(ids).size, ids.length, "an id is on record twice");
    assert.equal(new Set(said).size, said.length, `something is on record twice: ${said}`);
    assert.equal(new Set(outbox.map((one) => one.id)).size, outbox.length, "the outbox lists one twice");
  }

  /** On a good network they are on record as they were said, but for those that had to wait. */
  _inOrder(outbox) {
    const early = new Set(this.later.map((op) => op.place));
    const ids = new Set(this.ops.filter((op) => op.id && !early.has(op.names)).map((op) => op.id));
    const positions = outbox.filter((one) => ids.has(one.id) && one.receipt).map((one) => one.receipt.position);
    assert.deepEqual(positions, [...positions].sort((one, other) => one - other), "they were sent out of order");
  }

  /** One fact that record() answered for: once on record and whole, or still here with what is wrong with it. */
  async _asItWasSaid(op, { entries, outbox, local }) {
    const here = outbox.find((one) => one.id === op.id);
    const there = entries.filter((entry) => entry.id === op.id);
    const what = `${op.sort} ${op.id}`;
    assert.ok(here, `${what} is lost`);
    const waits = op.names && !entries.some((entry) => entry.fact.place === op.names && entry.kind === PLACE);
    const state = op.wrong ? "refused" : waits ? "held" : "sent";
    assert.equal(here.state, state, `${what}: ${JSON.stringify(here.objections)}`);
    assert.equal(there.length, state === "sent" ? 1 : 0, `${what} stands ${there.length} times`);
    assert.deepEqual(here.fact, op.said.fact);
    if (state !== "sent") {
      if (op.wrong) assert.ok(here.objections.some((one) => one.field === op.wrong && one.message), what);
      else assert.deepEqual(here.waitsFor.map((one) => one.id), [op.names], what);
      const again = await this.last.device.mend(op.id);
      for (const [field, bytes] of Object.entries(op.bytes))
        assert.deepEqual(Buffer.from(await again.files[field].arrayBuffer()), bytes, `${what} lost its photo`);
      return;
    }
    const [entry] = there;
    assert.equal(here.receipt.position, entry.position);
    const files = Object.fromEntries(Object.keys(op.bytes).map((field) => [field, entry.sealed[field]]));
    assert.deepEqual({ ...entry.fact, ...entry.sealed }, { ...op.said.fact, ...files });
    assert.equal(entry.happened_on, ON);
    for (const [field, bytes] of Object.entries(op.bytes)) {
      const original = bytes.toString("base64");
      assert.ok(await control("is_whole", { file: files[field], original }), `${what}: its photo is not whole`);
      assert.ok(!local.has(`${op.id} ${field}`), `${what}: its photo takes room on the phone`);
    }
    const before = op.names && entries.find((one) => one.fact.place === op.names && one.kind === PLACE);
    if (before) assert.ok(before.position < entry.position, `${what} stands before what it names`);
  }

  // What befalls it

  async _record(tab, op) {
    this.ops.push(op);
    const files = Object.entries(op.bytes).map(([field, bytes]) => [field, new Blob([bytes], { type: "image/png" })]);
    op.mayBe = true;
    try {
      const answer = await tab.lives(tab.device.record({ ...op.said, files: Object.fromEntries(files) }));
      if (answer !== "dead") op.id = answer.id;
      this._tell(`record ${op.sort}${op.names ? ` at ${op.names}` : ""} → ${op.id ?? "killed"}`);
    } catch (error) {
      assert.equal(error.code, "storage-full", error.stack);
      op.mayBe = false;
      this.full += 1;
      this._tell(`record ${op.sort} → the phone is full`);
    }
  }

  async _send(tab) {
    const sending = tab.lives(tab.device.send()).then((answer) => this._tell(`send → ${JSON.stringify(answer)}`));
    if (this.will.is(0.6)) await sending;
    else this.under.push(sending);
  }

  _kill(tab) {
    tab.kill();
    this._tell("killed");
  }

  async _alive(which) {
    while (this.at[which].dead) {
      this.deaths += 1;
      // To be opened it must keep the count of tries: somebody has made room.
      this.phone.empties();
      this.at[which] = await this.phone.tab(this.patience);
      this._tell("opened again");
    }
    return this.at[which];
  }

  _fill() {
    const how = { times: 1 + this.will.below(4), atOnce: this.will.is(0.5) };
    this.phone.fills(how);
    this._tell(`full ${JSON.stringify(how)}`);
  }

  async _lock(tab) {
    this.phone.empties();
    tab.device.lock();
    if (this.will.is(0.3)) await tab.lives(tab.device.unlock("0000"));
    await tab.lives(tab.device.unlock(this.phone.pin));
    this._tell("locked, and opened");
  }

  /** The outbox is saved, and read again here: nothing comes of it. */
  async _carry(tab) {
    this.phone.empties();
    const carried = await tab.lives((async () => tab.device.load(await tab.device.save()))());
    assert.ok(carried === 0 || carried === "dead");
    this._tell("saved and loaded");
  }

  // What is recorded

  _drawn() {
    const places = this.ops.filter((op) => op.place && !op.wrong).map((op) => op.place);
    const bad = this.ops.filter((op) => op.place && op.wrong).map((op) => op.place);
    const drawn = this.will.below(100);
    if (drawn < 25) return this._place();
    if (drawn < 55) return this._need(places.length && this.will.is(0.6) ? this.will.one(places) : null);
    if (drawn < 67) return this._money();
    if (drawn < 75) return this._need(this._comesLater());
    if (drawn < 80) return this._need(`never-${this.mark}`);
    if (drawn < 86) return this._place({ level: "castle" }, "level");
    if (drawn < 92) return this._need(null, { theme: "magic" }, "theme");
    if (drawn < 96) return this._noPhoto();
    return this._need(bad.length ? this.will.one(bad) : null);
  }

  _place(change = {}, wrong = "") {
    const place = this._name("place");
    const fact = { place, name: { en: inLetters(place) }, level: "village", within: "hongliu", ...change };
    return { sort: "place", place, wrong, bytes: {}, said: { kind: PLACE, schemaVersion: 1, happenedOn: ON, fact } };
  }

  _comesLater() {
    const later = this._place();
    this.later.push(later);
    return later.place;
  }

  _need(names, change = {}, wrong = "") {
    const need = this._name("need");
    const fact = { need, name: { en: inLetters(need) }, place: names ?? "qarasu", theme: "road", ...change };
    const bytes = this.will.is(0.5) ? { sha256: photo(this._photos()) } : {};
    if (bytes.sha256) fact.caption = { en: "what it shows" };
    return { sort: "need", names, wrong, bytes, said: { kind: "works.need-raised", happenedOn: ON, fact } };
  }

  _noPhoto() {
    const op = this._need(null, {}, "sha256");
    op.bytes = { sha256: Buffer.from(`no photo ${this._photos()}`) };
    return op;
  }

  _money() {
    const amount = { currency: "CNY", minor: 1000 + this.number * 1000 + this._count() };
    const fact = { account: "county-office", grant: "water-2025", amount };
    return { sort: "money", wrong: "", bytes: {}, said: { kind: "money.money-received", happenedOn: ON, fact } };
  }

  _name(sort) {
    return `${sort}-${this.mark}-${this._count()}`;
  }

  _count() {
    this.counted = (this.counted ?? 0) + 1;
    return this.counted;
  }

  _photos() {
    return this.number * 64 + this._count();
  }

  _tell(what) {
    this.told.push(what);
  }
}

const PLACE = "programme.place-added";
