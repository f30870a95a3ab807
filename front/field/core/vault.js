// Who may open the store: setting it up, the PIN and its tries, the passkey, and the way in after a sign-in.
import { ITERATIONS } from "./crypt.js";
import { FieldError } from "./errors.js";

export const TRIES = 5;
const KEY = "data-key";

export class Vault {
  constructor({ store, crypt, iterations = ITERATIONS }) {
    this.store = store;
    this.crypt = crypt;
    this.iterations = iterations;
  }

  /** "new", "wiped", "barred" or "locked": an open one is so in somebody's memory only. */
  static state(vault) {
    if (!vault) return "new";
    if (vault.wiped) return "wiped";
    return vault.byPin && vault.tries > 0 ? "locked" : "barred";
  }

  /** Makes the store's key and keeps it wrapped. Answers { vault, key }. */
  async make({ token, unlock, seat, pin, device }) {
    const raw = this.crypt.newDataKey();
    const salt = this.crypt.random(16);
    const vault = [...this.crypt.random(8)].join("-");
    const key = await this.crypt.dataKey(raw);
    const made = {
      vault,
      salt,
      iterations: this.iterations,
      tries: TRIES,
      device: device ?? null,
      byPin: await this._wrapped(await this.crypt.pinKey(pin, { salt, iterations: this.iterations }), raw),
      byUnlock: await this._wrapped(await this.crypt.unlockKey(unlock, { salt }), raw),
    };
    const kept = { token: await this._kept(key, "token", token), seat: await this._kept(key, "seat", seat) };
    await this.store.change(null, async (stores) => {
      const there = await stores.vault.get("vault");
      if (there && !there.wiped) throw new FieldError("already-set-up");
      await stores.vault.put(made, "vault");
      await stores.kept.put(kept.token, "token");
      await stores.kept.put(kept.seat, "seat");
    });
    return { vault, key };
  }

  /**
   * Opens with the PIN. Answers { vault, key }, or null and there is one try less.
   * The try is taken away before it is made: a tab that is killed meanwhile has had it. With the last
   * one go the PIN's copy of the key and the passkey's: no more guesses can be made, here or anywhere.
   */
  async byPin(pin) {
    const found = await this._raw(pin);
    return found && { vault: found.vault.vault, key: await this.crypt.dataKey(found.raw) };
  }

  /** Opens with the secret that the server gave after a sign-in, under a new PIN. Null where it is another's. */
  async byUnlock(unlock, pin) {
    const there = await this.store.vault();
    if (!there || there.wiped) return null;
    const raw = await this._unwrapped(
      await this.crypt.unlockKey(unlock, { salt: there.salt }),
      there.byUnlock,
    );
    if (!raw) return null;
    await this._setPin(there.vault, pin, raw);
    return { vault: there.vault, key: await this.crypt.dataKey(raw) };
  }

  /** Another PIN, for whoever knows the one before. False, and a try less, for a wrong one. */
  async changePin(pin, newPin) {
    const found = await this._raw(pin);
    if (found) await this._setPin(found.vault.vault, newPin, found.raw);
    return found !== null;
  }

  /**
   * Lets a passkey open it, too: `secret` is what its PRF makes of `input`. False, and a try less, for a wrong PIN.
   * It wants the PIN although the store is open: a phone that lies open must not take somebody else's finger.
   */
  async addPasskey(pin, { id, input, secret }) {
    const found = await this._raw(pin);
    if (!found) return false;
    const { vault, salt } = found.vault;
    const sealed = await this._wrapped(await this.crypt.passkeyKey(secret, { salt }), found.raw);
    await this._amend(vault, { byPasskey: { id, input, sealed } });
    return true;
  }

  async dropPasskey(vault) {
    await this._amend(vault, { byPasskey: null });
  }

  /**
   * Opens with what the passkey's PRF made of its input. Null where it is another's, or nothing but a sign-in opens.
   * It takes no try away, since 256 bits are not guessed, and gives back those of the PIN; a full phone opens as well.
   */
  async byPasskey(secret) {
    const there = await this.store.vault();
    if (Vault.state(there) !== "locked" || !there.byPasskey) return null;
    const { vault, salt, tries } = there;
    const raw = await this._unwrapped(await this.crypt.passkeyKey(secret, { salt }), there.byPasskey.sealed);
    if (!raw) return null;
    if (tries < TRIES) await this._giveBack(vault);
    return { vault, key: await this.crypt.dataKey(raw) };
  }

  /** A new token of the same seat, where the old one does not act any more. Null, and a try less, for a wrong PIN. */
  async renew({ token, unlock, seat, pin, device }) {
    const found = await this._raw(pin);
    if (!found) return null;
    const key = await this.crypt.dataKey(found.raw);
    const { vault, salt } = found.vault;
    const byUnlock = await this._wrapped(await this.crypt.unlockKey(unlock, { salt }), found.raw);
    const kept = { token: await this._kept(key, "token", token), seat: await this._kept(key, "seat", seat) };
    await this.store.change(vault, async (stores) => {
      const there = await stores.vault.get("vault");
      await stores.vault.put({ ...there, byUnlock, device: device ?? null }, "vault");
      await stores.kept.put(kept.token, "token");
      await stores.kept.put(kept.seat, "seat");
    });
    return { vault, key };
  }

  async _raw(pin) {
    const vault = await this.store.change(null, async (stores) => {
      const there = await stores.vault.get("vault");
      if (Vault.state(there) !== "locked") return null;
      await stores.vault.put({ ...there, tries: there.tries - 1 }, "vault");
      return there;
    });
    if (!vault) return null;
    const how = { salt: vault.pinSalt ?? vault.salt, iterations: vault.iterations };
    const raw = await this._unwrapped(await this.crypt.pinKey(pin, how), vault.byPin);
    if (raw) await this._amend(vault.vault, { tries: TRIES });
    else if (vault.tries <= 1) await this._amend(vault.vault, { byPin: null, byPasskey: null });
    return raw && { vault, raw };
  }

  async _setPin(vault, pin, raw) {
    const how = { salt: this.crypt.random(16), iterations: this.iterations };
    const byPin = await this._wrapped(await this.crypt.pinKey(pin, how), raw);
    await this._amend(vault, { pinSalt: how.salt, iterations: how.iterations, byPin, tries: TRIES });
  }

  async _giveBack(vault) {
    try {
      await this._amend(vault, { tries: TRIES });
    } catch (error) {
      if (error.code !== "storage-full") throw error;
    }
  }

  async _amend(vault, changed) {
    await this.store.change(vault, async (stores) => {
      await stores.vault.put({ ...(await stores.vault.get("vault")), ...changed }, "vault");
    });
  }

  _kept(key, name, value) {
    return this.crypt.sealJson(key, `kept/${name}`, value);
  }

  _wrapped(by, raw) {
    return this.crypt.seal(by, KEY, raw);
  }

  async _unwrapped(by, sealed) {
    try {
      return await this.crypt.open(by, KEY, sealed);
    } catch (error) {
      if (error.name === "OperationError") return null;
      throw error;
    }
  }
}
