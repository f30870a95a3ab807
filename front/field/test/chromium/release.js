// Another release of the app than the one that is committed: its script is served in the committed one's place,
// and the worker is told its hash, as the server would. CAIRN_FIELD_APP names a file with such a script.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const SCRIPT = "/static/cairn/field.js";

/** What a proxy answers in the server's place, for another script of the app. */
export function release(script) {
  const sha256 = createHash("sha256").update(script).digest("hex");
  return (url, got) => {
    if (url === SCRIPT) return { ...got, status: 200, headers: { ...got.headers, etag: `"${sha256}"` }, body: Buffer.from(script) };
    if (url !== "/field/worker.js" || got.status !== 200) return got;
    const [head, ...rest] = got.body.toString().split("\n");
    const kept = JSON.parse(head.slice("self.CAIRN=".length, -1));
    kept.files[SCRIPT] = sha256;
    kept.version = sha256.slice(0, 16);
    return { ...got, body: Buffer.from([`self.CAIRN=${JSON.stringify(kept)};`, ...rest].join("\n")) };
  };
}

export const builtElsewhere = process.env.CAIRN_FIELD_APP ? release(readFileSync(process.env.CAIRN_FIELD_APP, "utf8")) : undefined;
