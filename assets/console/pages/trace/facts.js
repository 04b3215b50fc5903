// The facts of a span: what it took, which model, how many tokens, whose.
// @ts-check

import { conversation, short } from "../../lib/call.js";
import { h } from "../../lib/dom.js";
import * as format from "../../lib/format.js";
import { cost, tag } from "../../lib/marks.js";
import { judgements, parameters } from "../../lib/messages.js";
import { name } from "../../lib/text.js";
import { usage } from "../../lib/usage.js";

/** @typedef {import("../../lib/types.js").SpanDetail} SpanDetail */
/** @typedef {import("../../lib/types.js").TraceSpan} TraceSpan */
/** @typedef {[label: string, value: import("../../lib/dom.js").Children | void]} Fact */

/** @param {SpanDetail} detail @param {TraceSpan} span @param {number} began */
export function facts(detail, span, began) {
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
          { href: conversation(call.conversation, call.service), title: call.conversation },
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
