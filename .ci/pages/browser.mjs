// What the tests of pages share: a server of their own, and a browser that takes note of every error.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before } from "node:test";

const tools = createRequire(join(process.env.ZEROTH_CI_TOOLS, "tools.js"));
const { chromium } = tools("playwright-core");

/** Starts a server that keeps nothing, and answers with its address. */
export async function serve(args = [], settings = {}) {
  const { ANTHROPIC_API_KEY, OPENAI_API_KEY, ...rest } = process.env;
  const env = { ...rest, ZEROTH_STORE: "memory", ZEROTH_TRACES: "memory", ...settings };
  const child = spawn(process.env.ZEROTH_BINARY, ["serve", "--port", "0", ...args], { env, cwd: tmp() });
  let said = "";
  const address = await new Promise((resolve, reject) => {
    const listen = (chunk) => {
      said += chunk;
      const found = /http:\/\/(?:127\.0\.0\.1|0\.0\.0\.0)(:[1-9]\d*)/.exec(said);
      if (found) resolve(`http://127.0.0.1${found[1]}`);
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.on("exit", () => reject(new Error(`the server did not start:\n${said}`)));
  });
  const stop = () =>
    new Promise((resolve) => {
      child.on("exit", resolve);
      child.kill("SIGTERM");
    });
  return { address, stop };
}

/** A folder in which there is no .env. */
const tmp = () => process.env.ZEROTH_CI_PICTURES;

/** What somebody asks the game for, without a browser. */
export async function post(address, path, body) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(address + path, { method: "POST", headers, body: JSON.stringify(body ?? {}) });
  assert.ok(response.ok, `${path}: ${response.status}`);
  return response.json();
}

/** Waits until the trace store knows so many calls to models. */
export async function known(address, calls) {
  for (;;) {
    const { total } = await (await fetch(`${address}/api/calls`)).json();
    if (total.calls >= calls) return total;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until the store knows what a component asked in a trace. */
export async function recorded(address, trace, component) {
  for (;;) {
    const response = await fetch(`${address}/api/traces/${trace}`);
    const { spans = [] } = await response.json();
    if (spans.some((span) => span.call?.component === component)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A browser for the tests of a file; `page(options)` is a page in a window of its own. */
export function browser() {
  let running;
  const open = [];
  before(async () => {
    running = await chromium.launch({ executablePath: process.env.ZEROTH_CI_BROWSER, args: ["--no-sandbox"] });
  });
  after(() => running.close());
  return {
    async page({ phone = false, theme = "dark", forgiving = false } = {}) {
      const size = phone ? { width: 360, height: 740 } : { width: 1280, height: 720 };
      const context = await running.newContext({
        viewport: size,
        colorScheme: theme,
        isMobile: phone,
        hasTouch: phone,
      });
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      const errors = [];
      page.on("console", (message) => message.type() === "error" && !forgiving && errors.push(message.text()));
      page.on("pageerror", (error) => errors.push(error.stack));
      open.push({ page, errors });
      return page;
    },
    /** Closes what is open; fails when anything was wrong on the way. */
    async close() {
      for (const { page, errors } of open.splice(0)) {
        await page.context().close();
        assert.deepEqual(errors, []);
      }
    },
  };
}

/** Leaves a picture to look at. */
export const picture = (page, name) => page.screenshot({ path: join(process.env.ZEROTH_CI_PICTURES, `${name}.png`) });

/** What axe finds wrong on a page. */
export async function findings(page) {
  const source = readFileSync(tools.resolve("axe-core/axe.min.js"), "utf8");
  // The page's own policy forbids it, but not the debugger.
  await page.evaluate(source);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }),
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target).join(", ")}`);
}

/** Text of an element, in one line. */
export const text = async (page, selector) =>
  (await page.locator(selector).first().textContent()).replace(/\s+/g, " ").trim();
