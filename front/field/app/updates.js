// The worker that keeps the app on the phone; and a new version, which waits until somebody taps.

import { button, h } from "./dom.js";
import { language, t } from "./words.js";

export async function register() {
  if (!navigator.serviceWorker) return;
  try {
    const registered = await navigator.serviceWorker.register("/field/worker.js", { updateViaCache: "none" });
    if (registered.waiting && navigator.serviceWorker.controller) told(registered.waiting);
    registered.addEventListener("updatefound", () => {
      const coming = registered.installing;
      coming?.addEventListener("statechange", () => {
        if (coming.state === "installed" && navigator.serviceWorker.controller) told(coming);
      });
    });
    await navigator.serviceWorker.ready;
    keepUsed();
    navigator.serviceWorker.addEventListener("controllerchange", keepUsed);
  } catch {
    // Without its worker the app works as long as there is network; it is registered on the next opening.
  }
}

/** Words and fonts that were fetched before there was a worker: asked for once more, so that it keeps them. */
function keepUsed() {
  if (!navigator.serviceWorker.controller) return;
  const used = performance.getEntriesByType("resource").map((one) => new URL(one.name).pathname);
  const fonts = used.filter((path) => path.endsWith(".woff2"));
  for (const path of new Set([`/field/words/${language()}.json`, ...fonts])) fetch(path).catch(() => {});
}

/** Says that a new version is there. It takes over when somebody taps, and never under somebody's hands. */
function told(worker) {
  const take = button(t("Take the new version"), async () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    worker.postMessage("take-over");
  });
  document.getElementById("news").replaceChildren(h("p", {}, t("A new version is there."), " ", take));
}
