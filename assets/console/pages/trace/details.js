// What is known of one span: facts on top, then what was said, attributes, events, log records, and all of it as JSON.
// @ts-check

import { get } from "../../lib/api.js";
import { conversation, operation, short } from "../../lib/call.js";
import { fill, h } from "../../lib/dom.js";
import { fold } from "../../lib/fold.js";
import * as format from "../../lib/format.js";
import { copy, cost, tag } from "../../lib/marks.js";
import { judgements, said } from "../../lib/messages.js";
import { brief, json, name, words } from "../../lib/text.js";
import { usage } from "../../lib/usage.js";
import { attributes, pairsOf } from "./attributes.js";
import { record } from "./logs.js";

/** @typedef {import("../../lib/types.js").SpanDetail} SpanDetail */
/** @typedef {import("../../lib/types.js").TraceSpan} TraceSpan */
/** @typedef {import("../../lib/types.js").LogItem} LogItem */
/** @typedef {import("../../lib/types.js").Call} Call */
/** @typedef {[label: string, value: import("../../lib/dom.js").Children | void]} Fact */

const KINDS = ["", "internal", "server", "client", "producer", "consumer"];

/** Which tab the reader looked at last: it stays from span to span. */
let looked = "";

/**
 * @param {SpanDetail} detail
 * @param {TraceSpan} span
 * @param {{ began: number, logs: LogItem[] }} trace when it began, and what was logged in this span
 */
export function details(detail, span, { began, logs }) {
  /** @type {[id: string, label: string, make: () => import("../../lib/dom.js").Children][]} */
  const tabs = [["attributes", "Attributes", () => attributes(groups(detail))]];
  if (detail.content) tabs.unshift(["words", "Words", () => spoken(/** @type {Call} */ (detail.content))]);
  if (detail.links.length) tabs.push(["links", `Links ${detail.links.length}`, () => detail.links.map(linked)]);
  if (detail.events.length)
    tabs.push(["events", `Events ${detail.events.length}`, () => detail.events.map((event) => happened(event, began))]);
  if (logs.length) tabs.push(["logs", `Logs ${logs.length}`, () => logs.map((log) => record(log, began))]);
  tabs.push(["raw", "JSON", () => raw(detail)]);
  return [head(detail, span), facts(detail, span, began), tabbed(tabs)];
}

/** @param {SpanDetail} detail @param {TraceSpan} span */
function head(detail, span) {
  const failed = detail.status.code === 2 || Boolean(span.call?.error);
  const why = detail.content?.error?.message || detail.status.message;
  return h(
    "div",
    { class: "side-head" },
    h("h2", { tabindex: -1 }, h("bdi", null, detail.name || "(no name)")),
    h(
      "div",
      { class: "row small side-tags" },
      h("span", { class: "quiet" }, span.call ? operation(span.call) : (KINDS[detail.kind] ?? "")),
      tag(span.service, "service"),
      span.call?.component ? tag(span.call.component, "component") : null,
    ),
    failed
      ? h(
          "div",
          { class: "side-failure" },
          h("strong", { class: "error-text" }, "✕ ", h("bdi", null, span.call?.error ?? "failed")),
          why ? words(why, { cut: 500, class: "small" }) : null,
        )
      : null,
  );
}

/** @param {SpanDetail} detail @param {TraceSpan} span @param {number} began */
function facts(detail, span, began) {
  const { call, subtree } = span;
  const content = detail.content;
  const asked = content?.request_model;
  /** @type {Fact[]} */
  const figures = [
    ["Took", format.duration(span.duration)],
    ["First token", known(call?.ttft, format.duration)],
    ["Cost", known(call?.cost, (usd) => cost(usd, call?.cost_source))],
    ["Began", h("span", { title: format.whenExact(detail.at) }, `+ ${format.duration((detail.at - began) / 1e6)}`)],
    ["Tokens a second", speed(span)],
    ["Finish", content?.finish?.length ? h("bdi", null, content.finish.join(", ")) : call?.finish],
    [
      "Of the critical path",
      known(span.critical, (own) => (own < span.duration * 0.999 ? format.duration(own) : undefined)),
    ],
  ];
  /** @type {Fact[]} */
  const told = [
    [
      "Model",
      call?.model && [
        tag(call.model),
        call.provider ? h("span", { class: "quiet" }, " of ", h("bdi", null, call.provider)) : null,
        asked && asked !== call.model ? h("span", { class: "quiet" }, ", asked for ", h("bdi", null, asked)) : null,
      ],
    ],
    ["Agent", call?.agent && name(call.agent)],
    ["Tool", content?.tool && h("bdi", { class: "mono" }, content.tool.name)],
    ["Tokens", call?.tokens.input || call?.tokens.output ? usage(call.tokens) : undefined],
    [
      "Parameters",
      content?.parameters && Object.keys(content.parameters).length
        ? h("bdi", null, parameters(content.parameters))
        : undefined,
    ],
    [
      "Prompt",
      content?.prompt && h("bdi", null, [content.prompt.name, content.prompt.version].filter(Boolean).join(" · ")),
    ],
    [
      "Conversation",
      call?.conversation &&
        h(
          "a",
          { href: conversation(call.conversation), title: call.conversation },
          h("bdi", null, short(call.conversation)),
        ),
    ],
    ["Retries", retries(detail)],
    ["Team", call?.team && tag(call.team)],
    ["User", call?.user && name(call.user)],
    ["Below it", subtree.calls && !call?.tokens.input ? below(subtree) : undefined],
  ];
  return [
    list("minis", figures),
    list("facts", told),
    content?.evaluations?.length ? h("div", { class: "judgements" }, judgements(content.evaluations)) : null,
  ];
}

/** @param {string} kind @param {Fact[]} facts those that are known are shown */
function list(kind, facts) {
  const known = facts.filter(([, value]) => value);
  if (!known.length) return null;
  return h(
    "dl",
    { class: kind },
    known.map(([label, value]) => h("div", null, h("dt", null, label), h("dd", null, /** @type {any} */ (value)))),
  );
}

/** @template Value @param {Value | null | undefined} value @param {(value: Value) => import("../../lib/dom.js").Children} say */
const known = (value, say) => (value === null || value === undefined ? undefined : say(value));

/** Attempts that failed before the one that counts. @param {SpanDetail} detail */
function retries({ events }) {
  const tried = events.filter(({ name }) => /retry/i.test(name));
  if (!tried.length) return undefined;
  const kinds = [...new Set(tried.map(({ attributes }) => attributes["error.type"] ?? "a failure"))];
  return h("span", { class: "warn-text" }, `↻ ${tried.length}, after `, h("bdi", null, kinds.join(", ")));
}

/** Tokens a second, from the first to the last. @param {TraceSpan} span */
function speed({ call, duration }) {
  const output = call?.tokens.output;
  if (!output || call.ttft === null || duration - call.ttft <= 0.001) return undefined;
  return format.count(Math.round(output / (duration - call.ttft)));
}

/** @param {import("../../lib/types.js").Subtree} subtree */
const below = (subtree) =>
  [
    format.plural(subtree.calls, "call"),
    `${format.tokens(subtree.input)} → ${format.tokens(subtree.output)} tokens`,
    format.dollars(subtree.cost),
  ].join(" · ");

/** @param {Record<string, any>} parameters */
export const parameters = (parameters) =>
  Object.entries(parameters)
    .map(([key, value]) => `${key} ${typeof value === "string" ? value : brief(JSON.stringify(value), 80)}`)
    .join(" · ");

/** @param {Call} call */
function spoken({ content = {} }) {
  const parts = said(content, { name: "trace" });
  if (parts.flat().some(Boolean)) return h("div", { class: "spoken" }, parts);
  return h("p", { class: "quiet" }, "Its words were not recorded.");
}

/** @param {SpanDetail} detail @returns {import("./attributes.js").Group[]} */
function groups(detail) {
  const { scope, trace, span, parent } = detail;
  return [
    ["Span", detail.attributes],
    ["Resource", detail.resource],
    [
      "Scope",
      {
        ...(scope.name && { name: scope.name }),
        ...(scope.version && { version: scope.version }),
        ...scope.attributes,
      },
    ],
    ["Ids", { trace, span, ...(parent && { parent }) }],
  ];
}

/** @param {SpanDetail["events"][number]} event @param {number} began */
function happened({ name: title, at, attributes }, began) {
  const pairs = Object.entries(attributes);
  const head = [h("bdi", null, title), h("span", { class: "quiet end" }, `+ ${format.duration((at - began) / 1e6)}`)];
  if (!pairs.length) return h("div", { class: "event event-bare" }, head);
  return fold(head, null, () => pairsOf(pairs), { open: true, class: "event" });
}

/** Another span that it says it has to do with. @param {SpanDetail["links"][number]} link */
function linked({ trace, span, attributes }) {
  const pairs = Object.entries(attributes);
  return h(
    "div",
    { class: "link" },
    h("a", { href: `/console/trace/${trace}?span=${span}`, class: "mono" }, `${short(trace, 20)} · ${span}`),
    pairs.length ? pairsOf(pairs) : null,
  );
}

/** @param {SpanDetail} detail */
function raw(detail) {
  const text = JSON.stringify(detail, null, 2);
  return [
    h(
      "div",
      { class: "row side-copy" },
      copy(text, "Copy JSON"),
      copy(`${detail.trace}`, "Copy trace id"),
      copy(`${detail.span}`, "Copy span id"),
      h(
        "a",
        { class: "button plain small", href: `/api/traces/${detail.trace}/spans/${detail.span}`, target: "_blank" },
        "Open",
      ),
    ),
    json(text),
  ];
}

/** @param {[id: string, label: string, make: () => import("../../lib/dom.js").Children][]} tabs */
function tabbed(tabs) {
  const panel = h("div", { class: "tab-panel", role: "tabpanel", tabindex: -1 });
  const buttons = tabs.map(([id, label]) =>
    h(
      "button",
      {
        type: "button",
        class: "tab",
        role: "tab",
        id: `tab-${id}`,
        on: {
          click: () => {
            looked = id;
            show(id);
          },
        },
      },
      label,
    ),
  );
  const list = h(
    "div",
    {
      class: "tabs",
      role: "tablist",
      on: {
        keydown: (/** @type {KeyboardEvent} */ event) => {
          const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
          if (!step) return;
          event.preventDefault();
          const here = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
          const next = buttons[(here + step + buttons.length) % buttons.length];
          next.focus();
          next.click();
        },
      },
    },
    buttons,
  );
  /** @param {string} id */
  function show(id) {
    tabs.forEach(([other, , make], index) => {
      const chosen = other === id;
      buttons[index].setAttribute("aria-selected", String(chosen));
      buttons[index].tabIndex = chosen ? 0 : -1;
      if (!chosen) return;
      panel.setAttribute("aria-labelledby", `tab-${id}`);
      fill(panel, make());
    });
  }
  show(tabs.some(([id]) => id === looked) ? looked : tabs[0][0]);
  return [list, panel];
}

/** A span that is asked for, with those that were looked at lately. */
export class Spans {
  /** @type {Map<string, SpanDetail>} */ #kept = new Map();

  /** @param {string} trace @param {string} span @param {AbortSignal} signal @returns {Promise<SpanDetail>} */
  async get(trace, span, signal) {
    const known = this.#kept.get(span);
    if (known) return known;
    const detail = await get(`/api/traces/${trace}/spans/${span}`, undefined, { signal });
    this.#kept.set(span, detail);
    if (this.#kept.size > 24) this.#kept.delete(/** @type {string} */ (this.#kept.keys().next().value));
    return detail;
  }

  forget() {
    this.#kept.clear();
  }
}
