// Play: the game in the browser.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { browser, picture, post, recorded, serve, text } from "./browser.mjs";

const { page: open, close } = browser();
let server;

const idle = (page) => page.waitForFunction(() => document.querySelector(".composer-button")?.textContent === "Send");
const told = (page, turn, length = 5) =>
  page.waitForFunction(
    ([turn, length]) => document.querySelectorAll(".turn .prose-text")[turn]?.textContent.length > length,
    [turn, length],
  );

async function say(page, words) {
  await page.fill(".composer-field", words);
  await page.keyboard.press("Enter");
}

/** A table of two at which something was said. */
async function table(words = "I look around.") {
  const page = await open();
  await page.goto(`${server.address}/?game=table`);
  await page.waitForSelector(".composer");
  await say(page, words);
  await told(page, 0);
  await idle(page);
  return page;
}

describe("play", { concurrency: false }, () => {
  before(async () => {
    server = await serve();
  });
  after(() => server.stop());
  afterEach(close);

  test("offers what there is, and begins it", async () => {
    const page = await open();
    await page.goto(server.address);
    await page.waitForSelector(".offer");
    assert.match(
      await text(page, ".offers"),
      /For two.*Scenario.*The Night Mail.*The Silent Relay.*Solo.*Eleven Minutes/,
    );
    await picture(page, "play-chooser");
    await page.locator(".offer", { hasText: "Eleven Minutes" }).getByRole("button", { name: "Play" }).click();
    await page.waitForSelector(".vitals");
    assert.match(page.url(), /\?game=[0-9a-f-]{36}$/);
  });

  test("says what a turn took, and leads to its trace", async () => {
    const page = await table();
    assert.match(await text(page, ".turn-foot"), /turn 1·?.*sim-1.*→.*tokens.*\$0\.\d+ sim.*first token \d.*Trace/);
    const trace = await page.getAttribute(".trace-link", "href");
    await recorded(server.address, trace.split("/").pop(), "dialogue");
  });

  test("takes a turn back, and tells it again in its place", async () => {
    const page = await table();
    const before = await text(page, ".turn .prose-text");
    await page.getByRole("button", { name: "Retry" }).click();
    await page.waitForFunction(
      (before) => !document.querySelector(".turn .prose-text").textContent.startsWith(before.slice(0, 40)),
      before,
    );
    await idle(page);
    assert.equal(await page.locator(".turn").count(), 1);
    await page.keyboard.press("Escape");
    await page.keyboard.press("u");
    await page.waitForFunction(() => document.querySelectorAll(".turn").length === 0);
    assert.equal(await page.inputValue(".composer-field"), "I look around.");
  });

  test("what is left after a turn is taken back keeps what it took", async () => {
    const page = await table();
    await say(page, "I wait.");
    await page.waitForFunction(() => document.querySelectorAll(".turn .trace-link").length === 2);
    await idle(page);
    const foot = await text(page, ".turn .took");
    const trace = await page.getAttribute(".trace-link", "href");
    await page.getByRole("button", { name: "Undo" }).click();
    await page.waitForFunction(() => document.querySelectorAll(".turn").length === 1);
    assert.equal(await text(page, ".turn .took"), foot);
    assert.equal(await page.getAttribute(".trace-link", "href"), trace);
    assert.match(await text(page, ".story-total"), /^1 turn · .* tokens · \$/);
  });

  test("a turn that is played while the page is loaded again is shown when it is over", async () => {
    const page = await table();
    await say(page, "I walk to the turbolift.");
    await told(page, 1);
    await page.reload();
    await page.waitForFunction(() => document.querySelectorAll(".turn .trace-link").length === 2);
    assert.match(await page.locator(".turn").nth(1).textContent(), /turbolift/);
    await idle(page);
  });

  test("a tab that missed turns fetches them when it plays", async () => {
    const page = await table();
    const id = new URL(page.url()).searchParams.get("game");
    await post(server.address, "/play", { session_id: id, message: "I open the hatch." });
    await say(page, "I wait.");
    await page.waitForFunction(() => document.querySelectorAll(".turn .trace-link").length === 3);
    const said = (await page.locator(".turn .said").allTextContents()).map((words) => words.replace("You: ", ""));
    assert.deepEqual(said, ["I look around.", "I open the hatch.", "I wait."]);
  });

  test("stops listening, and goes on", async () => {
    const page = await table();
    await say(page, "I walk to the turbolift.");
    await told(page, 1);
    await page.click(".composer-button");
    await page.getByRole("button", { name: "Go on listening" }).click();
    await page.waitForFunction(
      () => document.querySelectorAll(".turn").length === 2 && !document.querySelector(".notice"),
    );
    assert.match(await page.locator(".turn").nth(1).textContent(), /turbolift/);
  });

  test("holds its breath while it is paused", async () => {
    const page = await table();
    await say(page, "I wait.");
    await told(page, 1);
    await page.click(".pause-button");
    // What was already on its way to the screen is drawn with the next frame.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    const held = await page.locator(".turn .prose-text").nth(1).textContent();
    const [{ session_id: id }] = (await (await fetch(`${server.address}/sessions`)).json()).sessions;
    // The turn is over for the server, but not for the reader.
    for (let turn = 0; turn < 2;) turn = (await (await fetch(`${server.address}/sessions/${id}`)).json()).turns.length;
    assert.equal(await page.locator(".turn .prose-text").nth(1).textContent(), held);
    await page.click(".pause-button");
    await idle(page);
    assert.ok((await page.locator(".turn .prose-text").nth(1).textContent()).length > held.length);
  });

  test("shows the same after it is loaded again, with what it took", async () => {
    const page = await table();
    const words = await text(page, ".turn .prose-text");
    const id = new URL(page.url()).searchParams.get("game");
    for (let calls = 0; calls === 0;)
      calls = ((await (await fetch(`${server.address}/api/conversation?name=${id}`)).json()).calls ?? []).length;
    await page.reload();
    await page.waitForSelector(".trace-link");
    assert.equal(await text(page, ".turn .prose-text"), words);
  });

  test("shows markup, marks and a megabyte as what they are", async () => {
    const page = await table("<img src=x onerror=alert(1)> <b>bold</b> \u202eabc");
    assert.equal(await page.locator(".story img, .story b").count(), 0);
    assert.match(await text(page, ".said"), /<img src=x onerror=alert\(1\)> <b>bold<\/b>/);
    const shown = await page.evaluate(async () => {
      const { words } = await import("/assets/lib/text.js");
      const place = document.querySelector(".story");
      const element = words("word ".repeat(210_000));
      place.append(element);
      const cut = element.textContent.length;
      element.querySelector("button").click();
      return {
        cut,
        whole: [...element.querySelectorAll(".words-piece")].reduce((sum, piece) => sum + piece.textContent.length, 0),
      };
    });
    assert.ok(shown.cut < 10_000);
    assert.equal(shown.whole, 1_050_000);
  });

  test("plays a scenario by keys, with dice and a sheet", async () => {
    const page = await open();
    const { session_id: id } = await post(server.address, "/scenario/start", { scenario: "silent-relay" });
    await page.goto(`${server.address}/?game=${id}`);
    for (const turn of [1, 2, 3]) {
      await page.waitForSelector(".suggestion:enabled");
      await page.keyboard.press("Escape");
      await page.keyboard.press("1");
      await page.waitForFunction((turn) => document.querySelectorAll(".turn .trace-link").length === turn, turn);
      await idle(page);
    }
    assert.ok((await page.locator(".die").count()) >= 3);
    assert.match(await text(page, ".sheet"), /Hit points\d+ \/ 12.*Armor14.*To do.*The docking ring.*Abilities/);
    await picture(page, "play-scenario");
    // In the field it would be a letter.
    await page.keyboard.press("Escape");
    await page.keyboard.press("p");
    await page.waitForFunction(() => document.documentElement.dataset.presenter === "");
    await picture(page, "play-presenter");
  });

  test("shows what is wrong, gives the words back, and tries again", async () => {
    const failing = await serve(["--faults", "500"]);
    try {
      const page = await open({ forgiving: true });
      await page.goto(`${failing.address}/?game=table`);
      await page.waitForSelector(".composer");
      await say(page, "Hello?");
      await page.waitForSelector(".turn .problem");
      assert.match(
        await text(page, ".turn .problem"),
        /The model is overloaded or down.*The turn was not kept.*Try again.*Look at the trace/,
      );
      assert.equal(await page.inputValue(".composer-field"), "Hello?");
      await picture(page, "play-problem");
    } finally {
      await failing.stop();
    }
  });

  test("plays without a trace store, and says so where it is missed", async () => {
    const blind = await serve([], { ZEROTH_TRACES: "off" });
    try {
      const page = await open();
      await page.goto(`${blind.address}/?game=table`);
      await page.waitForSelector(".composer");
      await say(page, "Hello?");
      await told(page, 0);
      await idle(page);
      assert.equal(await page.locator(".trace-link").isVisible(), false);
      await page.goto(`${blind.address}/console/live`);
      await page.getByText("The trace store is switched off").waitFor();
    } finally {
      await blind.stop();
    }
  });
});
