// One schedule in Chromium: the app itself, by its screens, for a while in which everything goes wrong; and at the
// end, with a good network, what must be true all the same. A seed is a schedule.
import assert from "node:assert/strict";
import { chance } from "../chance.js";
import { control, SERVER } from "../control.js";
import { inLetters } from "../name.js";
import { photo } from "../photo.js";
import { Proxy } from "../proxy.js";
import { fates } from "../seeds.js";
import { App } from "./app.js";
import { aBrowser } from "./browser.js";
import { builtElsewhere } from "./release.js";

const TEN_YEARS = 3652 * 24 * 3600 * 1000;
const NEED = "works.need-raised";
const ROUNDS_AT_THE_END = 8;
/** Every how-manieth seed has a browser of its own, which is closed, or killed, and opened again. */
const ALONE = 6;

/** Runs it, and answers what happened to it. Throws AssertionError, with the seed in its message. */
export async function schedule(seed) {
  const month = new Month(seed);
  try {
    await month.begin();
    await month.live();
    await month.end();
    await month.check();
    return { faults: month.proxy.done, facts: month.ops.length, ...month.seen };
  } catch (error) {
    error.message = `seed ${seed}: ${error.message}\nAgain: make field-chromium-seed SEED=${seed}\n${month.told.join("\n")}`;
    throw error;
  } finally {
    await month.browser?.close();
    await month.proxy?.close();
  }
}

class Month {
  constructor(seed) {
    this.seed = seed;
    this.mark = inLetters(`${process.pid.toString(36)}-${seed}`);
    this.will = chance(seed, "chromium");
    this.ops = [];
    this.told = [];
    this.tabs = [];
    this.comes = [];
    this.wrong = [];
    this.counted = 0;
    this.seen = { deaths: 0, queuedFull: 0, restarts: 0, crashes: 0, offline: 0, secondTabs: 0, skewed: 0 };
    this.skew = 0;
  }

  /** A phone that is set up on a good network; from then on it is a bad one. */
  async begin() {
    const made = await control("person");
    this.user = made.user;
    this.proxy = new Proxy({ server: SERVER, faultFor: () => "", chance: chance(this.seed, "proxy"), edit: builtElsewhere });
    this.base = await this.proxy.listen();
    this._watchesForTwo();
    this.browser = await aBrowser({ alone: this.seed % ALONE === 0 });
    await this.browser.context.addCookies([{ name: "cairn-session", value: made.session, url: this.base }]);
    this.tabs.push(await App.at(this.browser.context, this.base));
    await this.tabs[0].setUp();
    this.bad = this.will.is(0.1) ? 0 : 0.1 + this.will.next() * 0.5;
    this.proxy.faultFor = fates(this);
  }

  /** Steps, each drawn: recording, sending, and what befalls a phone. */
  async live() {
    const steps = 7 + this.will.below(6);
    for (let step = 0; step < steps; step += 1) {
      const tab = await this._alive();
      const drawn = this.will.below(100);
      if (drawn < 45) await this._record(tab);
      else if (drawn < 54) await this._send(tab);
      else if (drawn < 68) await this._offline(tab);
      else if (drawn < 82) await this._dies(tab);
      else if (drawn < 88) await this._full(tab);
      else if (drawn < 94) await this._clock();
      else await this._another();
    }
  }

  /** The network is good, the phone has room and the right time, and somebody presses Send now. */
  async end() {
    for (const tab of this.tabs) await this._closed(tab);
    await this.browser.context.setOffline(false);
    await this.proxy.settled();
    for (const place of this.comes) await control("add_place", { place });
    this.last = await App.at(this.browser.context, this.base);
    await this.last.unlock();
    for (let round = 0; round < ROUNDS_AT_THE_END; round += 1) {
      await this.last.rests();
      const states = Object.values(await this.last.states());
      this._tell(`at the end ${states}`);
      const comes = this.ops.some((op) => op.id && op.comes && states.includes("held"));
      if (!states.includes("queued") && !(comes && round < 2)) break;
      await this.last.send();
    }
    this.wrong.push(...this.last.wrong);
  }

  async check() {
    const { facts, files } = await this.last.store();
    const entries = await control("on_record", { user: this.user });
    const states = new Map(facts);
    assert.deepEqual(this.wrong, []);
    assert.ok(!facts.some(([, state]) => state === "queued"), "something is left queued on a good network");
    assert.equal(states.size, facts.length, "the outbox lists one twice");
    const names = entries.map((entry) => entry.fact.name.en);
    assert.equal(new Set(names).size, names.length, `something is on record twice: ${names}`);
    for (const op of this.ops.filter((one) => one.id)) await this._asItWasSaid(op, { entries, states, files });
    const known = new Set(this.ops.map((op) => op.id));
    const maybe = this.ops.filter((op) => !op.id && op.mayBe).length;
    assert.ok(facts.filter(([id]) => !known.has(id)).length <= maybe, "facts that nobody recorded");
  }

  async _asItWasSaid(op, { entries, states, files }) {
    const what = `${op.sort} ${op.name} (${op.id})`;
    const there = entries.filter((entry) => entry.id === op.id);
    assert.equal(states.get(op.id), op.becomes, what);
    assert.equal(there.length, op.becomes === "sent" ? 1 : 0, `${what} stands ${there.length} times`);
    assert.equal(files.includes(`${op.id} sha256`), op.becomes !== "sent" && op.hasFile, `${what}: its photo on the phone`);
    const said = await this.last.reads(`#/outbox/${op.id}`);
    if (op.becomes === "held") assert.match(said, new RegExp(`It waits for: ${op.place}`));
    if (op.becomes === "refused") assert.ok(await this.last.page.locator("main ul.wrong li, main p.wrong").count(), `${what}: no objection`);
    if (op.becomes !== "sent") return;
    const [entry] = there;
    assert.match(said, new RegExp(`Position on record\\s+${entry.position}\\b`));
    assert.deepEqual([entry.fact.name, entry.fact.place, entry.fact.theme], [{ en: op.name }, op.place, "road"]);
    assert.equal(Boolean(entry.sealed.sha256), Boolean(op.bytes), what);
    if (!op.bytes) return;
    const original = op.bytes.toString("base64");
    assert.ok(await control("is_whole", { file: entry.sealed.sha256, original }), `${what}: its photo is not whole`);
  }

  // What befalls it

  async _record(tab) {
    const op = this._drawn();
    this.ops.push(op);
    const { name, file } = op;
    const given = { place: op.place, theme: "road" };
    if (this.will.is(0.12)) return this._diesRecording(tab, op, given);
    const { id, wrong, bytes } = await tab.record(NEED, given, { name, file });
    this._tell(`record ${op.sort}${file ? " with a file" : ""} → ${id ?? wrong}`);
    if (wrong) assert.match(wrong, /no room left|Try once more/);
    if (wrong) this.seen.queuedFull += 1;
    Object.assign(op, { id, bytes, mayBe: false, hasFile: Boolean(bytes) || op.becomes === "refused" });
  }

  /** The tab goes while it records: the fact may be kept, and nobody was told so. */
  async _diesRecording(tab, op, given) {
    await tab.fill(NEED, given, op);
    op.mayBe = true;
    await tab.page.evaluate(() => document.querySelector("main form").requestSubmit());
    await new Promise((go) => setTimeout(go, this.will.below(15)));
    await this._dies(tab);
  }

  async _send(tab) {
    await tab.send();
    this._tell("send");
    await new Promise((go) => setTimeout(go, this.will.below(400)));
  }

  /** Without network something is recorded; then there is some, and nothing is tapped. */
  async _offline(tab) {
    this.seen.offline += 1;
    await this.browser.context.setOffline(true);
    this._tell("offline");
    await this._record(tab);
    await this.browser.context.setOffline(false);
    this._tell("online");
    if (this.bad || this.tabs.every((one) => one.dead)) return;
    const before = new Set(this.ops.map((op) => op.id));
    await tab.rests();
    for (const [id, state] of Object.entries(await tab.states()))
      if (before.has(id)) assert.notEqual(state, "queued", "being online again sent nothing");
  }

  async _dies(tab) {
    this.seen.deaths += 1;
    await new Promise((go) => setTimeout(go, this.will.below(300)));
    const how = this.will.one(this.browser.restart ? ["killed", "restarted"] : ["closed", "crashed"]);
    this._tell(how);
    if (how === "closed") return this._closed(tab);
    if (how === "crashed") {
      this.seen.crashes += 1;
      this.wrong.push(...tab.wrong);
      return tab.crash();
    }
    for (const one of this.tabs) {
      this.wrong.push(...one.wrong);
      one.dead = true;
    }
    this.seen.restarts += 1;
    await this.browser.restart({ killed: how === "killed" });
  }

  async _closed(tab) {
    if (tab.dead) return;
    this.wrong.push(...tab.wrong);
    await tab.close();
  }

  /**
   * The phone is full while one is recorded; then somebody makes room. Its puts refuse as a full phone's do:
   * Chromium itself goes by the quota of half a minute ago (tests/browser/test_field_door.py waits for that).
   */
  async _full(tab) {
    await tab.page.evaluate(refuses);
    this._tell("full");
    await this._record(tab);
    if (!tab.dead) await tab.page.evaluate(refusesNoMore);
    this._tell("room");
  }

  /** The phone's clock is off from now on, for whatever is opened. */
  async _clock() {
    this.seen.skewed += 1;
    this.skew = Math.round((this.will.next() * 2 - 1) * TEN_YEARS);
    for (const tab of this.tabs) await this._closed(tab);
    this._tell(`its clock is ${Math.round(this.skew / 86400e3)} days off`);
  }

  async _another() {
    if (this.tabs.filter((tab) => !tab.dead).length > 1) return;
    this.seen.secondTabs += 1;
    await this._opened();
  }

  async _alive() {
    this.tabs = this.tabs.filter((tab) => !tab.dead);
    return this.tabs.length ? this.will.one(this.tabs) : this._opened();
  }

  async _opened() {
    const tab = await App.at(this.browser.context, this.base, { skew: this.skew });
    await tab.unlock();
    this.tabs.push(tab);
    this._tell("a tab is opened");
    return tab;
  }

  /** Notes where two tabs send at a time: a request counts until its answer begins. */
  _watchesForTwo() {
    const under = new Map();
    this.proxy.http.prependListener("request", (request, answer) => {
      const tab = request.headers["x-tab"];
      if (!/^\/api\/f(act|ile)s/.test(request.url) || !tab) return;
      const alive = new Set(this.tabs.filter((one) => !one.dead).map((one) => one.number));
      const others = [...under.values()].filter((one) => one !== tab && alive.has(one));
      if (others.length && alive.has(tab)) this.wrong.push(`two tabs send at a time: ${request.url}`);
      under.set(request, tab);
      const { writeHead } = answer;
      answer.writeHead = (...said) => under.delete(request) && writeHead.apply(answer, said);
      answer.on("close", () => under.delete(request));
    });
  }

  // What is recorded

  _drawn() {
    this.counted += 1;
    const name = `need ${this.mark}-${inLetters(String(this.counted))}`;
    const picture = { name: "photo.png", mimeType: "image/png", buffer: photo(this.seed * 64 + this.counted) };
    const drawn = this.will.below(100);
    const file = this.will.is(0.5) ? picture : null;
    if (drawn < 70) return { sort: "need", name, file, place: "qarasu", becomes: "sent" };
    if (drawn < 80) return { sort: "early", name, file, place: this._comes(), comes: true, becomes: "sent" };
    if (drawn < 90) return { sort: "in vain", name, file, place: `never-${this.mark}`, becomes: "held" };
    const paper = { name: "paper.pdf", mimeType: "application/pdf", buffer: Buffer.from(`no paper ${name}`) };
    return { sort: "no paper", name, file: paper, place: "qarasu", becomes: "refused" };
  }

  _comes() {
    const place = `comes-${this.mark}-${inLetters(String(this.counted))}`;
    this.comes.push(place);
    return place;
  }

  _tell(what) {
    this.told.push(what);
  }
}

/** In the page: every put refuses. */
function refuses() {
  const store = IDBObjectStore.prototype;
  store.kept ??= { put: store.put, add: store.add };
  store.put = store.add = () => {
    throw new DOMException("The phone is full.", "QuotaExceededError");
  };
}

/** In the page: there is room again. */
function refusesNoMore() {
  const store = IDBObjectStore.prototype;
  Object.assign(store, store.kept);
}
