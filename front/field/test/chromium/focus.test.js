// Who reads a screen by its focus keeps their place when what was sent draws it anew.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser } from "./browser.js";
import { aPhone, dead, good, need } from "./set-up.js";

after(closeBrowser);

/** Somebody stands on what `stand` finds when a fact goes out; answers what stands there once the screen says so. */
async function whereAfterSending({ app, proxy }, { screen, stand }) {
  proxy.faultFor = dead;
  const id = await need(app);
  await app.rests();
  await app.go(screen(id));
  await app.page.locator(stand(id)).first().focus();
  proxy.faultFor = good;
  await app.page.evaluate(() => dispatchEvent(new Event("online")));
  await app.become({ [id]: "sent" });
  await app.until(() => document.querySelector("main").innerText.includes("Sent and on record"));
  const [tag, href] = await app.page.evaluate(() => [document.activeElement.tagName, document.activeElement.getAttribute("href")]);
  assert.deepEqual(app.wrong, []);
  return { id, tag, href };
}

test("on its title", async (t) => {
  const { tag } = await whereAfterSending(await aPhone(t), { screen: (id) => `#/outbox/${id}`, stand: () => "main h1" });
  assert.equal(tag, "H1");
});

test("on a link", async (t) => {
  const { id, tag, href } = await whereAfterSending(await aPhone(t), { screen: () => "#/outbox", stand: (id) => `main a[href="#/outbox/${id}"]` });
  assert.deepEqual([tag, href], ["A", `#/outbox/${id}`]);
});
