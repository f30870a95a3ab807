// Debian's Chromium without its own windows, driven by Playwright's own JavaScript: the wheel that tests/browser uses brings it.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { chromium } = await import(process.env.CAIRN_FIELD_PLAYWRIGHT);

const HOW = {
  executablePath: "/usr/bin/chromium-headless-shell",
  // As in tests/browser/conftest.py.
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
};
/** The one with windows: where one is in front of another. */
const WITH_WINDOWS = "/usr/bin/chromium";
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, locale: "en-US" };

const MOMENT_MS = 100;

let shared = null;

/** A phone's browser: a context of the one that all share; or one of its own, with a profile that outlives it. */
export async function aBrowser({ alone = false } = {}) {
  if (alone) return new Alone().begun();
  shared ??= chromium.launch(HOW);
  return new Shared(await (await shared).newContext(PHONE));
}

export async function closeBrowser() {
  const there = await shared;
  shared = null;
  await there?.close();
}

/**
 * A browser whose windows are hidden when another is in front: Playwright lets every page believe that it is looked
 * at, but for those of a browser that was there before.
 */
export async function anUntouchedBrowser() {
  const profile = mkdtempSync(join(tmpdir(), "cairn-profile-"));
  const args = [...HOW.args, "--headless", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"];
  const running = spawn(WITH_WINDOWS, args, { stdio: "ignore" });
  const ended = new Promise((go) => running.on("exit", go));
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${await portOf(profile)}`, { noDefaults: true });
  const close = async () => {
    await browser.close();
    running.kill();
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: MOMENT_MS });
  };
  return { context: browser.contexts()[0], close };
}

async function portOf(profile) {
  for (let tries = 0; tries < 300; tries += 1) {
    try {
      const [port] = readFileSync(join(profile, "DevToolsActivePort"), "utf8").split("\n");
      if (port) return port;
    } catch {
      // It is still starting.
    }
    await new Promise((go) => setTimeout(go, MOMENT_MS));
  }
  throw new Error("Chromium did not start");
}

class Shared {
  constructor(context) {
    this.context = context;
  }

  async close() {
    await this.context.close();
  }
}

class Alone {
  async begun() {
    this.profile = mkdtempSync(join(tmpdir(), "cairn-profile-"));
    await this._launch();
    return this;
  }

  /** Ends it, as the system does (`killed`) or as somebody does, and opens it again on the same profile. */
  async restart({ killed }) {
    if (killed) for (const pid of this._pids()) process.kill(pid, "SIGKILL");
    await this.context.close().catch(() => {});
    await this._launch();
  }

  async close() {
    await this.context.close().catch(() => {});
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5, retryDelay: MOMENT_MS });
  }

  async _launch() {
    this.context = await chromium.launchPersistentContext(this.profile, { ...HOW, ...PHONE });
  }

  /** The processes of this profile, its first one first. */
  _pids() {
    const own = `--user-data-dir=${this.profile}`;
    const lines = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map((pid) => [Number(pid), commandOf(pid)]);
    return lines.filter(([, words]) => words.includes(own)).map(([pid]) => pid);
  }
}

function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0");
  } catch {
    return [];
  }
}
