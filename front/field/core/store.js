// The phone's IndexedDB: what is kept where, and nothing about what it means.
//
//     vault   "vault" → { vault, salt, iterations, byPin, byUnlock, byPasskey, tries, device }; { wiped } once it is
//     facts   seq → { seq, id, state, said, fate }     `said` never changes, `fate` is the server's word on it
//     files   [id, field] → { iv, bytes }              a fact's own photos
//     kept    name → { iv, bytes }                     token, seat, and what was read of the server last
//             draft/form → { said, files }             what is typed in a form and not recorded yet
//
// In the clear are ids, states, sizes and the names of forms. All else is sealed: see crypt.js.
import { unwrap, wrap } from "idb";
import { FieldError, isFull } from "./errors.js";

const VERSION = 1;
const ALL = ["vault", "facts", "files", "kept"];

export class Store {
  /** Opens it, or makes it. */
  static async at({ indexedDB, name }) {
    const request = indexedDB.open(name, VERSION);
    request.onupgradeneeded = () => {
      const db = request.result;
      db.createObjectStore("vault");
      const facts = db.createObjectStore("facts", { keyPath: "seq", autoIncrement: true });
      facts.createIndex("id", "id", { unique: true });
      facts.createIndex("state", "state");
      db.createObjectStore("files");
      db.createObjectStore("kept");
    };
    return new Store(await wrap(request));
  }

  constructor(db) {
    this.db = db;
    // A later version of the app in another tab may change the store: this one must not stand in its way.
    unwrap(db).onversionchange = () => db.close();
  }

  close() {
    this.db.close();
  }

  vault() {
    return this.db.get("vault", "vault");
  }

  /**
   * Changes the store in one transaction that is on the disk before this answers: all of it, or none.
   * `work` gets the stores by name and awaits nothing but them. Where `vault` is given, the store must
   * still be that one: another tab may have wiped it, and what is sealed under its key would be lost.
   */
  async change(vault, work) {
    const transaction = this.db.transaction(ALL, "readwrite", { durability: "strict" });
    const stores = Object.fromEntries(ALL.map((name) => [name, transaction.objectStore(name)]));
    // Looked at by whoever waits below; until then a failure is nobody's.
    transaction.done.catch(() => {});
    try {
      if (vault !== null && (await stores.vault.get("vault"))?.vault !== vault)
        throw new FieldError("closed", "another tab wiped this store");
      const answer = await work(stores);
      await transaction.done;
      return answer;
    } catch (error) {
      try {
        transaction.abort();
      } catch {
        // It has ended by itself.
      }
      const why = isFull(error) || isFull(unwrap(transaction).error);
      throw why ? new FieldError("storage-full") : error;
    }
  }

  /** The facts of these states, in the order in which they were recorded. */
  async facts(...states) {
    const found = await Promise.all(
      states.map((state) => this.db.getAllFromIndex("facts", "state", state)),
    );
    return found.flat().sort((one, other) => one.seq - other.seq);
  }

  fact(id) {
    return this.db.getFromIndex("facts", "id", id);
  }

  file(id, field) {
    return this.db.get("files", [id, field]);
  }

  kept(name) {
    return this.db.get("kept", name);
  }

  keptNames() {
    return this.db.getAllKeys("kept");
  }

  count(state) {
    return this.db.countFromIndex("facts", "state", state);
  }

  /** Erases everything, and says for good that it was. */
  async wipe() {
    await this.change(null, async (stores) => {
      await Promise.all(ALL.map((name) => stores[name].clear()));
      await stores.vault.put({ wiped: true }, "vault");
    });
  }

  /** Erases everything, and is as new. */
  async clear() {
    await this.change(null, async (stores) => {
      await Promise.all(ALL.map((name) => stores[name].clear()));
    });
  }
}
