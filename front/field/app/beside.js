// What the app keeps in the core's store beside facts: half-typed forms, sealed like all else; and the PIN
// that is changed, the phone that is forgotten.

/** Keep what is typed in a form: { answers, files }, files as Blobs. */
export async function keepDraft(device, form, { answers, files }) {
  const { crypt, opened, store } = device;
  if (!opened) return;
  const kept = {};
  for (const [name, blob] of Object.entries(files)) {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    kept[name] = { type: blob.type, sealed: await crypt.seal(opened.key, `draft/${form}/${name}`, bytes) };
  }
  const said = await crypt.sealJson(opened.key, `draft/${form}`, answers);
  await store.change(opened.vault, (stores) => stores.kept.put({ said, files: kept }, `draft/${form}`));
}

/** What was typed in a form and not recorded; null where nothing was. */
export async function keptDraft(device, form) {
  const { crypt, opened, store } = device;
  const found = await store.kept(`draft/${form}`);
  if (!found) return null;
  const answers = await crypt.openJson(opened.key, `draft/${form}`, found.said);
  const files = {};
  for (const [name, { type, sealed }] of Object.entries(found.files))
    files[name] = new Blob([await crypt.open(opened.key, `draft/${form}/${name}`, sealed)], { type });
  return { answers, files };
}

export async function dropDraft(device, form) {
  await device.store.change(device.opened.vault, (stores) => stores.kept.delete(`draft/${form}`));
}

/** The forms in which something was typed, by name. */
export async function drafts(device) {
  const keys = await device.store.db.getAllKeys("kept");
  return keys.filter((key) => key.startsWith("draft/")).map((key) => key.slice("draft/".length));
}

/** Another PIN, for whoever knows the one before: false, and one try less, for a wrong one. */
export async function changePin(device, pin, newPin) {
  const { vault, crypt } = device;
  const found = await vault._raw(pin);
  await device.look();
  if (!found) return false;
  const how = { salt: crypt.random(16), iterations: vault.iterations };
  const byPin = await vault._wrapped(await crypt.pinKey(newPin, how), found.raw);
  await vault._amend(found.vault.vault, { pinSalt: how.salt, iterations: how.iterations, byPin });
  await device.look();
  return true;
}

/** Erase everything that this phone keeps; it is as new afterwards. */
export async function forgetPhone(device) {
  await device._wipe();
  await device.store.change(null, (stores) => stores.vault.clear());
  await device.look();
}
