// A passkey of this phone's own that opens the app without network, by finger, face or the phone's own lock. What its
// PRF (WebAuthn Level 3, §10.1.4) makes of an input is a secret: the core wraps the key of the store with it.
// It signs nobody in: the server never hears of it, so that what it would sign is no matter.

import { t } from "./words.js";

const ES256 = -7;
const RS256 = -257;

const chance = (bytes) => crypto.getRandomValues(new Uint8Array(bytes));

/** Whether this browser and phone may have such a passkey: for certain only where one is made. */
export async function mayHavePasskey() {
  try {
    const known = await PublicKeyCredential.getClientCapabilities?.();
    if (known?.["extension:prf"] === false) return false;
    return await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable();
  } catch {
    return false;
  }
}

/**
 * Makes one, and asks it once: { id, input, secret }. "unable" where its PRF answers nothing, null where somebody said no.
 * First one that is kept with the app alone; a phone that has a PRF only for those that it lists makes a second.
 */
export async function makePasskey() {
  const input = chance(32);
  // One that the phone lists stands beside those for signing in to Cairn, and is told apart by this alone.
  const called = t("Cairn on this phone: opens the app, signs nobody in");
  for (const residentKey of ["discouraged", "required"]) {
    const made = await orNull(navigator.credentials.create({
      publicKey: {
        rp: { name: "Cairn" },
        user: { id: chance(16), name: called, displayName: called },
        challenge: chance(32),
        pubKeyCredParams: [ES256, RS256].map((alg) => ({ type: "public-key", alg })),
        authenticatorSelection: { authenticatorAttachment: "platform", residentKey, userVerification: "required" },
        extensions: { prf: { eval: { first: input } } },
      },
    }));
    if (!made) return null;
    const { prf } = made.getClientExtensionResults();
    if (!prf?.enabled && !prf?.results?.first) continue;
    const secret = prf.results?.first ?? (await askPasskey({ id: made.rawId, input }));
    return secret && { id: made.rawId, input, secret };
  }
  return "unable";
}

/** What its PRF makes of the input; null where somebody said no, or it is not there any more. */
export async function askPasskey({ id, input }) {
  const said = await orNull(navigator.credentials.get({
    publicKey: {
      challenge: chance(32),
      allowCredentials: [{ type: "public-key", id, transports: ["internal"] }],
      userVerification: "required",
      extensions: { prf: { eval: { first: input } } },
    },
  }));
  return said?.getClientExtensionResults().prf?.results?.first ?? null;
}

/** Whatever a browser throws here comes to the same: nobody was recognised. */
async function orNull(asked) {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
