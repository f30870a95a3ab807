// What was read of the server last, for reading without network: kept sealed, each with its entity tag.
import { Trouble } from "./net.js";

const READ = { field: "/field", kinds: "/kinds" };

/** Asks for what has changed. Answers { changed, why }, and never throws for the network. */
export async function refresh({ store, crypt, opened, net, now }) {
  let changed = false;
  try {
    for (const [name, path] of Object.entries(READ)) {
      const before = await read({ store, crypt, opened }, name);
      const answer = await net.ask("GET", path, { tag: before?.tag });
      if (answer.status === 403) throw new Trouble("forbidden", answer.said.detail);
      if (answer.status !== 304 && answer.status !== 200) throw new Trouble("server", answer.said.detail);
      const same = answer.status === 304;
      const said = same ? before.said : answer.said;
      const kept = { at: now(), tag: same ? before.tag : answer.etag, said };
      const sealed = await crypt.sealJson(opened.key, `kept/${name}`, kept);
      await store.change(opened.vault, (stores) => stores.kept.put(sealed, name));
      changed ||= !same;
    }
    return { changed, why: null };
  } catch (error) {
    if (error instanceof Trouble) return { changed, why: error.why };
    if (error.code === "storage-full") return { changed, why: "storage" };
    throw error;
  }
}

/** The last answers, as old as the older of them; null before the first. */
export async function snapshot(parts) {
  const [field, kinds] = [await read(parts, "field"), await read(parts, "kinds")];
  if (!field || !kinds) return null;
  return { at: Math.min(field.at, kinds.at), field: field.said, kinds: kinds.said };
}

async function read({ store, crypt, opened }, name) {
  const sealed = await store.kept(name);
  return sealed ? crypt.openJson(opened.key, `kept/${name}`, sealed) : null;
}
