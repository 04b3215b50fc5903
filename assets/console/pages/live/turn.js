// A turn as the list shows it: its line, and the calls in it as bars on a common scale of seconds.
// @ts-check

import { conversation as talk } from "../../lib/call.js";
import { colour } from "../../lib/colour.js";
import { fill, h } from "../../lib/dom.js";
import * as format from "../../lib/format.js";
import { cost, state, tag, time, tokens } from "../../lib/marks.js";
import { brief } from "../../lib/text.js";

/** @typedef {import("../../lib/types.js").CallItem} CallItem */

/** Operations that ask a model: only these are counted, as everywhere, since an agent repeats what its calls used. */
const ASKS = new Set(["chat", "text_completion", "embeddings", "rerank"]);

/** What stands around calls and has a line of its own. */
const AROUND = new Set(["invoke_agent", "invoke_workflow"]);

/** @param {CallItem} call */
export const asks = (call) => ASKS.has(call.operation);

/** @param {CallItem} call */
const end = (call) => call.at + call.duration * 1e6;

/** What belongs together: the calls of a trace. */
export class Turn {
  /** @type {Map<number, CallItem>} */ #calls = new Map();
  element = h("li", { class: "live-turn" });
  key;

  /** @param {string} key */
  constructor(key) {
    this.key = key;
  }

  /** @param {CallItem} call @returns {boolean} whether it is new */
  add(call) {
    const known = this.#calls.has(call.id);
    this.#calls.set(call.id, call);
    return !known;
  }

  get calls() {
    return [...this.#calls.values()].sort((one, other) => one.at - other.at || other.duration - one.duration);
  }

  /** From its first beginning to its last end, in seconds. */
  get duration() {
    const calls = this.calls;
    return (Math.max(...calls.map(end)) - calls[0].at) / 1e6;
  }

  /** @param {number} scale how many seconds a whole bar is */
  draw(scale) {
    const calls = this.calls;
    const steps = calls.filter((call) => !AROUND.has(call.operation));
    const agent = calls.find((call) => AROUND.has(call.operation));
    const shown = steps.length ? steps : calls;
    // One call with nothing around it that says more needs no line above it.
    const alone = shown.length === 1 && (!agent?.error || shown[0].error !== null);
    const rows = shown.map((call) => line(call, calls[0].at, scale, alone));
    fill(this.element, alone ? null : head(calls, agent, this.duration), rows);
    this.element.classList.toggle("plain", alone);
  }
}

/** @param {CallItem[]} calls @param {CallItem | undefined} agent @param {number} duration */
function head(calls, agent, duration) {
  const asked = calls.filter(asks);
  const sum = (/** @type {(call: CallItem) => number | null} */ of) =>
    asked.reduce((sum, call) => sum + (of(call) ?? 0), 0);
  const sources = new Set(asked.map((call) => call.cost_source).filter(Boolean));
  const failure = agent ? agent.error : asked.find((call) => call.error)?.error;
  const first = agent ?? calls[0];
  const name = agent?.agent ?? first.component ?? first.name;
  return h(
    "div",
    { class: "live-line live-head" },
    h("span", { class: "live-time" }, time(calls[0].at)),
    h(
      "span",
      { class: "live-who" },
      h(
        "a",
        { class: "live-link", href: address(first), "data-row": true },
        h("strong", null, h("bdi", null, brief(name, 40))),
      ),
      thread(first),
    ),
    h("span", { class: "live-model quiet" }, format.plural(asked.length, "call")),
    h(
      "span",
      { class: "live-tokens" },
      tokens({ input: sum((call) => call.tokens.input), output: sum((call) => call.tokens.output) }),
    ),
    h(
      "span",
      { class: "live-cost" },
      cost(
        sum((call) => call.cost),
        sources.size === 1 && sources.has("simulated") ? "simulated" : null,
      ),
    ),
    h("span", { class: "live-ttft" }),
    h("span", { class: "live-took" }, format.duration(duration)),
    h("span", { class: "live-bar live-state" }, failure ? state(failure) : null),
  );
}

/** @param {CallItem} call @param {number} began @param {number} scale @param {boolean} alone */
function line(call, began, scale, alone) {
  return h(
    "div",
    { class: `live-line live-call ${call.error ? "failed" : ""}` },
    h("span", { class: "live-time" }, time(call.at)),
    h(
      "span",
      { class: "live-who" },
      h(
        "a",
        { class: "live-link", href: address(call), "data-row": true },
        tag(call.component ?? call.agent ?? call.name, call.name),
      ),
      alone ? thread(call) : null,
    ),
    h(
      "span",
      { class: "live-model" },
      call.model ? h("bdi", null, call.model) : h("span", { class: "quiet" }, call.operation),
    ),
    h("span", { class: "live-tokens" }, asks(call) ? tokens(call.tokens) : null),
    h("span", { class: "live-cost" }, asks(call) ? cost(call.cost, call.cost_source) : null),
    h("span", { class: "live-ttft quiet" }, call.ttft === null ? "" : format.duration(call.ttft)),
    h("span", { class: "live-took" }, format.duration(call.duration)),
    h("span", { class: "live-bar" }, track(call, began, scale), call.error ? state(call.error) : null),
  );
}

/** The conversation to which it belongs. @param {CallItem} call */
function thread({ conversation, service }) {
  if (!conversation) return null;
  const href = talk(conversation, service);
  return h(
    "a",
    { class: "live-conversation quiet small", href, title: conversation },
    h("bdi", null, short(conversation)),
  );
}

/** The wait for the first token is pale, the rest is full. @param {CallItem} call @param {number} began @param {number} scale */
function track(call, began, scale) {
  const share = (/** @type {number} */ seconds) => `${Math.max(0, Math.min(1, seconds / scale)) * 100}%`;
  const from = (call.at - began) / 1e6;
  const shade = call.error ? "var(--error)" : colour(call.component ?? call.agent ?? call.name);
  const waited = call.ttft ?? 0;
  const label =
    call.ttft === null
      ? format.duration(call.duration)
      : `${format.duration(call.ttft)} to the first token, ${format.duration(call.duration)} in all`;
  const over = from + call.duration > scale;
  return h(
    "span",
    { class: over ? "track over" : "track", title: label },
    h("span", {
      class: "track-wait",
      style: { left: share(from), width: share(Math.min(waited, scale - from)), background: shade },
    }),
    h("span", {
      class: "track-told",
      style: {
        left: share(from + waited),
        width: share(Math.min(call.duration - waited, scale - from - waited)),
        background: shade,
      },
    }),
  );
}

/** @param {CallItem} call */
const address = (call) =>
  call.trace
    ? `/console/trace/${call.trace}?span=${call.span}`
    : talk(call.conversation ?? "", call.service);

/** The beginning of an id; a name whole. @param {string} name */
const short = (name) => (/^[0-9a-f-]{24,}$/i.test(name) ? `…${name.slice(-8)}` : brief(name, 24));
