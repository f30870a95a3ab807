// Asking the server. An answer counts only when it is whole and Cairn's own: on the way there are proxies,
// captive portals and half-dead links, and what they say about a fact is nothing.

const REVOKED = "urn:cairn:device-revoked";

/**
 * Why nothing (more) came of it:
 * `network` no answer, or none of Cairn's; `server` it says to come back later; `signed-out` the token does not act
 * any more; `revoked` the token was revoked: the store is to be wiped; `forbidden` this post may not.
 */
export class Trouble extends Error {
  constructor(why, detail = "") {
    super(detail ? `${why}: ${detail}` : why);
    this.name = "Trouble";
    this.why = why;
    this.detail = detail;
  }
}

/** Also what an older server says that does not know an address yet: of what was sent to it, it says nothing. */
const LATER = new Set([404, 405, 408, 425, 501, 502, 503, 504]);

export class Net {
  /** `patience` is how long one request may take, in milliseconds; a photo on a bad link takes minutes. */
  constructor({ fetch, base, token, language, patience }) {
    Object.assign(this, { fetch, base, token, language, patience });
  }

  /** One request. Answers { status, said, etag } with `said` read from JSON. Throws Trouble. */
  async ask(method, path, { body, type = "application/json", tag } = {}) {
    const headers = { Authorization: `Bearer ${this.token}`, Accept: "application/json" };
    if (body !== undefined) headers["Content-Type"] = type;
    if (tag) headers["If-None-Match"] = tag;
    const language = this.language?.();
    if (language) headers["Accept-Language"] = language;
    const answer = await this._answer(path, { method, headers, body });
    if (answer.status === 401)
      throw new Trouble(answer.said.type === REVOKED ? "revoked" : "signed-out", answer.said.detail);
    if (LATER.has(answer.status)) throw new Trouble("server", answer.said.detail);
    return answer;
  }

  async _answer(path, asked) {
    const stop = new AbortController();
    const clock = setTimeout(() => stop.abort(), this.patience);
    const how = { cache: "no-store", credentials: "omit", redirect: "error", signal: stop.signal };
    try {
      const answer = await this.fetch(this.base + path, { ...asked, ...how });
      const { status } = answer;
      if (status === 304) return { status, said: null, etag: null };
      const [type] = (answer.headers.get("Content-Type") ?? "").split(";");
      const said = await answer.json();
      const ours = status < 400 ? "application/json" : "application/problem+json";
      if (type !== ours || (status >= 400 && said.status !== status)) throw new Trouble("network");
      return { status, said, etag: answer.headers.get("ETag") };
    } catch (error) {
      throw error instanceof Trouble ? error : new Trouble("network", error.message);
    } finally {
      clearTimeout(clock);
    }
  }
}
