// A bad network on loopback: passes requests on to the real server, and does to each what it is told to.
import http from "node:http";

export const FAULTS = [
  "drop-before", // the connection ends, and nothing reached the server
  "drop-after", // the server did it, and nobody hears so
  "503", // a proxy on the way is overloaded
  "500",
  "portal", // a page that says "sign in to this wifi", with 200
  "delay",
  "duplicate", // arrives twice, one after the other
  "at-once", // arrives twice, both at a time
  "reorder", // waits until another has passed
  "ghost", // the connection ends now, and the request arrives long after
  "half-sent", // the server gets half of the body, and no more comes
  "half-sent-whole", // the server gets half of the body, and is told that it was all
  "half-answered", // half of the answer, and no more comes
  "half-answered-whole", // half of the answer, as if it were all
  "reset",
];

const upstream = new http.Agent({ keepAlive: true, maxSockets: 8 });

export class Proxy {
  /**
   * `faultFor(request)` says what to do to a request: one of FAULTS, or "". `edit(url, got)` may answer what
   * another release of the server would: { status, headers, body }. The server is then asked for whole answers.
   */
  constructor({ server, faultFor, chance, edit = null }) {
    Object.assign(this, { server, faultFor, chance, edit });
    this.waiting = [];
    this.ghosts = [];
    this.done = {};
    this.http = http.createServer((request, answer) => {
      this._pass(request, answer).catch(() => answer.destroy());
    });
    this.http.on("clientError", (_error, socket) => socket.destroy());
  }

  async listen() {
    await new Promise((go) => this.http.listen(0, "127.0.0.1", go));
    return `http://127.0.0.1:${this.http.address().port}`;
  }

  /** Lets everything that is still under way arrive, and ends. */
  async close() {
    await this.settled();
    this.http.closeAllConnections();
    await new Promise((go) => this.http.close(go));
  }

  /** From here on the network is good; what was late has arrived. */
  async settled() {
    this.faultFor = () => "";
    this._letGo();
    await Promise.allSettled(this.ghosts.splice(0).map((ghost) => ghost()));
  }

  async _pass(request, answer) {
    const chunks = [];
    for await (const part of request) chunks.push(part);
    const body = Buffer.concat(chunks);
    const fault = this.faultFor(request);
    this.done[fault] = (this.done[fault] ?? 0) + 1;
    const socket = answer.socket;
    const ask = (more) => this._ask(request, body, more);
    if (fault === "drop-before") return socket.destroy();
    if (fault === "reset") return socket.resetAndDestroy();
    if (fault === "503") return tell(answer, 503, { "Content-Type": "text/plain" }, "busy");
    if (fault === "500") return tell(answer, 500, HTML, "<h1>Error</h1>");
    if (fault === "portal") return tell(answer, 200, HTML, "<h1>Welcome to this wifi</h1>");
    if (fault === "ghost") {
      this.ghosts.push(() => ask().catch(() => {}));
      return socket.destroy();
    }
    if (fault === "half-sent") {
      await this._half(request, body);
      return socket.destroy();
    }
    if (fault === "delay") await new Promise((go) => setTimeout(go, this.chance.below(40)));
    if (fault === "reorder") await this._another();
    if (fault === "duplicate") await ask();
    const [got] = await Promise.all([
      ask(fault === "half-sent-whole" ? { body: body.subarray(0, body.length >> 1) } : {}),
      fault === "at-once" ? ask() : null,
    ]);
    this._letGo();
    if (this.chance.is(0.3)) this.ghosts.shift()?.();
    if (fault === "drop-after") return socket.destroy();
    const half = got.body.subarray(0, got.body.length >> 1);
    if (fault === "half-answered-whole") return tell(answer, got.status, got.headers, half);
    if (fault !== "half-answered") return tell(answer, got.status, got.headers, got.body);
    answer.writeHead(got.status, { ...got.headers, "Content-Length": got.body.length });
    answer.write(half, () => socket.destroy());
  }

  _ask(request, whole, { body = whole } = {}) {
    return new Promise((got, failed) => {
      const asked = http.request(this.server + request.url, {
        method: request.method,
        headers: { ...headersOf(request), ...(this.edit ? WHOLE : {}), "content-length": body.length },
        agent: upstream,
      });
      asked.on("error", failed);
      asked.on("response", async (answer) => {
        try {
          const parts = [];
          for await (const part of answer) parts.push(part);
          const came = { status: answer.statusCode, headers: passedOn(answer.headers), body: Buffer.concat(parts) };
          got(this.edit ? this.edit(request.url, came) : came);
        } catch (error) {
          failed(error);
        }
      });
      asked.end(body);
    });
  }

  /** Half of the body on a connection that then ends. */
  _half(request, body) {
    return new Promise((go) => {
      const asked = http.request(this.server + request.url, {
        method: request.method,
        headers: { ...headersOf(request), "content-length": body.length },
        agent: false,
      });
      asked.on("error", go);
      asked.on("response", (answer) => answer.resume().on("end", go));
      asked.write(body.subarray(0, body.length >> 1), () => setTimeout(() => asked.destroy(), 5));
      asked.on("close", go);
    });
  }

  /** Until another request has passed, or a moment: there may be no other. */
  _another() {
    return new Promise((go) => {
      this.waiting.push(go);
      setTimeout(go, 60);
    });
  }

  _letGo() {
    for (const go of this.waiting.splice(0)) go();
  }
}

/** The host stays: whoever signs in is asked by the server from which page the request came. */
function headersOf(request) {
  const { connection: _connection, "transfer-encoding": _encoding, ...headers } = request.headers;
  return headers;
}

/** No compression, and no tag by which the server would say that nothing changed. */
const WHOLE = { "accept-encoding": "identity", "if-none-match": '""' };
const HTML = { "Content-Type": "text/html" };

function passedOn({ "transfer-encoding": _encoding, "content-length": _length, connection: _connection, ...headers }) {
  return headers;
}

function tell(answer, status, headers, body) {
  answer.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(body) });
  answer.end(body);
}
