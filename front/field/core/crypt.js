// How the phone's store is sealed. One random data key (AES-256-GCM) seals everything that says anything.
// That key is kept wrapped: by a key made slowly of the PIN, by one made of the `unlock` secret, which the server
// gives again after a sign-in, and, where somebody wants it, by one made of what a passkey answers.
// docs/decisions/field-app.md says against whom it helps.
import { hex, text, utf8 } from "./bytes.js";

const AES = { name: "AES-GCM", length: 256 };
const IV_BYTES = 12;

/** What an old phone makes of a PIN in about two seconds; kept beside the key, so that it can be raised. */
export const ITERATIONS = 600_000;

export class Crypt {
  constructor(crypto) {
    this.crypto = crypto;
  }

  random(bytes) {
    return this.crypto.getRandomValues(new Uint8Array(bytes));
  }

  async sha256(bytes) {
    return hex(await this.crypto.subtle.digest("SHA-256", bytes));
  }

  /** The raw bytes of a new data key: wrap them, make the key of them, and forget them. */
  newDataKey() {
    return this.random(32);
  }

  /** The key that seals and opens, and that no script can read. */
  dataKey(raw) {
    return this.crypto.subtle.importKey("raw", raw, AES, false, ["encrypt", "decrypt"]);
  }

  /** The key that a PIN makes. Its digits may be typed in any width. */
  async pinKey(pin, { salt, iterations }) {
    const typed = utf8(pin.normalize("NFKC"));
    const base = await this.crypto.subtle.importKey("raw", typed, "PBKDF2", false, ["deriveKey"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
    return this.crypto.subtle.deriveKey(how, base, AES, false, ["encrypt", "decrypt"]);
  }

  /** The key that the `unlock` secret makes: it is random, so it need not be slow. */
  unlockKey(unlock, { salt }) {
    return this._keyOf(utf8(unlock), { salt, info: "cairn.field/unlock" });
  }

  /** The key that a passkey's PRF makes of the 32 bytes it answers: they are random, too. */
  passkeyKey(secret, { salt }) {
    return this._keyOf(secret, { salt, info: "cairn.field/passkey" });
  }

  async _keyOf(secret, { salt, info }) {
    const base = await this.crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
    const how = { name: "HKDF", hash: "SHA-256", salt, info: utf8(info) };
    return this.crypto.subtle.deriveKey(how, base, AES, false, ["encrypt", "decrypt"]);
  }

  /** Bytes sealed under a key. `about` says what they are and where they stand: nothing opens them elsewhere. */
  async seal(key, about, bytes) {
    const iv = this.random(IV_BYTES);
    const how = { name: "AES-GCM", iv, additionalData: utf8(about) };
    return { iv, bytes: new Uint8Array(await this.crypto.subtle.encrypt(how, key, bytes)) };
  }

  /** The bytes again. Throws an OperationError for another key, or for bytes of something else. */
  async open(key, about, sealed) {
    const how = { name: "AES-GCM", iv: sealed.iv, additionalData: utf8(about) };
    return new Uint8Array(await this.crypto.subtle.decrypt(how, key, sealed.bytes));
  }

  async sealJson(key, about, value) {
    return this.seal(key, about, utf8(JSON.stringify(value)));
  }

  async openJson(key, about, sealed) {
    return JSON.parse(text(await this.open(key, about, sealed)));
  }
}
