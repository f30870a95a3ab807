// A field device: what the app keeps and sends through, and nothing else of the core.
//
//     const device = await openDevice({ indexedDB, crypto, fetch, locks: navigator.locks, now: () => Date.now(), base: "/api" });
//     await device.setUp({ token, unlock, seat, device: number, pin });   // what POST /api/device answered
//     await device.record({ kind, happenedOn, fact, files: { photo: blob } });
//     await device.send();
import { Crypt } from "./crypt.js";
import { FieldError } from "./errors.js";
import { Net } from "./net.js";
import { Outbox } from "./outbox.js";
import { load, save } from "./carry.js";
import { Sending } from "./send.js";
import { refresh, snapshot } from "./snapshot.js";
import { Store } from "./store.js";
import * as typed from "./typed.js";
import { Vault } from "./vault.js";

export { FieldError };

const PATIENCE_MS = 180_000;
const PAUSES_MS = [1000, 4000];

/**
 * Opens this phone's store. Everything of the browser is passed in.
 * @param {object} options
 * @param {() => string} [options.language] in which language the server should object
 * @param {number} [options.iterations] of PBKDF2, for a PIN that is set from now on
 * @param {number} [options.patience] milliseconds that one request may take
 * @param {number[]} [options.pauses] milliseconds before each further try, where there was no answer
 */
export async function openDevice(options) {
  const store = await Store.at({ indexedDB: options.indexedDB, name: options.name ?? "cairn-field" });
  const device = new Device({ ...options, store });
  await device.look();
  return device;
}

class Device extends EventTarget {
  constructor({ store, crypto, fetch, locks, now, base, language, iterations, patience, pauses, name }) {
    super();
    this.store = store;
    this.crypt = new Crypt(crypto);
    this.vault = new Vault({ store, crypt: this.crypt, iterations });
    this.parts = { crypto, fetch: (...asked) => fetch(...asked), now, base, language };
    this.patience = patience ?? PATIENCE_MS;
    this.pauses = pauses ?? PAUSES_MS;
    this.locks = locks ?? new OneTab();
    this.lockName = `${name ?? "cairn-field"}/outbox`;
    this.opened = null;
    this.outboxOf = null;
    this.there = null;
  }

  /** "new" | "locked" | "open" | "barred" (sign in once more) | "wiped" */
  get state() {
    return this.opened ? "open" : Vault.state(this.there);
  }

  /** As which post it acts: { programme, post, role }; null while it is not open. */
  get seat() {
    return this.opened?.seat ?? null;
  }

  /** By what `GET /api/device/unlock?device=` knows it; also while it is locked. */
  get number() {
    return this.there?.device ?? null;
  }

  /** How many PINs may still be tried. */
  get tries() {
    return this.there?.tries ?? 0;
  }

  /** What a passkey that opens it is asked with: { id, input }; null where none does. */
  get passkey() {
    const { id, input } = this.there?.byPasskey ?? {};
    return id ? { id, input } : null;
  }

  /** Looks again at what other tabs may have done to the store. */
  async look() {
    this.there = (await this.store.vault()) ?? null;
    if (this.opened && this.there?.vault !== this.opened.vault) this._shut();
    return this.state;
  }

  /** How many are { queued, held, refused }: also while it is locked. */
  async waiting() {
    const [queued, held, refused] = await Promise.all(
      ["queued", "held", "refused"].map((state) => this.store.count(state)),
    );
    return { queued, held, refused };
  }

  /** Makes the store of a new device, and opens it. Throws `already-set-up`. */
  async setUp({ token, unlock, seat, pin, device }) {
    await this._open(await this.vault.make({ token, unlock, seat, pin, device }));
  }

  /** Opens with the PIN: true; or false, and one try less. A phone that cannot keep the count throws `storage-full`. */
  async unlock(pin) {
    return this._open(await this.vault.byPin(pin));
  }

  /** Opens with what the passkey's PRF made of `passkey.input`: true; or false, and whoever it is has their PIN. */
  async unlockByPasskey(secret) {
    return this._open(await this.vault.byPasskey(secret));
  }

  /** Opens with the secret of `GET /api/device/unlock`, and sets a new PIN; false where it is another device's. */
  async unlockBySignIn(unlock, newPin) {
    return this._open(await this.vault.byUnlock(unlock, newPin));
  }

  /**
   * Takes a new token of the same post, where `send` says "signed-out"; the outbox stays.
   * False, and one try less, for a wrong PIN. Throws `other-seat`, where the outbox is another post's.
   */
  async renew({ token, unlock, seat, pin, device }) {
    const { programme, post } = this._needsOpen().opened.seat;
    if (seat.programme !== programme || seat.post !== post) throw new FieldError("other-seat");
    return this._open(await this.vault.renew({ token, unlock, seat, pin, device }));
  }

  lock() {
    this._shut();
    this._changed();
  }

  /** Another PIN, for whoever knows the one before: true; or false, and one try less. */
  async changePin(pin, newPin) {
    return this._changedVault(await this._needsOpen().vault.changePin(pin, newPin));
  }

  /**
   * Lets a passkey open it, beside the PIN: true; or false, and one try less, for a wrong PIN.
   * @param {{ id: BufferSource, input: BufferSource, secret: BufferSource }} passkey the id of a credential, and what
   *   its PRF made of an input
   */
  async addPasskey(pin, passkey) {
    return this._changedVault(await this._needsOpen().vault.addPasskey(pin, passkey));
  }

  /** Lets nothing but the PIN open it. */
  async dropPasskey() {
    const { vault, opened } = this._needsOpen();
    await this._changedVault(await vault.dropPasskey(opened.vault));
  }

  /** Erases everything that this phone keeps, what waits included: it is as new. */
  async forget() {
    this._shut();
    await this.store.clear();
    await this.look();
    this._changed();
  }

  /** Keeps what is typed in a form and not recorded yet: its answers, and its files as Blobs. Nothing while it is not open. */
  async keepTyped(form, { answers, files }) {
    if (this.opened) await typed.keep(this._reading(), form, { answers, files });
  }

  /** What was typed in a form: { answers, files }; null where nothing was. */
  async typed(form) {
    return typed.read(this._needsOpen()._reading(), form);
  }

  async dropTyped(form) {
    await typed.drop(this._needsOpen()._reading(), form);
  }

  /** The forms in which something was typed that is not recorded yet. */
  async typedForms() {
    return typed.forms(this._needsOpen()._reading());
  }

  /**
   * Keeps a fact and its files (by field, as Blobs): they are on the disk when this answers { id }. `asItIs` says that
   * somebody has looked again at what an objection with `shows` said of it, and that it shows nobody.
   */
  async record(said) {
    const { outboxOf } = this._needsOpen();
    const recorded = await outboxOf.record(said);
    this._changed();
    return recorded;
  }

  /** What waits and what was sent last, oldest first: see core/outbox.js for the states. */
  async outbox() {
    return this._needsOpen().outboxOf.list();
  }

  /** What a refused or held fact said: { kind, schemaVersion, happenedOn, fact, files }. */
  async mend(id) {
    return this._needsOpen().outboxOf.mend(id);
  }

  /** Gives up a refused or held fact; after what is being sent just now. Throws `not-refused`. */
  async drop(id, because) {
    const { outboxOf } = this._needsOpen();
    await this.locks.request(this.lockName, () => outboxOf.drop(id, because));
    this._changed();
  }

  /**
   * Sends what can be sent. Answers { sent, refused, held, left, why, detail }; `sent` counts this time, the others
   * what stands in the outbox now (`left`: queued). `why` is null, or says why it ended before its end:
   * "network", "server", "storage", "quota", "forbidden", "signed-out", "revoked" (it is wiped), "locked",
   * "sending" (another tab is at it). `detail` is what the server said of it, if it said something. Throws for none of these.
   */
  async send({ onProgress } = {}) {
    if (!this.opened) return this._told(0, "locked");
    return this.locks.request(this.lockName, { ifAvailable: true }, async (lock) => {
      if (!lock) return this._told(0, "sending");
      const { opened, outboxOf: outbox } = this;
      const net = await this._net();
      if (!net) return this._told(0, "locked");
      const sending = new Sending({
        outbox,
        net,
        stillOpen: () => this.opened === opened,
        pauses: this.pauses,
        onProgress,
        onChange: () => this._changed(),
      });
      const why = await sending.run();
      if (why === "revoked") await this._wipe();
      else if (this.opened === opened) await outbox.forget();
      return this._told(sending.sent, why, sending.detail);
    });
  }

  /** Asks the server for what has changed. Answers { changed, why }, with `why` as in send(). */
  async refresh() {
    const net = this.opened && (await this._net());
    if (!net) return { changed: false, why: "locked" };
    const answer = await refresh({ ...this._reading(), net, now: this.parts.now });
    if (answer.why === "revoked") await this._wipe();
    this._changed();
    return answer;
  }

  /** { at, field, kinds } as they were read last; null before the first time. */
  async snapshot() {
    this._needsOpen();
    return snapshot(this._reading());
  }

  /** The outbox as a file: see core/carry.js. It is in the clear. */
  async save() {
    const { opened, outboxOf: outbox } = this._needsOpen();
    return save({ outbox, opened, now: this.parts.now });
  }

  /** Takes the facts of such a file, those that are not here yet. Answers how many. */
  async load(blob) {
    const { opened, outboxOf: outbox, crypt } = this._needsOpen();
    const taken = await load({ outbox, opened, crypt }, blob);
    this._changed();
    return taken;
  }

  /** Lets go of the database, as when the tab closes. */
  close() {
    this._shut();
    this.store.close();
  }

  _needsOpen() {
    if (!this.opened) throw new FieldError("closed");
    return this;
  }

  _reading() {
    return { store: this.store, crypt: this.crypt, opened: this.opened };
  }

  async _open(found) {
    if (found) {
      const seat = await this._keptJson("seat", found.key);
      this.opened = { ...found, seat };
      const { crypto, now } = this.parts;
      this.outboxOf = new Outbox({ store: this.store, crypt: this.crypt, crypto, now, opened: this.opened });
    }
    await this.look();
    this._changed();
    return found !== null;
  }

  async _changedVault(answer) {
    await this.look();
    return answer;
  }

  async _keptJson(name, key) {
    return this.crypt.openJson(key, `kept/${name}`, await this.store.kept(name));
  }

  /** To ask the server with; null where another tab has wiped the store. */
  async _net() {
    if ((await this.look()) !== "open") return null;
    const token = await this._keptJson("token", this.opened.key);
    const { fetch, base, language } = this.parts;
    return new Net({ fetch, base, language, token, patience: this.patience });
  }

  async _told(sent, why, detail = "") {
    const { queued, held, refused } = await this.waiting();
    return { sent, refused, held, left: queued, why, detail };
  }

  async _wipe() {
    this._shut();
    await this.store.wipe();
    await this.look();
    this._changed();
  }

  _shut() {
    this.opened = null;
    this.outboxOf = null;
  }

  _changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** Locks where the browser has none: they hold within this tab. */
class OneTab {
  constructor() {
    this.held = null;
  }

  async request(_name, ...rest) {
    const work = rest.pop();
    if (rest[0]?.ifAvailable && this.held) return work(null);
    while (this.held) await this.held;
    const done = work({});
    this.held = Promise.resolve(done).catch(() => {}).finally(() => (this.held = null));
    return done;
  }
}
