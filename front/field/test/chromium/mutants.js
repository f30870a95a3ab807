// Whether the schedules of Chromium can fail: the app is broken on purpose, one way after another, built, and
// served in the place of the committed one; a schedule must notice.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { changed, MUTANTS } from "../mutants.js";

const SCHEDULES = "24";

/** Of those of the core, the ones that need no chance of one in hundreds; and of the app itself. */
const CORE = [
  "it counts as sent before its receipt",
  "a photo is deleted before it is sent",
  "a photo is never deleted",
  "no lock",
  "other bytes at each try",
  "what waits for something counts as refused",
  "what is refused counts as held",
  "what is held is not tried again",
  "a page of a captive portal is an answer",
];
const APP = [
  ["being online again sends nothing", "app/sync.js", ["addEventListener(\"online\", () => sync());", ""]],
  ["unlocking sends nothing, and neither does Send now", "app/sync.js", ["const sent = await app.device.send({ onProgress: () => app.redraw(\"bar\") });", "const sent = { why: null };"]],
  ["it says that it is kept, and keeps nothing of what a full phone refuses", "app/form.js", ["if (error.code === undefined) throw error;", "return this.kept(\"0198c0de-0000-7abc-8def-0123456789ab\", answers);"]],
  ["the photo is kept otherwise than it is shown", "app/inputs.js", ["shown();\n      changed();\n    } catch", "shown();\n      changed();\n      files[question.field] = new Blob([await file.arrayBuffer(), \"x\"], { type: file.type });\n    } catch"]],
];

const home = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const modules = join(home, "../node_modules");
// Below node_modules, where imports find what they need and git does not look.
const there = join(modules, ".mutant-app");
let missed = 0;
const core = MUTANTS.filter(([what]) => CORE.includes(what)).map(([what, file, changes]) => [what, `core/${file}`, changes]);
for (const [what, file, changes] of [...core, ...APP]) {
  rmSync(there, { recursive: true, force: true });
  mkdirSync(there);
  for (const part of ["core", "app"]) cpSync(join(home, part), join(there, part), { recursive: true });
  const path = join(there, file);
  writeFileSync(path, changed(readFileSync(path, "utf8"), changes));
  const built = join(there, "field.js");
  const words = [join(there, "app/main.js"), "--bundle", "--format=esm", "--log-level=error", `--outfile=${built}`];
  const { status: built_ } = spawnSync(join(modules, ".bin/esbuild"), words, { stdio: "inherit" });
  if (built_ !== 0) throw new Error(`not built: ${what}`);
  const asked = ["test/long.js", "--in", "./chromium/month.js", "--count", SCHEDULES, "--most-failures", "1"];
  const env = { ...process.env, CAIRN_FIELD_APP: built };
  const { stdout } = spawnSync(process.execPath, asked, { cwd: home, env, encoding: "utf8", timeout: 300_000 });
  const [, seed, why] = /seed (\d+): (.*)/.exec(stdout) ?? [];
  if (!seed) missed += 1;
  console.log(`${seed ? `caught by ${seed}` : "MISSED"} · ${what} · ${why ?? stdout.slice(-300)}`);
}
rmSync(there, { recursive: true, force: true });
process.exit(missed ? 1 : 0);
