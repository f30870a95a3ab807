// The outbox: facts as they were recorded on this phone, in their order, each with what became of it.
//
//     queued ──► sent        by a receipt that names its id, and by nothing else
//        ▲ └───► refused     the server's word; to be put right by a new fact
//        └─────► held        it names what is not on record yet; tried again with whatever is sent
//
// refused or held ──► dropped, when a person says so. What a fact says never changes.
import { FieldError } from "./errors.js";
import { uuidv7 } from "./uuid.js";

export const WAITING = ["queued", "held", "refused"];
const ENDED = ["sent", "dropped"];
const NO_FATE = { objections: [], waitsFor: [], receipt: null, kept: {}, because: "" };

/** How many of those that are sent or dropped stay to be looked at. */
const REMEMBERED = 300;

export class Outbox {
  /** `opened` is { vault, key, seat } of the store while it is open. */
  constructor({ store, crypt, crypto, now, opened }) {
    Object.assign(this, { store, crypt, crypto, now, opened });
    this.turn = Promise.resolve();
    this.read = new Map();
  }

  /** Keeps a fact, and answers once it is on the disk. One at a time: in the order in which they were said. */
  record(said) {
    const recorded = this.turn.then(() => this._record(said));
    this.turn = recorded.catch(() => {});
    return recorded;
  }

  async _record({ kind, schemaVersion = null, happenedOn, fact, files = {}, asItIs = false }) {
    const now = this.now();
    const id = uuidv7(now, this.crypto);
    const named = {};
    const bytes = {};
    for (const [field, blob] of Object.entries(files)) {
      bytes[field] = new Uint8Array(await blob.arrayBuffer());
      const sha256 = await this.crypt.sha256(bytes[field]);
      named[field] = { sha256, type: blob.type, size: bytes[field].length };
    }
    const { programme, post } = this.opened.seat;
    await this.add({
      said: { id, kind, schemaVersion, happenedOn, fact, files: named, asItIs, recordedAt: now, programme, post },
      bytes,
    });
    return { id };
  }

  /** Puts a fact with its files last; false where it is there already. */
  async add({ said, bytes, state = "queued", fate = null }) {
    const { vault, key } = this.opened;
    const row = {
      id: said.id,
      state,
      said: await this.crypt.sealJson(key, `said/${said.id}`, said),
      fate: fate && (await this._sealedFate(said.id, fate)),
    };
    const sealed = [];
    for (const [field, content] of Object.entries(bytes))
      sealed.push([[said.id, field], await this.crypt.seal(key, `file/${said.id}/${field}`, content)]);
    return this.store.change(vault, async (stores) => {
      if (await stores.facts.index("id").getKey(said.id)) return false;
      await Promise.all([
        stores.facts.add(row),
        ...sealed.map(([where, file]) => stores.files.put(file, where)),
      ]);
      return true;
    });
  }

  /** What waits, and what was sent last: oldest first. */
  async list() {
    return Promise.all((await this.store.facts(...WAITING, "sent")).map((row) => this.opens(row)));
  }

  /** The facts of these states. */
  async inStates(...states) {
    return Promise.all((await this.store.facts(...states)).map((row) => this.opens(row)));
  }

  async opens(row) {
    const said = this.read.get(row.id) ?? (await this._open(`said/${row.id}`, row.said));
    this.read.set(row.id, said);
    const fate = row.fate ? await this._open(`fate/${row.id}`, row.fate) : NO_FATE;
    return { ...said, ...fate, state: row.state };
  }

  /** A file of a fact that waits. Throws `not-on-phone`, once that was sent or dropped. */
  async bytes(id, field) {
    const sealed = await this.store.file(id, field);
    if (!sealed) throw new FieldError("not-on-phone", `${id} ${field}`);
    return this.crypt.open(this.opened.key, `file/${id}/${field}`, sealed);
  }

  /** Whether it still waits: another tab may have sent it meanwhile. */
  async waits(id) {
    return WAITING.includes((await this.store.fact(id))?.state);
  }

  /** What a refused or held fact said, to begin a new one from. */
  async mend(id) {
    const { kind, schemaVersion, happenedOn, fact, files } = await this._undecided(id);
    const blobs = {};
    for (const [field, { type }] of Object.entries(files))
      blobs[field] = new Blob([await this.bytes(id, field)], { type });
    return { kind, schemaVersion, happenedOn, fact, files: blobs };
  }

  /** Gives up a refused or held fact. */
  async drop(id, because) {
    const one = await this._undecided(id);
    const changed = await this.settle([{ id, state: "dropped", fate: { ...one, because } }], one.state);
    if (!changed) throw new FieldError("not-refused", id);
  }

  async _undecided(id) {
    const row = await this.store.fact(id);
    if (!row) throw new FieldError("not-on-phone", id);
    if (row.state !== "refused" && row.state !== "held") throw new FieldError("not-refused", id);
    return this.opens(row);
  }

  /**
   * Writes what became of facts, in one transaction; answers how many. What is sent or dropped stays so,
   * whatever a slower answer says. The files of what is sent or dropped go with it, and not before.
   */
  async settle(fates, ...from) {
    const sealed = await Promise.all(fates.map(({ id, fate }) => this._sealedFate(id, fate)));
    return this.store.change(this.opened.vault, async (stores) => {
      let changed = 0;
      for (const [at, { id, state }] of fates.entries()) {
        const row = await stores.facts.index("id").get(id);
        if (!row || ENDED.includes(row.state) || (from.length && !from.includes(row.state))) continue;
        await stores.facts.put({ ...row, state, fate: sealed[at] });
        if (ENDED.includes(state)) await stores.files.delete(filesOf(id));
        changed += 1;
      }
      return changed;
    });
  }

  /** Forgets the oldest of those that have ended. */
  async forget() {
    const ended = await this.store.facts(...ENDED);
    const old = ended.slice(0, Math.max(0, ended.length - REMEMBERED));
    if (!old.length) return;
    await this.store.change(this.opened.vault, async (stores) => {
      await Promise.all(old.map((row) => stores.facts.delete(row.seq)));
    });
    for (const row of old) this.read.delete(row.id);
  }

  _open(about, sealed) {
    return this.crypt.openJson(this.opened.key, about, sealed);
  }

  _sealedFate(id, { objections = [], waitsFor = [], receipt = null, kept = {}, because = "" }) {
    const fate = { objections, waitsFor, receipt, kept, because };
    return this.crypt.sealJson(this.opened.key, `fate/${id}`, fate);
  }
}

/** All keys [id, field] of one fact: in IndexedDB an array sorts after every text. */
function filesOf(id) {
  return IDBKeyRange.bound([id], [id, []]);
}
