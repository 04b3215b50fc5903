// A person at the console: Chromium opens every page, plays, watches, searches, and looks for what must not be there.
//
//   node pages.mjs ADDRESS LOCKED_ADDRESS TOKEN CHROMIUM PLAYWRIGHT SCREENSHOTS
//
// Prints a line for each check and what was measured; screenshots of all pages are left in the folder to be looked at.

import { createRequire } from "node:module";
import { mkdirSync } from "node:fs";

const [address, locked, token, chromium, playwright, shots] = process.argv.slice(2);
const driver = createRequire(`${playwright}/`)("playwright-core").chromium;
const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];
const VIEWS = { stage: { width: 1280, height: 720 }, phone: { width: 390, height: 844 } };
const HOSTILE = `<img src=x onerror="window.owned=1"><script>window.owned=1</script> \u202Eback to front\u202C`;

mkdirSync(shots, { recursive: true });
const browser = await driver.launch({ executablePath: chromium, args: QUIET });
let made = 0, failures = 0;

/** Does `body` with a fresh page, which may neither complain nor ask anybody but its own server. */
async function check(name, body, { view = VIEWS.stage, scheme = "dark", server = address, allowed = [] } = {}) {
  made += 1;
  const context = await browser.newContext({ viewport: view, colorScheme: scheme });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (said) => said.type() === "error" && complaints.push(said.text()));
  page.on("pageerror", (error) => complaints.push(`${error}`));
  page.on("request", (asked) => {
    if (!asked.url().startsWith(server) && !asked.url().startsWith("data:")) complaints.push(`asks ${asked.url()}`);
  });
  page.setDefaultTimeout(15_000);
  try {
    const remark = await body(page);
    const left = complaints.filter((complaint) => !allowed.some((known) => complaint.includes(known)));
    if (left.length > 0) throw new Error(left.join("; "));
    console.log(`ok      ${name}${remark ? `: ${remark}` : ""}`);
  } catch (error) {
    failures += 1;
    await page.screenshot({ path: `${shots}/failed-${made}.png` }).catch(() => {});
    console.log(`FAILED  ${name}: ${error}${complaints.length ? ` (${complaints.join("; ")})` : ""}`);
  } finally {
    await context.close();
  }
}

function is(truth, what) {
  if (!truth) throw new Error(what);
}

async function ask(page, path) {
  const answer = await page.request.get(`${address}${path}`, { headers: { accept: "application/json" } });
  is(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`);
  return answer.json();
}

const hex = (length) => Array.from({ length }, () => Math.floor(Math.random() * 16).toString(16)).join("");

/** A program of somebody else's, with words that must not harm. Gives back the ids of its span. */
async function tell(page, conversation, output) {
  const ids = { traceId: hex(32), spanId: hex(16) };
  const now = BigInt(Date.now()) * 1_000_000n;
  const message = (role, content) => JSON.stringify([{ role, parts: [{ type: "text", content }] }]);
  const values = {
    "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o-mini",
    "gen_ai.conversation.id": conversation, "gen_ai.input.messages": message("user", HOSTILE),
    "gen_ai.output.messages": message("assistant", output), [HOSTILE]: HOSTILE,
  };
  const attributes = Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }));
  const span = { ...ids, name: `chat ${HOSTILE}`, kind: 3, startTimeUnixNano: `${now - 900_000_000n}`, endTimeUnixNano: `${now}`,
    attributes };
  const resource = { attributes: [{ key: "service.name", value: { stringValue: `elsewhere ${HOSTILE}` } }] };
  const data = { resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] };
  const answer = await page.request.post(`${address}/v1/traces`, { data });
  is(answer.ok(), `OTLP is answered with ${answer.status()}`);
  return ids;
}

async function play(page, message) {
  const answer = await page.request.post(`${address}/play`, { data: { message } });
  is(answer.ok(), `a turn is answered with ${answer.status()}`);
  return answer.headers()["x-trace-id"];
}

await check("a game is played in the browser, and its trace is a click away", async (page) => {
  await page.goto(address);
  await page.getByRole("button", { name: "Play", exact: true }).first().click();
  const input = page.getByRole("textbox", { name: "What do you say or do?" });
  await input.fill("I open the maintenance hatch.");
  await input.press("Enter");
  const link = page.getByRole("link", { name: "Trace" }).last();
  await link.waitFor();
  const trace = (await link.getAttribute("href")).split("/").pop();
  const since = Date.now();
  let found = false;
  while (!found && Date.now() - since < 5000) found = (await page.request.get(`${address}/api/traces/${trace}`)).ok();
  const took = Date.now() - since;
  is(found, "the trace is not there after five seconds");
  await link.click();
  await page.getByText("chat sim-1").first().waitFor();
  return `the trace was there ${took} ms after the turn was shown`;
});

await check("what happens is seen live", async (page) => {
  await page.goto(`${address}/console/live`);
  await page.getByRole("heading", { name: "Live" }).waitFor();
  const trace = await play(page, "I look out of the window.");
  await page.locator(`a[href*="${trace}"]`).first().waitFor();
});

await check("the dearest call of the day is two clicks away", async (page) => {
  const first = (await ask(page, "/api/calls?sort=cost&limit=1")).calls[0];
  await page.goto(address);
  await page.getByRole("link", { name: "Calls", exact: true }).click();
  await page.getByRole("button", { name: /cost|dearest/i }).first().click();
  await page.waitForFunction((span) => document.querySelector("main a[href*='/console/trace/']")?.href.includes(span), first.trace);
});

await check("a turn's conversation reads as one", async (page) => {
  const { conversations } = await ask(page, "/api/conversations?service=zeroth");
  await page.goto(`${address}/console/conversations`);
  await page.locator(`a[href*="${encodeURIComponent(conversations[0].name)}"]`).first().click();
  await page.getByText("I look out of the window.").first().waitFor();
});

await check("what others say stays text, however long", async (page) => {
  const long = `${HOSTILE} ${"all work and no play ".repeat(50_000)}`;
  const { traceId } = await tell(page, `hostile ${HOSTILE}`, long);
  const pages = [`/console/trace/${traceId}`, `/console/conversation?name=${encodeURIComponent(`hostile ${HOSTILE}`)}`,
    "/console/calls", "/console/conversations", "/console/live", "/console/runs", "/console/dashboards"];
  for (const path of pages) {
    await page.goto(`${address}${path}`);
    await page.getByText("onerror").first().waitFor({ timeout: 3000 }).catch(() => {});
    await page.locator("h1:visible").first().waitFor();
    is((await page.evaluate(() => window.owned)) === undefined, `a script of others ran at ${path}`);
    is((await page.locator("img[src='x']").count()) === 0, `markup of others became an element at ${path}`);
  }
});

await check("keys: the sheet, the presenter, the stream", async (page) => {
  await page.goto(`${address}/console/live`);
  await page.locator("h1:visible").first().waitFor();
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("p");
  await page.screenshot({ path: `${shots}/presenter.png` });
  await page.keyboard.press("p");
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await page.waitForURL(/dashboards/);
});

const { conversations } = await (await fetch(`${address}/api/conversations?service=zeroth`)).json();
const trace = (await (await fetch(`${address}/api/calls?service=zeroth&limit=1`)).json()).calls[0].trace;
const PAGES = {
  play: "/", live: "/console/live", conversations: "/console/conversations",
  conversation: `/console/conversation?name=${encodeURIComponent(conversations[0].name)}`, trace: `/console/trace/${trace}`,
  dashboards: "/console/dashboards", calls: "/console/calls", errors: "/console/errors", metrics: "/console/metrics",
  logs: "/console/logs", runs: "/console/runs", connect: "/console/connect",
};
for (const [name, path] of Object.entries(PAGES)) {
  for (const [view, size] of Object.entries(VIEWS)) {
    for (const scheme of ["dark", "light"]) {
      await check(`${name}, ${view}, ${scheme}`, async (page) => {
        await page.goto(`${address}${path}`, { waitUntil: "load" });
        await page.locator("main h1:visible").first().waitFor();
        await page.waitForFunction(() => !document.querySelector("main [aria-busy='true']"));
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        is(wide <= 0, `the page is ${wide} pixels wider than the screen`);
        await page.screenshot({ path: `${shots}/${name}-${view}-${scheme}.png` });
        const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
        return `first paint after ${Math.round(paint)} ms`;
      }, { view: size, scheme });
    }
  }
}

await check("a locked console asks for its token", async (page) => {
  await page.goto(`${locked}/console/runs`);
  await page.waitForURL(/login/);
  const field = page.locator("input[type=password]");
  await field.fill("a wrong token, surely");
  await field.press("Enter");
  await page.getByText(/not the token|wrong/i).first().waitFor();
  await page.locator("input[type=password]").fill(token);
  await page.locator("input[type=password]").press("Enter");
  await page.waitForURL(/console\/runs/);
  await page.locator("main h1:visible").first().waitFor();
  const cookie = (await page.context().cookies())[0];
  is(cookie.httpOnly && cookie.sameSite === "Strict", `the cookie is ${JSON.stringify({ ...cookie, value: "…" })}`);
  is(!cookie.value.includes(token), "the cookie holds the token");
}, { server: locked, allowed: ["401"] });

await browser.close();
console.log(`${made - failures} passed, ${failures} failed`);
process.exit(failures > 0 || made === 0 ? 1 : 0);
