// The console in use: what happens is found again, what others say does no harm, and a token locks the door.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { browser, known, post, serve } from "./browser.mjs";

const { page: open, close } = browser();
const TOKEN = "canary-horse-battery-staple";
const HOSTILE = `<img src=x onerror="window.owned=1"><script>window.owned=1</script> \u202Eback to front\u202C`;
let server;

const ask = async (path) => (await fetch(server.address + path)).json();
const hex = (length) => Array.from({ length }, () => Math.floor(Math.random() * 16).toString(16)).join("");

/** A program of somebody else's makes a call; gives back its trace. */
async function tell(conversation, input, output) {
  const traceId = hex(32);
  const now = BigInt(Date.now()) * 1_000_000n;
  const message = (role, content) => JSON.stringify([{ role, parts: [{ type: "text", content }] }]);
  const values = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o-mini",
    "gen_ai.conversation.id": conversation,
    "gen_ai.input.messages": message("user", input),
    "gen_ai.output.messages": message("assistant", output),
    [HOSTILE]: HOSTILE,
  };
  const attributes = Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }));
  const times = { startTimeUnixNano: `${now - 900_000_000n}`, endTimeUnixNano: `${now}` };
  const span = { traceId, spanId: hex(16), name: `chat ${HOSTILE}`, kind: 3, ...times, attributes };
  const resource = { attributes: [{ key: "service.name", value: { stringValue: `elsewhere ${HOSTILE}` } }] };
  await post(server.address, "/v1/traces", { resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] });
  return traceId;
}

describe("console", { concurrency: false }, () => {
  before(async () => {
    server = await serve(["--sim-speed", "8x"]);
    for (const message of ["I look around.", "What do you make of the silence?", "I open the hatch."]) {
      await post(server.address, "/play", { message });
    }
    await known(server.address, 3);
  });
  after(() => server.stop());
  afterEach(close);

  test("a turn's trace is there as soon as somebody can click", async (context) => {
    const page = await open();
    await page.goto(`${server.address}/?game=table`);
    await page.fill(".composer-field", "I knock.");
    await page.keyboard.press("Enter");
    const link = page.getByRole("link", { name: "Trace" }).last();
    await link.waitFor();
    const since = performance.now();
    const trace = (await link.getAttribute("href")).split("/").pop();
    while ((await fetch(`${server.address}/api/traces/${trace}`)).status === 404);
    context.diagnostic(`it was there ${Math.round(performance.now() - since)} ms after the turn was shown`);
    await link.click();
    await page.getByText("chat sim-1").first().waitFor();
  });

  test("the dearest call is two clicks away", async () => {
    const [dearest] = (await ask("/api/calls?sort=cost&limit=1")).calls;
    const page = await open();
    await page.goto(server.address);
    await page.getByRole("link", { name: "Calls", exact: true }).click();
    await page
      .getByRole("button", { name: /cost|dearest/i })
      .first()
      .click();
    await page.waitForFunction(
      (trace) => document.querySelector("main a[href*='/console/trace/']")?.href.includes(trace),
      dearest.trace,
    );
  });

  test("what others say stays text, however long", async () => {
    const page = await open();
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    const talk = `hostile ${HOSTILE}`;
    const trace = await tell(talk, HOSTILE, `${HOSTILE} ${"all work and no play ".repeat(50_000)}`);
    const detail = [`trace/${trace}`, `conversation?name=${encodeURIComponent(talk)}`];
    for (const path of [...detail, "calls", "conversations", "live", "runs", "dashboards"]) {
      await page.goto(`${server.address}/console/${path}`);
      if (detail.includes(path)) await page.getByText("onerror").first().waitFor();
      await page.locator("h1:visible").first().waitFor();
      assert.equal(await page.evaluate(() => window.owned), undefined, path);
      assert.equal(await page.locator("img[src='x'], main script").count(), 0, path);
    }
    const elsewhere = asked.filter((url) => !url.startsWith(server.address) && !url.startsWith("data:"));
    assert.deepEqual(elsewhere, []);
  });

  test("words are searched", async () => {
    const trace = await tell("search", "Who hid the astrolabe?", "The cook did.");
    while ((await ask("/api/calls?text=astrolabe")).calls.length === 0);
    const page = await open();
    await page.goto(`${server.address}/console/calls?text=astrolabe`);
    await page.locator(`main a[href*="${trace}"]`).first().waitFor();
    assert.equal(await page.locator("main a[href*='/console/trace/']").count(), 1);
  });

  test("a trace's critical path and enlargement are in its address", async () => {
    const [{ trace, span }] = (await ask("/api/calls?limit=1")).calls;
    const page = await open();
    await page.goto(`${server.address}/console/trace/${trace}?span=${span}`);
    await page.getByRole("button", { name: "Critical path" }).click();
    await page.getByRole("button", { name: "Enlarge" }).click();
    assert.match(page.url(), /path=critical.*enlarged=1/);
    await page.reload();
    for (const name of ["Critical path", "Enlarge"]) await page.getByRole("button", { name, pressed: true }).waitFor();
  });

  test("a short run's first point counts from nothing", async () => {
    const point = { timeUnixNano: `${BigInt(Date.now()) * 1_000_000n}`, asInt: "7267", attributes: [] };
    const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints: [point] };
    const metrics = [{ name: "short.tokens", unit: "{token}", sum }];
    const resource = { attributes: [{ key: "service.name", value: { stringValue: "short" } }] };
    await post(server.address, "/v1/metrics", { resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] });
    while (!(await ask("/api/metrics")).metrics.some(({ name }) => name === "short.tokens"));
    const page = await open();
    await page.goto(`${server.address}/console/metrics?name=short.tokens&view=increase`);
    await page
      .locator(".metric-graph")
      .getByText(/7[.,]?2(67|7|k)/)
      .first()
      .waitFor();
  });

  test("says that all costs are simulated", async () => {
    const page = await open();
    await page.goto(`${server.address}/console/dashboards`);
    await page.locator(".figure", { hasText: "Cost" }).getByText("simulated").waitFor();
    assert.equal(await page.locator(".chart-head", { hasText: "Cost by" }).getByText("simulated").count(), 3);
    await page.goto(`${server.address}/console/calls?component=dialogue`);
    await page.locator(".calls-totals .figure", { hasText: "Cost" }).getByText("simulated").waitFor();
  });

  test("a token opens the door, and nothing shows it", async () => {
    const locked = await serve([], { ZEROTH_TOKEN: TOKEN });
    // A page that was refused is an error in the browser's eyes.
    const page = await open({ forgiving: true });
    await page.goto(`${locked.address}/console/runs`);
    await page.waitForURL(/login/);
    await page.fill("input[type=password]", "a wrong token, surely");
    await page.keyboard.press("Enter");
    await page
      .getByText(/not the token|wrong/i)
      .first()
      .waitFor();
    await page.fill("input[type=password]", TOKEN);
    await page.keyboard.press("Enter");
    await page.waitForURL(/console\/runs/);
    await page.locator("h1:visible").first().waitFor();
    assert.ok(!(await page.content()).includes(TOKEN));
    const [cookie] = await page.context().cookies();
    assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.value.includes(TOKEN)], [true, "Strict", false]);
    await locked.stop();
  });
});
