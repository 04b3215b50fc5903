// One trace: what happened in it over time, and all that is known of each part of it.
// @ts-check

import { Problem, get } from "../lib/api.js";
import { asks, conversation, short, source } from "../lib/call.js";
import { fill, h } from "../lib/dom.js";
import * as format from "../lib/format.js";
import { live } from "../lib/live.js";
import { cost, state, time } from "../lib/marks.js";
import { empty, failed, link, region } from "../lib/states.js";
import { brief } from "../lib/text.js";
import { keys, tools } from "./trace/bar.js";
import { Spans, details } from "./trace/details.js";
import { logList } from "./trace/logs.js";
import { Waterfall } from "./trace/waterfall.js";

/** @typedef {import("../lib/types.js").TraceDetail} TraceDetail */
/** @typedef {import("../lib/types.js").CallItem} CallItem */
/** @typedef {import("./trace/tree.js").Node} Node */

export const title = "Trace";

/** A trace that is just being made is asked for again after so many milliseconds, so often. */
const SOON = 700;
const TRIES = 20;

/** @param {import("../lib/router.js").Context} context */
export function open(context) {
  const { view, params, query, signal, setQuery } = context;
  const spans = new Spans();
  const side = region({ lines: 6, class: "side" });
  side.element.setAttribute("aria-label", "The chosen span");
  side.element.setAttribute("role", "region");
  const waterfall = new Waterfall({
    onChoose: (node) => {
      setQuery({ span: node.span.span });
      look(node);
    },
    onZoom: () => bar.zoom(),
    onOpen: () => /** @type {HTMLElement | null} */ (side.element.querySelector("h2"))?.focus(),
  });
  const bar = tools(waterfall, signal, setQuery);
  const logs = h("div", { class: "trace-logs", hidden: true });
  const main = h("section", { class: "trace-main" }, bar.element, waterfall.element, logs);
  const frame = h("div", { class: "trace" }, main, side.element);
  const part = region({ lines: 8, class: "trace-region" });
  /** @type {TraceDetail | null} */
  let detail = null;
  let tries = 0;
  let timer = 0;

  /** @param {Node} node */
  function look(node) {
    const began = waterfall.whole.from;
    const mine = detail?.logs.filter((log) => log.span === node.span.span) ?? [];
    side.load(
      (signal) => spans.get(params.trace, node.span.span, signal),
      (answer) => {
        side.element.scrollTop = 0;
        return details(answer, node.span, { began, logs: mine });
      },
      signal,
    );
  }

  /** @param {TraceDetail} answer */
  function show(answer) {
    const first = detail === null;
    detail = answer;
    waterfall.set(answer);
    bar.set(answer);
    fill(
      logs,
      answer.logs.length
        ? logList(answer.logs, {
            began: waterfall.whole.from,
            find: (span) => waterfall.nodes.find((node) => node.span.span === span) ?? null,
            choose: (span) => waterfall.choose(span),
          })
        : h("p", { class: "quiet" }, "Nothing was logged in this trace."),
    );
    headline(context, answer, waterfall.nodes);
    if (!first) return undefined;
    queueMicrotask(() => begin());
    return frame;
  }

  /** Chooses what the address says, else the first call of a model. */
  function begin() {
    const wanted = query.get("span");
    if (!(wanted && waterfall.choose(wanted))) {
      const nodes = waterfall.nodes;
      const node =
        nodes.find(({ span }) => span.call && asks(span.call)) ?? nodes.find(({ span }) => span.call) ?? nodes[0];
      if (node) waterfall.choose(node.span.span);
      if (!nodes.length) bar.turn("logs");
    }
    bar.begin(query);
    if ([document.body, document.getElementById("main"), null].includes(/** @type {any} */ (document.activeElement)))
      waterfall.focus();
  }

  function read() {
    part.load(
      async (signal) => {
        try {
          return await get(`/api/traces/${params.trace}`, undefined, { signal });
        } catch (error) {
          if (Problem.of(error).status !== 404 || Problem.of(error).slug === "traces-off") throw error;
          return null;
        }
      },
      (answer) => {
        if (answer) return show(answer);
        if (detail) return undefined;
        tries += 1;
        if (tries < TRIES) timer = window.setTimeout(read, SOON);
        return absent(tries < TRIES);
      },
      signal,
    );
  }
  if (!/^[0-9a-f]{32}$/i.test(params.trace)) {
    const remedy = "It has 32 digits, 0 to f.";
    view.append(failed(new Problem({ title: "This is no trace’s id", detail: brief(params.trace, 80), remedy })));
    return undefined;
  }
  view.append(part.element);
  bar.onLogs((on) => {
    logs.hidden = !on;
    waterfall.element.hidden = on;
  });
  read();
  live.watch(({ calls }) => {
    if (!calls.some((call) => call.trace === params.trace)) return;
    clearTimeout(timer);
    timer = window.setTimeout(read, 400);
  }, signal);
  keys(waterfall, bar, signal);
  return () => clearTimeout(timer);
}

/** @param {boolean} soon */
const absent = (soon) =>
  empty(
    soon ? "This trace is not here yet" : "This trace is not here",
    soon
      ? "Spans arrive when they end: a turn that is still being played appears in a moment."
      : "It may have been let go because of its age, deleted with its run, or sent elsewhere.",
    link("/console/calls", "Look at the calls"),
  );

/** @param {import("../lib/router.js").Context} context @param {TraceDetail} detail @param {Node[]} nodes */
function headline({ title, note }, { spans, more_spans, trace }, nodes) {
  const root = nodes[0]?.span;
  const asked = /** @type {CallItem[]} */ (spans.map((span) => span.call).filter((call) => call && asks(call)));
  const sum = (/** @type {(call: CallItem) => number | null} */ of) =>
    asked.reduce((sum, call) => sum + (of(call) ?? 0), 0);
  const errors = asked.filter((call) => call.error).length;
  const spoken = spans.find((span) => span.call?.conversation)?.call;
  const thread = spoken?.conversation;
  title(root ? brief(root.name, 80) || "Trace" : "Trace");
  const end = spans.reduce((end, { at, duration }) => Math.max(end, at + duration * 1e6), 0);
  /** @type {import("../lib/dom.js").Children[]} */
  const told = [
    root ? time(root.at) : null,
    root ? format.duration((end - root.at) / 1e6) : null,
    more_spans ? `the first ${format.exact(spans.length)} spans` : format.plural(spans.length, "span"),
    asked.length ? format.plural(asked.length, "call") : null,
    asked.length
      ? `${format.tokens(sum((call) => call.tokens.input))} → ${format.tokens(sum((call) => call.tokens.output))} tokens`
      : null,
    asked.length
      ? cost(
          sum((call) => call.cost),
          source(asked),
        )
      : null,
    errors ? state(format.plural(errors, "error")) : null,
    thread
      ? h("a", { href: conversation(thread, spoken?.service), title: thread }, "Conversation ", h("bdi", null, short(thread, 14)))
      : null,
    root ? null : h("bdi", { class: "mono" }, trace),
  ];
  note(told.filter(Boolean).map((one, index) => [index ? h("span", { class: "sep" }, "·") : null, one]));
}
