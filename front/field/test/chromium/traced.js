// Which properties of the server's answers the app reads.

/** Runs in the page before anything of it. `reads()` answers the paths by the answer: { field: ["accounts[].id", …] }. */
export function traced() {
  const found = { field: new Set(), kinds: new Set(), facts: new Set(), files: new Set(), device: new Set(), seat: new Set() };
  const LANGUAGES = ["en", "zh-hans", "ug", "ky", "ky-arab"];
  /** Objects by somebody's names: whichever they are. */
  const NAMED = /(^|\.)(things|offered|offered\.\*|properties|\$defs|answers)$/;
  const parse = JSON.parse;
  const json = Response.prototype.json;
  const known = new WeakMap();

  function seen(value, name, path) {
    if (value === null || typeof value !== "object") return value;
    if (known.has(value)) return known.get(value);
    const made = new Proxy(value, {
      get(target, key, ...rest) {
        // What is kept is written as a whole, and reads nothing by that.
        if (key === "toJSON") return () => target;
        if (typeof key === "symbol" || !Object.hasOwn(target, key) || key === "length") return Reflect.get(target, key, ...rest);
        if (LANGUAGES.includes(key)) return target[key];
        const step = Array.isArray(target) ? "[]" : NAMED.test(path) ? ".*" : `.${key}`;
        const there = `${path}${step}`.replace(/^\./, "");
        if (!there.endsWith("[]") && !there.endsWith("*")) found[name].add(there);
        return seen(target[key], name, there);
      },
    });
    known.set(value, made);
    return made;
  }

  JSON.parse = (...asked) => {
    const value = parse(...asked);
    if (value?.said && "tag" in value) value.said = seen(value.said, "kinds" in value.said ? "kinds" : "field", "");
    return value;
  };
  Response.prototype.json = async function () {
    const value = await json.call(this);
    const name = new URL(this.url).pathname.split("/")[2];
    const isRead = this.ok && new URL(this.url).pathname.startsWith("/api/") && name in found && name !== "field" && name !== "kinds";
    return isRead ? seen(value, name, "") : value;
  };
  globalThis.reads = () => Object.fromEntries(Object.entries(found).map(([name, paths]) => [name, [...paths].sort()]));
}
