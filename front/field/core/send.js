// Sending the outbox: files first, then the facts that name them, in order, in batches. Whatever is cut off
// is sent again with the same ids and the same bytes, and the server answers the receipt that there is.
import { FieldError } from "./errors.js";
import { Trouble } from "./net.js";

const MOST_FACTS = 100;
const MOST_BYTES = 256 * 1024;
const FILES_AT_ONCE = 3;
/** How often the server may fail at, or not understand, what looks right here before it counts. */
const STUMBLES = 3;

const SHA256 = /^[0-9a-f]{64}$/;

export class Sending {
  constructor({ outbox, net, stillOpen, pauses, onProgress, onChange }) {
    Object.assign(this, { outbox, net, stillOpen, pauses, onProgress, onChange });
    this.sent = 0;
    this.why = null;
    /** What the server said of it, in its own words; or the browser. */
    this.detail = "";
    /** Those that nothing more is tried with this time. */
    this.passed = new Set();
    this.atOnce = MOST_FACTS;
    this.stumbles = 0;
  }

  /** Sends until nothing is left that could be. Answers why it ended early, or null. */
  async run() {
    try {
      let again = true;
      while (again) {
        const before = this.sent;
        await this._round();
        again = await this._mayGoOn(before);
      }
    } catch (error) {
      if (error instanceof Trouble) ({ why: this.why, detail: this.detail } = error);
      else if (error instanceof FieldError && error.code === "storage-full") this.why = "storage";
      else if (error instanceof FieldError && error.code === "closed") this.why = "locked";
      else throw error;
    }
    return this.why;
  }

  /** Once through everything that is queued or held, in order: what is held may have been waiting for this. */
  async _round() {
    const rows = (await this.outbox.store.facts("queued", "held")).filter((row) => !this.passed.has(row.id));
    let at = 0;
    while (at < rows.length) {
      const batch = [];
      let size = 0;
      while (at < rows.length && batch.length < this.atOnce && size < MOST_BYTES) {
        const one = await this.outbox.opens(rows[at]);
        batch.push(one);
        size += JSON.stringify(one.fact).length + 200;
        at += 1;
      }
      await this._batch(batch);
    }
  }

  /** Whether another round may bring something: facts that were recorded meanwhile, or held ones after others. */
  async _mayGoOn(before) {
    const left = await this.outbox.store.facts("queued", "held");
    const fresh = left.some((row) => row.state === "queued" && !this.passed.has(row.id));
    const held = left.some((row) => row.state === "held");
    return fresh || (held && this.sent > before);
  }

  async _batch(batch) {
    const ready = await this._withFiles(batch);
    // What the server is asked about once more is queued again first: should the answer be lost, it may be
    // on record, and nobody must be able to drop it.
    const held = ready.filter((one) => one.state === "held").map((one) => ({ ...one, state: "queued" }));
    if (held.length) await this._settle(held.map((one) => ({ id: one.id, state: "queued", fate: one })));
    await this._post(ready);
  }

  async _post(batch) {
    if (!batch.length) return;
    const facts = batch.map((one) => this._told(one));
    const answer = await this._patiently(() => this._ask("POST", "/facts", { body: JSON.stringify({ facts }) }));
    if (answer.status === 200 && Array.isArray(answer.said.verdicts)) {
      this.stumbles = 0;
      await this._take(batch, answer.said.verdicts);
    } else if (answer.status === 403) {
      throw new Trouble("forbidden", answer.said.detail);
    } else if (batch.length > 1) {
      // One of them is more than the server can read; which one, each half will say.
      const half = Math.ceil(batch.length / 2);
      await this._post(batch.slice(0, half));
      await this._post(batch.slice(half));
    } else {
      await this._alone(batch[0], answer);
    }
  }

  /** A fact that the server failed at, or could not read. Bytes change on the way: only thrice is refused. */
  async _alone(one, answer) {
    if (answer.status >= 500) {
      this.stumbles += 1;
      if (this.stumbles >= STUMBLES) throw new Trouble("server", answer.said.detail);
      this._pass(one, "server", answer.said.detail);
      return;
    }
    one.misread = (one.misread ?? 0) + 1;
    if (one.misread < STUMBLES) return this._post([one]);
    await this._refuse(one, [{ field: "", message: answer.said.detail }]);
  }

  /** A batch's verdicts. They are taken by the ids they name, whatever else stands there. */
  async _take(batch, verdicts) {
    const said = new Map(verdicts.map((verdict) => [verdict.id, verdict]));
    const fates = [];
    const anew = [];
    for (const one of batch) {
      const verdict = said.get(one.id);
      if (isReceipt(verdict?.receipt, one.id)) {
        fates.push({ id: one.id, state: "sent", fate: { ...one, ...NOTHING, receipt: verdict.receipt } });
      } else if (verdict?.objections?.length) {
        const fate = objected(one, verdict);
        if (fate.lost.length && !one.anew) anew.push({ ...one, kept: without(one.kept, fate.lost), anew: true });
        else fates.push({ id: one.id, state: fate.state, fate });
      } else {
        this._pass(one, "network");
      }
    }
    await this._settle(fates);
    this.sent += fates.filter((one) => one.state === "sent").length;
    // A file that is not there, or not any more (a server restored from yesterday's backup), is sent once more.
    for (const one of anew) {
      await this._settle([{ id: one.id, state: "queued", fate: one }]);
      await this._post(await this._withFiles([one]));
    }
  }

  /** A fact as the server is told it: each file by the hash under which the server keeps it. */
  _told({ id, kind, schemaVersion, happenedOn, fact, asItIs, kept }) {
    const files = Object.fromEntries(Object.entries(kept).map(([field, { file }]) => [field, file]));
    const version = schemaVersion === null ? {} : { schema_version: schemaVersion };
    const looked = asItIs ? { as_it_is: true } : {};
    return { id, kind, happened_on: happenedOn, fact: { ...fact, ...files }, ...version, ...looked };
  }

  /** Sends the files of a batch, those of some facts at once. Answers the facts whose files are all there. */
  async _withFiles(batch) {
    const jobs = batch.filter((one) => missing(one).length);
    let failed = null;
    const work = async () => {
      while (jobs.length && !failed) {
        const one = jobs.shift();
        try {
          for (const field of missing(one)) if (!this.passed.has(one.id)) await this._file(one, field);
        } catch (error) {
          failed ??= error;
        }
      }
    };
    await Promise.all(Array.from({ length: FILES_AT_ONCE }, work));
    if (failed) throw failed;
    return batch.filter((one) => !this.passed.has(one.id));
  }

  /** Sends one file, and keeps what the server calls it before anything names it. */
  async _file(one, field) {
    const { sha256 } = one.files[field];
    const body = await this.outbox.bytes(one.id, field);
    const type = "application/octet-stream";
    const answer = await this._patiently(async () => {
      const answer = await this._ask("PUT", `/files/${sha256}`, { body, type });
      if (answer.said.type === OTHER_BYTES) throw new Trouble("network", answer.said.detail);
      return answer;
    });
    const { file, sha256: came } = answer.said;
    if (answer.status < 300) {
      if (came !== sha256 || !SHA256.test(file)) throw new Trouble("server", "it names another file");
      one.kept = { ...one.kept, [field]: { file, sha256: came } };
      await this._settle([{ id: one.id, state: "queued", fate: one }]);
      this._progress();
    } else if (answer.status === 429) {
      this._pass(one, "quota", answer.said.detail);
    } else if (answer.status >= 500) {
      this._pass(one, "server");
    } else {
      await this._refuse(one, [{ field, message: answer.said.detail }]);
    }
  }

  /** Tries once more after each pause where there was no answer, with less at once. */
  async _patiently(ask) {
    for (const pause of this.pauses) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof Trouble && error.why === "network")) throw error;
        this.atOnce = Math.max(1, Math.floor(this.atOnce / 2));
        await new Promise((go) => setTimeout(go, pause));
      }
    }
    return ask();
  }

  _ask(...request) {
    if (!this.stillOpen()) throw new Trouble("locked");
    return this.net.ask(...request);
  }

  async _refuse(one, objections) {
    this.passed.add(one.id);
    await this._settle([{ id: one.id, state: "refused", fate: { ...one, ...NOTHING, objections } }]);
  }

  _pass(one, why, detail = "") {
    this.passed.add(one.id);
    if (!this.why) Object.assign(this, { why, detail });
  }

  async _settle(fates) {
    if (!fates.length) return;
    await this.outbox.settle(fates);
    this._progress();
  }

  _progress() {
    this.onChange();
    this.onProgress?.({ sent: this.sent });
  }
}

const OTHER_BYTES = "urn:cairn:other-bytes";
const NOTHING = { objections: [], waitsFor: [], receipt: null };

/** Whether a receipt is of this fact, and whole. */
function isReceipt(receipt, id) {
  return receipt?.id === id && Number.isInteger(receipt.position) && SHA256.test(receipt.leaf);
}

/** Held where every objection only waits for something that is not on record yet; else refused. */
function objected(one, { objections, conflict }) {
  const waitsFor = objections.flatMap((each) => each.waits_for ?? []);
  const waits = !conflict && objections.every((each) => each.waits_for?.length);
  const lost = waits ? waitsFor.filter(({ thing }) => thing === "file").map(({ id }) => id) : [];
  const state = waits ? "held" : "refused";
  return { ...one, state, receipt: null, objections, waitsFor: waits ? waitsFor : [], lost };
}

/** The fields of a fact whose files the server has not named yet. */
function missing(one) {
  return Object.keys(one.files).filter((field) => !one.kept[field]);
}

function without(kept, lost) {
  return Object.fromEntries(Object.entries(kept).filter(([, { file }]) => !lost.includes(file)));
}
