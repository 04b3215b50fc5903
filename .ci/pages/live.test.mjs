// Live: what happens, while it happens.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { browser, known, picture, post, serve, text } from "./browser.mjs";

const { page: open, close } = browser();
let server;

const turns = (page, count) =>
  page.waitForFunction((count) => document.querySelectorAll(".live-turn").length === count, count);
const play = (message) => post(server.address, "/play", { message });

async function live(count) {
  const page = await open();
  await page.goto(`${server.address}/console/live`);
  await page.waitForFunction(() => document.querySelector(".pause-button").dataset.state === "open");
  if (count) await turns(page, count);
  return page;
}

describe("live", { concurrency: false }, () => {
  before(async () => {
    server = await serve();
  });
  after(() => server.stop());
  afterEach(close);

  test("says what to do while nothing has happened, and shows a turn without being asked", async () => {
    // The server has set its first game up by itself: a browser that knows nothing of it sees an empty store.
    await known(server.address, 1);
    const page = await open();
    const total = { calls: 0, errors: 0, input: 0, output: 0, cost: 0, at_least: false };
    await page.route("**/api/calls?*", (route) => route.fulfill({ json: { calls: [], total, next: null, unsearched: null } }));
    await page.goto(`${server.address}/console/live`);
    await page.getByText("Nothing has happened yet").waitFor();
    await picture(page, "live-empty");
    await play("I look around.");
    await page.waitForFunction(() => document.querySelector(".live-list")?.textContent.includes("dialogue"));
  });

  test("counts what the store counts", async () => {
    const { calls } = await known(server.address, 1);
    const page = await live(0);
    await page.waitForSelector(".live-turn");
    assert.match(await text(page, ".figures"), new RegExp(`^Calls${calls}in the last minuteErrors0`));
  });

  test("waits while it is paused, and leads to the trace by keys", async () => {
    const page = await live(0);
    await page.waitForSelector(".live-turn");
    const before = await page.locator(".live-turn").count();
    await page.keyboard.press(".");
    await play("I wait.");
    await page.waitForFunction(() => /Paused · \d+ new/.test(document.querySelector(".pause-words").textContent));
    assert.equal(await page.locator(".live-turn").count(), before);
    await page.keyboard.press(".");
    await turns(page, before + 1);
    await page.keyboard.press("j");
    const { calls } = await (await fetch(`${server.address}/api/calls?limit=1`)).json();
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname === `/console/trace/${calls[0].trace}`);
  });

  test("keeps its place for who reads further down", async () => {
    for (let turn = 0; turn < 12; turn += 1) await play(`I count to ${turn}.`);
    const page = await open({ phone: true });
    await page.goto(`${server.address}/console/live`);
    await page.waitForFunction(
      () =>
        document.querySelector(".pause-button").dataset.state === "open" &&
        document.querySelectorAll(".live-turn").length > 12,
    );
    await page.evaluate(() => scrollTo(0, 300));
    const row = await page.evaluate(() => document.elementFromPoint(180, 400).closest(".live-turn").textContent);
    await play("I listen.");
    await page.getByText("1 new turn").waitFor();
    assert.equal(await page.evaluate(() => document.elementFromPoint(180, 400).closest(".live-turn").textContent), row);
    await picture(page, "live-phone");
  });
});
