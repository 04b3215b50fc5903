// The window of time: whatever page looks at it sees the same calls.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { browser, known, post, serve, text } from "./browser.mjs";

const { page: open, close } = browser();
const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;
/** A whole hour, some days ago. */
const BASE = Math.floor((Date.now() * 1000) / HOUR - 100) * HOUR;
/** Calls around the edges of minutes and hours: when, and whether they failed. */
const CALLS = [
  [-HOUR - 5e6, true],
  [-5e6, false],
  [5e6, true],
  [30e6, false],
  [MINUTE + 10e6, true],
  [2 * MINUTE - 1, false],
  [2 * MINUTE, true],
  [50 * MINUTE, false],
  [72 * HOUR + 40 * MINUTE, true],
  [73 * HOUR, false],
];
let server;

const hex = (length) => Array.from({ length }, () => Math.floor(Math.random() * 16).toString(16)).join("");

function span([after, failed]) {
  const begin = BigInt(BASE + after) * 1000n;
  const values = { "gen_ai.operation.name": "chat", "gen_ai.provider.name": "sim", "gen_ai.request.model": "sim-1" };
  if (failed) values["error.type"] = "500";
  const attributes = Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }));
  const times = { startTimeUnixNano: `${begin}`, endTimeUnixNano: `${begin + 1000n}` };
  return { traceId: hex(32), spanId: hex(16), name: "chat sim-1", kind: 3, ...times, attributes };
}

/** What pages say of a window: calls and errors. @returns {Promise<Record<string, [number, number]>>} */
async function told(page, from, until) {
  const visit = async (name, ready) => {
    await page.goto(`${server.address}/console/${name}?from=${BASE + from}&until=${BASE + until}`);
    await page.waitForSelector(ready);
  };
  await visit("calls", ".calls-totals .figure");
  const calls = await page.locator(".calls-totals .figure-value").allTextContents();
  await visit("dashboards", ".board .figure");
  await page.waitForFunction(() => document.querySelector(".figure-note")?.textContent.trim());
  const dashboards = /(\d+) of (\d+) failed/.exec(await text(page, ".board .figures"));
  await visit("errors", ".errors");
  const errors = /(\d+) of (\d+) calls failed/.exec(await text(page, ".page-note"));
  return {
    calls: [Number(calls[0]), Number(calls[1])],
    dashboards: [Number(dashboards[2]), Number(dashboards[1])],
    errors: [Number(errors[2]), Number(errors[1])],
  };
}

describe("window", { concurrency: false }, () => {
  before(async () => {
    server = await serve();
    const resource = { attributes: [{ key: "service.name", value: { stringValue: "edges" } }] };
    const resourceSpans = [{ resource, scopeSpans: [{ spans: CALLS.map(span) }] }];
    await post(server.address, "/v1/traces", { resourceSpans });
    await known(server.address, CALLS.length);
  });
  after(() => server.stop());
  afterEach(close);

  for (const [name, from, until, expected] of [
    ["minutes, widened", 20e6, MINUTE + 40e6, [4, 2]],
    ["minutes, whole", 0, 2 * MINUTE, [4, 2]],
    ["hours, widened", 30 * MINUTE, 72 * HOUR + 20 * MINUTE, [7, 4]],
  ]) {
    test(`lists and sums are about the same calls: ${name}`, async () => {
      const page = await open();
      assert.deepEqual(await told(page, from, until), { calls: expected, dashboards: expected, errors: expected });
    });
  }

  test("an address that nobody can show says what is shown instead", async () => {
    const page = await open();
    await page.goto(`${server.address}/console/calls?last=banana&sort=foo&model=sim-1`);
    await page.waitForURL(`${server.address}/console/calls?model=sim-1`);
    assert.equal(await page.getByLabel("Window of time").inputValue(), "1h");
  });
});
