// What arrived in the last minutes: which programs, how much of each kind, in whose words, and what is wrong.
// @ts-check

import { get } from "../../lib/api.js";
import { fill, h, say } from "../../lib/dom.js";
import * as format from "../../lib/format.js";
import { ago, tag } from "../../lib/marks.js";
import { empty, region } from "../../lib/states.js";
import { brief } from "../../lib/text.js";

/** @typedef {import("../../lib/types.js").RunItem} RunItem */
/** @typedef {import("../../lib/types.js").Status} Status */

const EVERY = 2000;
/** What is older did not arrive just now, in microseconds. */
const RECENT = 300e6;
const DIALECTS = /** @type {Record<string, string>} */ ({
  gen_ai: "GenAI conventions",
  genai: "GenAI conventions",
  gen_ai_old: "older GenAI conventions",
  genai_old: "older GenAI conventions",
  openinference: "OpenInference",
  traceloop: "OpenLLMetry",
  langfuse: "Langfuse",
  vercel: "Vercel AI SDK",
  claude_code: "Claude Code",
});

/** @param {AbortSignal} signal @param {Promise<boolean>} traces */
export function arrivals(signal, traces) {
  const part = region({ lines: 4 });
  const told = h("p", { class: "arrival-news", role: "status" });
  const list = h("ul", { class: "arrival-list" });
  const problems = h("div", { class: "arrival-problems" });
  const body = h("div", null, problems, list);
  const element = h(
    "section",
    { class: "card arrivals" },
    h(
      "div",
      { class: "arrival-head" },
      h("h2", null, "What arrives"),
      h("span", { class: "quiet small" }, "looked at every 2 s"),
    ),
    told,
    part.element,
  );
  /** How things stood when the page was opened. @type {{ rejected: number, dropped: number, runs: Map<number, RunItem> } | null} */
  let first = null;
  /** In whose words a run speaks, once it is known. @type {Map<number, string>} */
  const dialects = new Map();

  function read() {
    part.load(
      (signal) => Promise.all([get("/api/status", undefined, { signal }), get("/api/runs", undefined, { signal })]),
      ([status, { runs }]) => show(status, runs),
      signal,
    );
  }

  /** @param {Status} status @param {RunItem[]} runs */
  function show(status, runs) {
    const { rejected = 0, dropped = 0 } = status.health ?? {};
    first ??= { rejected, dropped, runs: new Map(runs.map((run) => [run.id, run])) };
    const recent = runs.filter((run) => status.now - run.last < RECENT);
    const came = news(runs, first.runs);
    say(told, came || "Nothing arrived since this page was opened. Start your program: this page watches.");
    told.classList.toggle("ok-text", came !== "");
    fill(problems, [
      rejected > first.rejected &&
        problem(
          `${format.plural(rejected - first.rejected, "item was", "items were")} rejected: they made no sense as OTLP. The answer to the sender says why.`,
        ),
      dropped > first.dropped &&
        problem(
          `${format.plural(dropped - first.dropped, "item was", "items were")} dropped: of paused runs, or of series beyond the bound.`,
        ),
    ]);
    fill(
      list,
      recent.length
        ? recent.slice(0, 8).map(item)
        : h(
            "li",
            { class: "quiet" },
            runs.length
              ? [
                  "Nothing in the last 5 minutes. The last was ",
                  h("bdi", null, runs[0].service),
                  " ",
                  ago(runs[0].last),
                  ".",
                ]
              : "No program ever sent anything.",
          ),
    );
    for (const run of recent.slice(0, 8)) if (run.calls && !dialects.has(run.id)) learn(run);
    return body.isConnected ? undefined : body;
  }

  /** @param {RunItem} run */
  function item(run) {
    const dialect = dialects.get(run.id);
    const trouble = run.paused
      ? "This run is paused: what it sends is dropped."
      : run.spans && !run.calls && run.service !== "zeroth"
        ? "Spans came, but none of them asks a model: is the client instrumented?"
        : run.errors && run.errors === run.calls
          ? "Every call failed."
          : "";
    return h(
      "li",
      { class: "arrival" },
      h(
        "div",
        { class: "arrival-run" },
        h(
          "a",
          {
            href: run.calls
              ? `/console/calls?run=${run.id}&last=15m`
              : run.logs && !run.spans
                ? `/console/logs?run=${run.id}&last=15m`
                : "/console/runs",
          },
          tag(run.label ?? (run.service || "nameless")),
        ),
        h(
          "span",
          { class: "quiet small" },
          run.instance ? [h("bdi", { title: run.instance }, brief(run.instance, 18)), " · "] : null,
          ago(run.last),
        ),
      ),
      h(
        "div",
        { class: "arrival-counts small" },
        [
          [run.spans, "span"],
          [run.calls, "call"],
          [run.logs, "log record"],
        ].map(([count, word]) =>
          h("span", { class: count ? "" : "quiet" }, format.plural(Number(count), String(word))),
        ),
        dialect && h("span", { class: "quiet" }, dialect),
      ),
      trouble && h("p", { class: "warn-text small" }, `! ${trouble}`),
    );
  }

  /** Which dialect the newest call of a run is told in. @param {RunItem} run */
  async function learn(run) {
    dialects.set(run.id, "");
    try {
      const { calls } = await get("/api/calls", { run: run.id, limit: 1 }, { signal });
      const call = calls[0];
      if (!call?.trace) return;
      const { content } = await get(`/api/traces/${call.trace}/spans/${call.span}`, undefined, { signal });
      const dialect = content?.dialect;
      if (dialect) dialects.set(run.id, DIALECTS[dialect] ?? dialect);
    } catch {
      // It is only a word beside the others.
    }
  }

  traces.then((kept) => {
    if (!kept)
      return fill(
        part.content,
        empty(
          "Nothing is kept",
          "This server was started with ZEROTH_TRACES=off. Start it with ZEROTH_TRACES=file, or memory, to receive telemetry.",
        ),
      );
    read();
    const timer = setInterval(() => document.hidden || read(), EVERY);
    signal.addEventListener("abort", () => clearInterval(timer));
  });
  return { element };
}

/** What came since, in a sentence. @param {RunItem[]} runs @param {Map<number, RunItem>} before */
function news(runs, before) {
  const since = (/** @type {(run: RunItem) => number} */ of) =>
    runs.reduce(
      (sum, run) => sum + of(run) - (before.has(run.id) ? of(/** @type {RunItem} */ (before.get(run.id))) : 0),
      0,
    );
  const [spans, calls, logs] = [since((run) => run.spans), since((run) => run.calls), since((run) => run.logs)];
  if (spans + logs <= 0) return "";
  const parts = [
    spans && format.plural(spans, "span"),
    calls && `${format.plural(calls, "call")} among them`,
    logs && format.plural(logs, "log record"),
  ];
  return `✓ Since this page was opened: ${parts.filter(Boolean).join(", ")}.`;
}

/** @param {string} text */
const problem = (text) => h("p", { class: "notice bad" }, text);
