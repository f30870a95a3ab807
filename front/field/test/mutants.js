// Whether the proof can fail: the core is broken on purpose, one way after another, and a schedule must notice.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const SCHEDULES = "300";

/** Each: what is broken, in which file, and [what stands there, what shall stand there] once or more. */
export const MUTANTS = [
  ["it counts as sent before its receipt", "send.js", [
    "await this._post(ready);",
    `await this._settle(ready.map((one) => ({ id: one.id, state: "sent", fate: { ...one, receipt: { position: 1 } } })));
     await this._post(ready);`,
  ]],
  ["it counts as sent by any verdict", "send.js", ["return receipt?.id === id &&", "return receipt === null || receipt?.id === id &&"]],
  ["a photo is deleted before it is sent", "send.js", [
    "const type = \"application/octet-stream\";",
    "const type = \"application/octet-stream\"; await this.outbox.store.change(null, (stores) => stores.files.delete([one.id, field]));",
  ]],
  ["a photo is deleted once the server has it, and before its fact has a receipt", "send.js", [
    "      this._progress();\n    } else if (answer.status === 429)",
    "      await this.outbox.store.change(null, (stores) => stores.files.delete([one.id, field]));\n    } else if (answer.status === 429)",
  ]],
  ["a photo is never deleted", "outbox.js", ["if (ENDED.includes(state)) await stores.files.delete(filesOf(id));", ""]],
  ["any hash will do for a photo's receipt, and its photo is not sent", "send.js", [
    "return Object.keys(one.files).filter((field) => !one.kept[field]);",
    "return [];",
  ]],
  ["no lock", "index.js", ["this.locks = locks ?? new OneTab();", "this.locks = { request: (_name, ...rest) => rest.pop()({}) };"]],
  ["a new id at each try", "send.js", [
    "batch.map((one) => this._told(one));",
    "batch.map((one) => ({ ...this._told(one), id: (one.alias = crypto.randomUUID()) }));",
    "said.get(one.id)", "said.get(one.alias)",
    "isReceipt(verdict?.receipt, one.id)", "isReceipt(verdict?.receipt, one.alias)",
  ]],
  ["other bytes at each try", "send.js", ["happened_on: happenedOn,", "happened_on: `2025-03-0${1 + Math.floor(Math.random() * 9)}`,"]],
  ["record() does not wait for the disk", "outbox.js", ["    await this.add({", "    void this.add({", "      bytes,\n    });\n    return { id };", "      bytes,\n    }).catch(() => {});\n    return { id };"]],
  ["a fact and its photo are kept in two steps", "outbox.js", [
    "        ...sealed.map(([where, file]) => stores.files.put(file, where)),\n      ]);\n      return true;\n    });",
    "      ]);\n      return true;\n    }).then(async (there) => { for (const [where, file] of sealed) { await this.crypt.sha256(new Uint8Array(1)); await this.store.change(vault, (stores) => stores.files.put(file, where)); } return there; });",
  ]],
  ["what waits for something counts as refused", "send.js", ["const state = waits ? \"held\" : \"refused\";", "const state = \"refused\";"]],
  ["what is refused counts as held", "send.js", ["const waits = !conflict && objections.every((each) => each.waits_for?.length);", "const waits = true;"]],
  ["what is held is not tried again", "send.js", ["return fresh || (held && this.sent > before);", "return fresh;", "facts(\"queued\", \"held\")).filter", "facts(\"queued\")).filter"]],
  ["what arrived broken is refused at once", "send.js", ["const STUMBLES = 3;", "const STUMBLES = 1;"]],
  ["a photo that arrived broken is refused", "send.js", ["if (answer.said.type === OTHER_BYTES)", "if (false)"]],
  ["a page of a captive portal is an answer", "net.js", ["const said = await answer.json();", "const said = await answer.json().catch(() => ({ verdicts: [] }));", "if (type !== ours ||", "if (status === 200 && type === \"text/html\") return { status: 422, said: { detail: \"portal\" } };\n      if (type !== ours ||"]],
  ["the newest is sent first", "store.js", ["one.seq - other.seq", "other.seq - one.seq"]],
];

export function changed(code, changes) {
  for (let at = 0; at < changes.length; at += 2) {
    if (!code.includes(changes[at])) throw new Error(`not there any more: ${changes[at]}`);
    code = code.replace(changes[at], () => changes[at + 1]);
  }
  return code;
}

/** Runs them all; answers how many no schedule noticed. */
function run() {
  const home = dirname(dirname(fileURLToPath(import.meta.url)));
  // Below node_modules, where imports find what they need and git does not look.
  const there = join(home, "../node_modules/.mutant");
  let missed = 0;
  for (const [what, file, changes] of MUTANTS) {
    rmSync(there, { recursive: true, force: true });
    mkdirSync(there);
    for (const part of ["core", "test"]) cpSync(join(home, part), join(there, part), { recursive: true });
    writeFileSync(join(there, "package.json"), '{"type": "module"}');
    const path = join(there, "core", file);
    writeFileSync(path, changed(readFileSync(path, "utf8"), changes));
    const asked = ["test/long.js", "--count", SCHEDULES, "--most-failures", "1"];
    const { stdout, status } = spawnSync(process.execPath, asked, { cwd: there, encoding: "utf8", timeout: 180_000 });
    const [, seed, why] = /seed (\d+): (.*)/.exec(stdout) ?? [];
    const crashed = status !== 0 && !seed;
    if (!seed && !crashed) missed += 1;
    console.log(`${seed ? `caught by ${seed}` : crashed ? "caught by its end" : "MISSED"} · ${what} · ${why ?? ""}`);
  }
  rmSync(there, { recursive: true, force: true });
  return missed;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(run() ? 1 : 0);
