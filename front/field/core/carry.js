// The outbox as a file, to be carried to another device or to `cairn import`. JSON, one value a line:
//
//     {"format":"cairn.outbox/1","programme":"teams","post":"leader","saved_at":1790000000000}
//     {"file":"9f86…","type":"image/webp","base64":"UklGR…"}          before the facts that name it
//     {"id":"0198…","kind":"works.…","schema_version":1,"happened_on":"2026-03-01","fact":{…},
//      "files":{"photo":{"sha256":"9f86…","type":"image/webp","size":12345,"kept":null}},
//      "as_it_is":false,"recorded_at":1790000000000,"state":"queued","objections":[]}
//     {"end":2}                                                        how many facts there are
//
// It is in the clear: whoever has the file reads it.
import { base64, unbase64 } from "./bytes.js";
import { FieldError } from "./errors.js";
import { WAITING } from "./outbox.js";

const FORMAT = "cairn.outbox/1";
const TYPE = "application/x-cairn-outbox";
const SHA256 = /^[0-9a-f]{64}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Everything that is not on record yet, as a Blob. One photo at a time is in memory as text. */
export async function save({ outbox, opened, now }) {
  const facts = await outbox.inStates(...WAITING);
  const { programme, post } = opened.seat;
  const parts = [line({ format: FORMAT, programme, post, saved_at: now() })];
  const there = new Set();
  let saved = 0;
  for (const one of facts) {
    const files = await filesOf(one, { outbox, there });
    if (!files) continue;
    for (const [sha256, file] of files) {
      there.add(sha256);
      parts.push(file);
    }
    parts.push(line(written(one)));
    saved += 1;
  }
  parts.push(line({ end: saved }));
  return new Blob(parts, { type: TYPE });
}

/** The lines of a fact's files that are not `there` yet, by hash; null where another tab has sent it meanwhile. */
async function filesOf(one, { outbox, there }) {
  const lines = new Map();
  try {
    for (const [field, { sha256, type }] of Object.entries(one.files)) {
      if (there.has(sha256)) continue;
      const bytes = await outbox.bytes(one.id, field);
      lines.set(sha256, new Blob([line({ file: sha256, type, base64: base64(bytes) })]));
    }
    return lines;
  } catch (error) {
    if (await outbox.waits(one.id)) throw error;
    return null;
  }
}

/** Takes facts from such a file, those that are not here already. Answers how many. Throws `not-an-outbox`, `other-seat`. */
export async function load({ outbox, crypt, opened }, blob) {
  const lines = (await blob.text()).split("\n").filter(Boolean).map(parsed);
  const [head, last] = [lines.shift(), lines.pop()];
  const facts = lines.filter((each) => !("file" in each));
  if (head?.format !== FORMAT || last?.end !== facts.length) throw new FieldError("not-an-outbox");
  const { programme, post } = opened.seat;
  if (head.programme !== programme || head.post !== post)
    throw new FieldError("other-seat", `${head.programme}/${head.post}`);
  const files = new Map();
  for (const each of lines.filter((each) => "file" in each)) {
    const bytes = unbase64(each.base64);
    if ((await crypt.sha256(bytes)) !== each.file) throw new FieldError("not-an-outbox", each.file);
    files.set(each.file, bytes);
  }
  const read = facts.map((each) => unwritten(each, { head, files }));
  let taken = 0;
  for (const one of read) taken += await outbox.add(one);
  return taken;
}

function line(value) {
  return `${JSON.stringify(value)}\n`;
}

function parsed(one) {
  try {
    return JSON.parse(one);
  } catch {
    throw new FieldError("not-an-outbox");
  }
}

function written(one) {
  const files = Object.entries(one.files).map(([field, { sha256, type, size }]) => {
    const kept = one.kept[field]?.file ?? null;
    return [field, { sha256, type, size, kept }];
  });
  return {
    id: one.id,
    kind: one.kind,
    schema_version: one.schemaVersion,
    happened_on: one.happenedOn,
    fact: one.fact,
    files: Object.fromEntries(files),
    as_it_is: one.asItIs ?? false,
    recorded_at: one.recordedAt,
    state: one.state,
    objections: one.objections,
  };
}

/** A fact of the file as the outbox adds it. What was refused stays so: only a new fact puts it right. */
function unwritten(each, { head, files }) {
  const named = Object.entries(each.files ?? {});
  if (!UUID.test(each.id) || named.some(([, { sha256 }]) => !files.has(sha256)))
    throw new FieldError("not-an-outbox", each.id);
  const kept = named
    .filter(([, file]) => SHA256.test(file.kept ?? ""))
    .map(([field, { sha256, kept }]) => [field, { file: kept, sha256 }]);
  return {
    said: {
      id: each.id,
      kind: each.kind,
      schemaVersion: each.schema_version,
      happenedOn: each.happened_on,
      fact: each.fact,
      files: Object.fromEntries(named.map(([field, { sha256, type, size }]) => [field, { sha256, type, size }])),
      asItIs: each.as_it_is === true,
      recordedAt: each.recorded_at,
      programme: head.programme,
      post: head.post,
    },
    bytes: Object.fromEntries(named.map(([field, { sha256 }]) => [field, files.get(sha256)])),
    state: each.state === "refused" ? "refused" : "queued",
    fate: { objections: each.state === "refused" ? each.objections : [], kept: Object.fromEntries(kept) },
  };
}
