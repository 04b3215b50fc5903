// One row of the waterfall: a span, when it happened, and what it and all below it used.
// @ts-check

import { asks, operation, who } from "../../lib/call.js";
import { colour } from "../../lib/colour.js";
import { h } from "../../lib/dom.js";
import * as format from "../../lib/format.js";
import { size } from "./tree.js";

/** @typedef {import("./tree.js").Node} Node */
/** @typedef {import("../../lib/types.js").LogItem} LogItem */

/**
 * How a row is shown: whether it is `chosen` and on the `critical` path, whether programs are `mixed` in the trace, the part of
 * time that is `seen`, when the trace `began`, what was logged in the span.
 * @typedef {{ chosen: boolean, critical: boolean, mixed: boolean, seen: import("./axis.js").Stretch, began: number, logs: LogItem[], style: Record<string, string> }} Shown
 */

/** Deeper ones are not set further in. */
const DEEPEST = 14;
/** Log records that are marked in a bar. */
const TICKS = 40;

/** @param {Node} node @param {Shown} shown */
export function row(node, shown) {
  const { span } = node;
  const { call, subtree } = span;
  const failed = span.status === 2 || Boolean(call?.error);
  const sub = call ? subtitle(node) : shown.mixed && span.service !== node.parent?.span.service ? span.service : null;
  return h(
    "div",
    {
      class: `wf-line ${failed ? "failed" : ""} ${call ? (asks(call) ? "is-call asks" : "is-call") : ""} ${shown.critical ? "on-path" : "off-path"}`,
      id: `wf-${span.span}`,
      role: "treeitem",
      "aria-level": node.depth + 1,
      "aria-expanded": node.children.length ? node.open : null,
      "aria-selected": shown.chosen,
      style: shown.style,
    },
    h(
      "span",
      { class: "wf-name", style: { "padding-left": `${Math.min(node.depth, DEEPEST) * 0.875}rem` } },
      h("span", { class: "wf-fold", "aria-hidden": "true" }, node.children.length ? (node.open ? "▾" : "▸") : ""),
      h("span", { class: "dot", style: { background: shade(node) } }),
      h("bdi", { class: "wf-title", title: span.name }, span.name || "(no name)"),
      node.strayed ? h("span", { class: "quiet", title: "What it belongs to is not here" }, "⋯") : null,
      failed ? h("span", { class: "error-text", title: call?.error ?? "failed", "aria-hidden": "true" }, "✕") : null,
      failed ? h("span", { class: "unseen" }, `failed${call?.error ? `: ${call.error}` : ""}`) : null,
      node.children.length && !node.open ? h("span", { class: "quiet small" }, `+${format.count(size(node))}`) : null,
      sub ? h("bdi", { class: "wf-sub" }, sub) : null,
    ),
    h("span", { class: "wf-bars" }, bar(node, failed, shown)),
    h("span", { class: "end" }, format.duration(span.duration)),
    h(
      "span",
      { class: "end wf-tokens" },
      subtree.calls
        ? [format.tokens(subtree.input), h("span", { class: "quiet" }, " → "), format.tokens(subtree.output), h("span", { class: "unseen" }, " tokens")]
        : null,
    ),
    h("span", { class: "end wf-cost" }, subtree.calls ? format.dollars(subtree.cost) : null),
  );
}

/** @param {Node} node @param {boolean} failed @param {Shown} shown */
function bar(node, failed, { seen, began, logs }) {
  const { span } = node;
  const { from, until } = seen;
  const length = until - from;
  const begin = (span.at - from) / length;
  const end = (span.at + span.duration * 1e6 - from) / length;
  if (end < 0 || begin > 1) return h("span", { class: "wf-outside" }, begin > 1 ? "›" : "‹");
  const [left, right] = [Math.max(0, begin), Math.min(1, end)];
  const ttft = span.call?.ttft ?? null;
  const share = ttft !== null && span.duration > 0 ? Math.min(1, ttft / span.duration) : null;
  // Where the first token came, within what is seen of the bar.
  const came = share === null ? null : (begin + (end - begin) * share - left) / Math.max(right - left, 1e-9);
  const title = [
    span.name,
    `${format.duration((span.at - began) / 1e6)} after the beginning, ${format.duration(span.duration)} long`,
    ttft === null ? null : `first token after ${format.duration(ttft)}`,
  ];
  return [
    h(
      "span",
      {
        class: "wf-bar",
        title: title.filter(Boolean).join("\n"),
        style: {
          left: `${left * 100}%`,
          width: `${(right - left) * 100}%`,
          background: failed ? "var(--error)" : shade(node),
        },
      },
      came !== null && came > 0
        ? h("span", { class: "wf-wait", style: { width: `${Math.min(came, 1) * 100}%` } })
        : null,
    ),
    logs.slice(0, TICKS).map((log) => {
      const at = (log.at - from) / length;
      if (at < 0 || at > 1) return null;
      return h("span", { class: `wf-log ${weight(log.severity)}`, title: log.text, style: { left: `${at * 100}%` } });
    }),
  ];
}

/** A call has the colour of who asked, all else that of its service. @param {Node} node */
export const shade = ({ span }) => colour(span.call ? who(span.call) : span.service);

/** @param {number} severity of OTLP */
export const weight = (severity) => (severity >= 17 ? "error" : severity >= 13 ? "warn" : "");

/** What its name does not say. @param {Node} node */
function subtitle({ span, parent }) {
  const call = /** @type {import("../../lib/types.js").CallItem} */ (span.call);
  const known = (/** @type {string | null} */ word) =>
    word && word !== parent?.span.call?.component && !span.name.includes(word) ? word : null;
  return known(call.component) ?? known(call.agent) ?? (span.name.includes(call.operation) ? null : operation(call));
}
