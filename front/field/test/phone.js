// A phone for tests: one IndexedDB, locks between its tabs, a clock that may be wrong, and a tab that can be
// killed between any two of its steps.
import "fake-indexeddb/auto";
import { IDBObjectStore } from "fake-indexeddb";
import { openDevice } from "../core/index.js";

/** What a killed tab waits for. One for each: a single one would hold on to all that ever waited for it. */
const never = () => new Promise(() => {});

/** By name of database: how often a put still says that the phone is full, and whether at once or at the end. */
const full = new Map();
for (const name of ["put", "add"]) {
  const put = IDBObjectStore.prototype[name];
  IDBObjectStore.prototype[name] = function (...asked) {
    const why = full.get(this.transaction.db.name);
    if (!why?.times) return put.apply(this, asked);
    why.times -= 1;
    if (why.atOnce) throw new DOMException("The phone is full.", "QuotaExceededError");
    const request = put.apply(this, asked);
    request.addEventListener("success", () => this.transaction._abort?.("QuotaExceededError"));
    return request;
  };
}

export class Phone {
  constructor({ name, base, pin = "1357" }) {
    Object.assign(this, { name, base, pin, skew: 0, tabs: [], wrong: [], locks: new Locks() });
  }

  /** Fails the next puts, as a full phone does: a put refuses at once, or the transaction at its end. */
  fills({ times, atOnce }) {
    full.set(this.name, { times, atOnce });
  }

  empties() {
    full.delete(this.name);
  }

  /** A new tab on this phone's store, open where the store is set up. */
  async tab(options = {}) {
    const tab = new Tab(this);
    this.tabs.push(tab);
    tab.device = await openDevice({
      indexedDB,
      crypto: tab.crypto,
      fetch: tab.fetch,
      locks: this.locks.of(tab),
      now: () => Date.now() + this.skew,
      base: `${this.base}/api`,
      name: this.name,
      iterations: 1,
      pauses: [],
      patience: 4000,
      ...options,
    });
    if (tab.device.state === "locked") await tab.device.unlock(this.pin);
    return tab;
  }

  /** Everything in a store of the database, as it lies there. */
  async rows(store) {
    const request = indexedDB.open(this.name);
    const db = await new Promise((go) => (request.onsuccess = () => go(request.result)));
    const asked = db.transaction(store).objectStore(store);
    const read = (what) => new Promise((go) => (what.onsuccess = () => go(what.result)));
    const [keys, values] = [await read(asked.getAllKeys()), await read(asked.getAll())];
    db.close();
    return keys.map((key, at) => [key, values[at]]);
  }
}

export class Tab {
  constructor(phone) {
    Object.assign(this, { phone, dead: false, steps: 0, diesAt: Infinity, asking: 0 });
    this.death = new Promise((go) => (this.died = () => go("dead")));
    const subtle = new Proxy(globalThis.crypto.subtle, {
      get: (whole, name) => (...asked) => this._step(() => whole[name](...asked)),
    });
    this.crypto = { subtle, getRandomValues: (bytes) => globalThis.crypto.getRandomValues(bytes) };
    this.fetch = (...asked) => this._step(() => this._ask(...asked));
  }

  /** Ends it as the system does: what is under way never comes back, and its locks are free. */
  kill() {
    if (this.dead) return;
    this.dead = true;
    this.phone.locks.forget(this);
    this.device?.store.close();
    this.died();
  }

  /** What a promise answers; or "dead", where this tab is killed before. */
  lives(promise) {
    return Promise.race([promise, this.death]);
  }

  /** One step: at some of them the tab is killed, before it or after. */
  async _step(work) {
    this.steps += 1;
    if (this.steps === Math.floor(this.diesAt) && this.diesAt % 1 === 0) this.kill();
    if (this.dead) return never();
    try {
      return await work();
    } finally {
      if (this.steps >= this.diesAt) this.kill();
      if (this.dead) await never();
    }
  }

  async _ask(url, how) {
    const others = this.phone.tabs.filter((tab) => tab !== this && !tab.dead && tab.asking > 0);
    if (others.length) this.phone.wrong.push(`two tabs send at a time: ${url}`);
    this.asking += 1;
    try {
      return await fetch(url, how);
    } finally {
      this.asking -= 1;
    }
  }
}

/** What navigator.locks does, between the tabs of one phone. */
class Locks {
  constructor() {
    this.held = new Map();
    this.queue = [];
  }

  of(tab) {
    return { request: (name, ...rest) => this._request(tab, name, ...rest) };
  }

  forget(tab) {
    for (const [name, holder] of this.held) if (holder === tab) this.held.delete(name);
    this.queue = this.queue.filter((one) => one.tab !== tab);
    this._next();
  }

  _request(tab, name, ...rest) {
    const [work, options = {}] = rest.reverse();
    if (options.ifAvailable && this.held.has(name)) return work(null);
    return new Promise((done, failed) => {
      this.queue.push({ tab, name, work, done, failed });
      this._next();
    });
  }

  _next() {
    const at = this.queue.findIndex((one) => !this.held.has(one.name));
    if (at < 0) return;
    const [{ tab, name, work, done, failed }] = this.queue.splice(at, 1);
    this.held.set(name, tab);
    const free = () => {
      if (this.held.get(name) === tab) this.held.delete(name);
      this._next();
    };
    Promise.resolve(work({ name })).finally(free).then(done, failed);
  }
}
