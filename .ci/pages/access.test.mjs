// Who may see what: the game is open to everyone, what is known of it only to who is let in.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { browser, findings, picture, post, serve, text } from "./browser.mjs";

const { page: open, close } = browser();
const TOKEN = "canary-horse-battery-staple";
let locked;
let shut;

/** A page that may be refused things, which is an error in the browser's eyes. */
async function visit(address) {
  const page = await open({ forgiving: true });
  await page.goto(address);
  await page.waitForSelector(".offer");
  return page;
}

describe("access", { concurrency: false }, () => {
  before(async () => {
    locked = await serve([], { ZEROTH_TOKEN: TOKEN });
    shut = await serve(["--host", "0.0.0.0"]);
    for (const { address } of [locked, shut]) {
      const { session_id: id } = await post(address, "/scenario/start", { scenario: "night-mail" });
      await post(address, "/scenario/play", { session_id: id, input: "/roll" });
    }
  });
  after(() => Promise.all([locked.stop(), shut.stop()]));
  afterEach(close);

  for (const [name, server, line] of [
    ["wants a token", () => locked, /^Log in to see saved games and traces$/],
    ["is shut", () => shut, /^The console is shut here/],
  ]) {
    test(`who is a stranger to a server that ${name} plays all games`, async () => {
      const page = await visit(server().address);
      assert.match(await text(page, ".offers"), /For two.*The Night Mail.*The Silent Relay.*Solo.*Eleven Minutes/);
      assert.match(await text(page, ".chooser-outside"), line);
      assert.equal(await page.locator(".saved, .problem").count(), 0);
      assert.deepEqual(await findings(page), []);
      await picture(page, `access-${name.replaceAll(" ", "-")}`);
      for (const game of ["For two", "Eleven Minutes"]) {
        await page.goto(server().address);
        await page.locator(".offer", { hasText: game }).getByRole("button", { name: "Play", exact: true }).click();
        await page.fill(".composer-field", "I look around.");
        await page.keyboard.press("Enter");
        await page.waitForSelector(".turn .took");
        assert.equal(await page.locator(".trace-link:visible").count(), 0);
        assert.equal(await page.locator(".problem").count(), 0);
      }
    });
  }

  test("who logs in from the game comes back to it, sees what is kept, and leaves again", async () => {
    const page = await visit(locked.address);
    assert.equal(await page.getByRole("button", { name: "Log out" }).isVisible(), false);
    await page.click(".chooser-outside a");
    await page.fill("input[type=password]", TOKEN);
    await page.keyboard.press("Enter");
    await page.waitForSelector(".saved-game");
    assert.equal(await page.locator(".chooser-outside").count(), 0);
    await page.getByRole("button", { name: "Log out" }).click();
    await page.waitForURL(/login/);
    assert.deepEqual(
      await page
        .context()
        .cookies()
        .then((cookies) => cookies.filter(({ value }) => value.length > 40)),
      [],
    );
    await page.goto(locked.address);
    await page.waitForSelector(".chooser-outside");
  });

  test("asks for no page that is not there", async () => {
    const page = await open({ forgiving: true });
    const missing = [];
    page.on("response", (response) => response.status() === 404 && missing.push(response.url()));
    const server = await serve();
    for (const path of ["/console/nowhere", "/console/trace/%E0%A4%A", "/console/trace/a/b"]) {
      await page.goto(server.address + path);
      await page.getByText("Nothing is here").first().waitFor();
    }
    await page.goto(`${locked.address}/console/login`);
    await page.waitForSelector("input[type=password]");
    assert.deepEqual(missing, []);
    await server.stop();
  });
});
