// What stands around all pages: ways, keys, themes, and whether everyone can read them.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { browser, findings, known, picture, post, serve } from "./browser.mjs";

const { page: open, close } = browser();
let server;
/** All pages, with something on each of them. */
let paths = [];

/** Until nothing is loading any more. */
const settled = (page) =>
  page.waitForFunction(
    () =>
      document.querySelector(".page-view")?.childElementCount > 0 && !document.querySelector("[aria-busy], .skeleton"),
  );

describe("shell", { concurrency: false }, () => {
  before(async () => {
    server = await serve();
    const { session_id: id } = await post(server.address, "/scenario/start", { scenario: "night-mail" });
    const { trace_id: trace } = await post(server.address, "/scenario/play", { session_id: id, input: "/roll" });
    await known(server.address, 1);
    const names = ["live", "conversations", "dashboards", "calls", "errors", "metrics", "logs", "runs", "connect"];
    paths = [
      "/",
      `/?game=${id}`,
      `/console/trace/${trace}`,
      `/console/conversation?name=${id}`,
      ...names.map((name) => `/console/${name}`),
    ];
  });
  after(() => server.stop());
  afterEach(close);

  for (const theme of ["dark", "light"]) {
    test(`every page is there, in ${theme}, and axe finds nothing`, async () => {
      const page = await open({ theme });
      const wrong = [];
      for (const path of paths) {
        await page.goto(server.address + path);
        await settled(page);
        await picture(
          page,
          `${path
            .replace(/\?.*|[0-9a-f]{32}/g, "")
            .replace(/\W+/g, "-")
            .replace(/^-$/, path.includes("?") ? "game" : "play")
            .replace(/^-/, "")}-${theme}`,
        );
        wrong.push(...(await findings(page)).map((finding) => `${path}: ${finding}`));
      }
      assert.deepEqual(wrong, []);
    });
  }

  test("no page is wider than a phone", async () => {
    const page = await open({ phone: true });
    for (const path of paths) {
      await page.goto(server.address + path);
      await settled(page);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, path);
    }
    await page.click(".menu-button");
    await page.getByRole("link", { name: "Live", exact: true }).click();
    await page.waitForURL(/live$/);
    assert.equal(await page.locator(".nav").isVisible(), false);
  });

  test("goes by keys, and back and forward", async () => {
    const page = await open();
    await page.goto(server.address);
    await page.waitForSelector(".offer");
    await page.keyboard.press("g");
    await page.keyboard.press("l");
    await page.waitForURL(/\/console\/live$/);
    await page.waitForSelector(".live-turn");
    await page.goBack();
    await page.waitForSelector(".offer");
    assert.equal(await page.title(), "Play · Zeroth");
    await page.goForward();
    await page.waitForSelector(".live-turn");
    await page.keyboard.press("?");
    await page.waitForSelector("dialog[open]");
    await picture(page, "keys");
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => !document.querySelector("dialog"));
  });

  test("keeps theme and presenter mode", async () => {
    const page = await open();
    await page.goto(`${server.address}/console/live`);
    await page.waitForSelector(".live-turn");
    await page.keyboard.press("t");
    await page.keyboard.press("p");
    await page.reload();
    const { theme, presenter } = await page.evaluate(() => ({ ...document.documentElement.dataset }));
    assert.deepEqual([theme, presenter], ["light", ""]);
    assert.equal(await page.locator("header.header").isVisible(), false);
    await picture(page, "presenter");
  });

  test("is painted before one could wait", async (context) => {
    const paints = [];
    for (let visit = 0; visit < 5; visit += 1) {
      const page = await open();
      await page.goto(server.address);
      await page.waitForSelector(".offer");
      paints.push(await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime));
    }
    // Told, not asserted: other people's machines are not ours.
    context.diagnostic(
      `first paint: ${paints
        .map(Math.round)
        .sort((one, other) => one - other)
        .join(", ")} ms`,
    );
    assert.equal(paints.length, 5);
  });
});
