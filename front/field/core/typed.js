// Half-typed forms: sealed like facts, photos and all, under the name of their form, until they are recorded.

const PREFIX = "draft/";

/** Keeps what is typed in a form, in place of what was kept of it before. */
export async function keep({ store, crypt, opened }, form, { answers, files }) {
  const kept = {};
  for (const [name, blob] of Object.entries(files)) {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    kept[name] = { type: blob.type, sealed: await crypt.seal(opened.key, `${PREFIX}${form}/${name}`, bytes) };
  }
  const said = await crypt.sealJson(opened.key, PREFIX + form, answers);
  await store.change(opened.vault, (stores) => stores.kept.put({ said, files: kept }, PREFIX + form));
}

/** What was kept of a form: { answers, files }; null where nothing was. */
export async function read({ store, crypt, opened }, form) {
  const found = await store.kept(PREFIX + form);
  if (!found) return null;
  const answers = await crypt.openJson(opened.key, PREFIX + form, found.said);
  const files = {};
  for (const [name, { type, sealed }] of Object.entries(found.files))
    files[name] = new Blob([await crypt.open(opened.key, `${PREFIX}${form}/${name}`, sealed)], { type });
  return { answers, files };
}

export async function drop({ store, opened }, form) {
  await store.change(opened.vault, (stores) => stores.kept.delete(PREFIX + form));
}

/** Which forms something is kept of. */
export async function forms({ store }) {
  const names = await store.keptNames();
  return names.filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length));
}
