// What is known of one span: facts on top, then what was said, attributes, events, log records, and all of it as JSON.
// @ts-check

import { get } from "../../lib/api.js";
import { operation, short } from "../../lib/call.js";
import { h } from "../../lib/dom.js";
import { fold } from "../../lib/fold.js";
import * as format from "../../lib/format.js";
import { copy, tag } from "../../lib/marks.js";
import { said } from "../../lib/messages.js";
import { json, words } from "../../lib/text.js";
import { attributes, pairsOf } from "../../lib/attributes.js";
import { facts } from "./facts.js";
import { record } from "./logs.js";
import { tabbed } from "./tabs.js";

/** @typedef {import("../../lib/types.js").SpanDetail} SpanDetail */
/** @typedef {import("../../lib/types.js").TraceSpan} TraceSpan */
/** @typedef {import("../../lib/types.js").LogItem} LogItem */
/** @typedef {import("../../lib/types.js").Call} Call */

const KINDS = ["", "internal", "server", "client", "producer", "consumer"];

/**
 * @param {SpanDetail} detail
 * @param {TraceSpan} span
 * @param {{ began: number, logs: LogItem[] }} trace when it began, and what was logged in this span
 */
export function details(detail, span, { began, logs }) {
  /** @type {import("./tabs.js").Tab[]} */
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

/** @param {Call} call */
function spoken({ content = {} }) {
  const parts = said(content, { name: "trace" });
  if (parts.flat().some(Boolean)) return h("div", { class: "spoken" }, parts);
  return h("p", { class: "quiet" }, "Its words were not recorded.");
}

/** @param {SpanDetail} detail @returns {import("../../lib/attributes.js").Group[]} */
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
