// One exchange: what went in, what was answered, and beside each answer what is known of it.
// @ts-check

import { address } from "../../lib/call.js";
import { append, fill, h } from "../../lib/dom.js";
import { fold } from "../../lib/fold.js";
import * as format from "../../lib/format.js";
import { cost, state, tag, tokens } from "../../lib/marks.js";
import { judgements, parameters, parsed, said, structured, system } from "../../lib/messages.js";
import { region } from "../../lib/states.js";
import { brief, words } from "../../lib/text.js";
import { pairsOf } from "../../lib/attributes.js";
import { whole } from "./content.js";

/** @typedef {import("../../lib/types.js").ThreadCall} ThreadCall */
/** @typedef {import("../../lib/types.js").SpanDetail} SpanDetail */
/** @typedef {import("./thread.js").Exchange} Exchange */
/** @typedef {import("./content.js").Ahead} Ahead */

/** Characters of what went in, before "Show all". */
const CUT = 900;
const ANSWER = 2400;
/** Our game's prompts fence in what the player typed. */
const FENCE = /<player_said>\n?([\s\S]*?)\n?<\/player_said>/g;

/** @param {Exchange} exchange @param {Ahead} ahead @param {boolean} mixed whether several parts of the program asked in this turn */
export function exchange({ answers, tool }, ahead, mixed) {
  const first = answers[0];
  const asked = h("div", { class: tool ? "asked from-tool" : "asked" });
  const late = first.said.cut && !fenced(first.said.input);
  if (late) append(asked, [h("div", { class: "quiet" }, "…")]);
  else append(asked, [input(first.said.input)]);
  const made = answers.map((call) => answer(call, answers.length > 1, mixed));
  made.forEach(({ element, take }, index) =>
    ahead.add(element, answers[index], (detail) => {
      take(detail);
      if (index === 0 && late) fill(asked, input(newest(detail) ?? first.said.input));
    }),
  );
  const several = answers.length > 1;
  const wording = first.said.input || late ? asked : null;
  if (!several) made[0].element.prepend(h("div", { class: "answer-side" }, wording, made[0].words));
  return h(
    "article",
    { class: several ? "exchange several" : "exchange" },
    several ? wording : null,
    several
      ? h("p", { class: "quiet small several-note" }, `${format.plural(answers.length, "answer")} to the same words`)
      : null,
    h(
      "div",
      { class: "answers" },
      made.map(({ element }) => element),
    ),
  );
}

/** What the player said stands out of what the program wrote around it. @param {string} text */
export function input(text) {
  const own = fenced(text) ?? text;
  return own ? words(own, { cut: CUT }) : null;
}

/** @param {string} text */
const fenced = (text) => [...text.matchAll(FENCE)].at(-1)?.[1] ?? null;

/** What was answered, whole. @param {SpanDetail | null} detail */
function answered(detail) {
  const parts = detail?.content?.content?.output?.flatMap((message) => message.parts) ?? [];
  return parts
    .map((part) => (part.type === "text" ? part.text : ""))
    .filter(Boolean)
    .join("\n");
}

/** The newest words that went in. @param {SpanDetail | null} detail */
function newest(detail) {
  const parts = detail?.content?.content?.input?.at(-1)?.parts;
  const texts = parts?.map((part) => (part.type === "text" ? part.text : "")).filter(Boolean);
  return texts?.length ? texts.join("\n") : null;
}

/** @param {ThreadCall} call @param {boolean} several @param {boolean} mixed */
function answer(call, several, mixed) {
  const more = h("div", { class: "known-more" });
  const open = h(
    "button",
    { type: "button", class: "button plain small", "aria-expanded": "false", on: { click: () => turn() } },
    "All that was said",
  );
  const place = h("div", { class: "everything", hidden: true });
  const leads = address(call);
  const wording = h("div", { class: "answer-words" }, output(call));
  const element = h(
    "div",
    { class: call.error ? "answered failed" : "answered", id: `call-${call.id}` },
    several ? wording : null,
    h(
      "div",
      { class: "known" },
      h(
        "div",
        { class: "known-model" },
        tag(call.model ?? call.name),
        several ? null : provider(call),
        call.finish && !call.error
          ? h("bdi", { class: "quiet known-finish", title: "finish reason" }, call.finish)
          : null,
      ),
      mixed && call.component ? h("div", null, tag(call.component, "component")) : null,
      h(
        "div",
        { class: "known-line" },
        h("span", null, format.duration(call.duration)),
        call.ttft === null ? null : h("span", { class: "quiet" }, `first token ${format.duration(call.ttft)}`),
      ),
      call.tokens.input === null && call.tokens.output === null && call.cost === null
        ? null
        : h("div", { class: "known-line" }, tokens(call.tokens), cost(call.cost, call.cost_source)),
      call.error ? h("div", null, state(call.error)) : null,
      more,
      h(
        "div",
        { class: "known-links" },
        call.trace && leads ? h("a", { class: "known-trace", href: leads, "data-row": true }, "Trace") : null,
        open,
      ),
    ),
    place,
  );
  let loaded = false;
  function turn() {
    const on = open.getAttribute("aria-expanded") !== "true";
    open.setAttribute("aria-expanded", String(on));
    place.hidden = !on;
    if (!on || loaded) return;
    loaded = true;
    const part = region({ lines: 4 });
    fill(place, part.element);
    part.load((signal) => whole(call, signal), everything);
  }
  return {
    element,
    words: wording,
    /** @param {SpanDetail | null} detail */
    take: (detail) => {
      fill(more, known(detail));
      // What came with the list may end too soon.
      const all = call.said.cut ? answered(detail) : "";
      if (all.length > call.said.output.length) fill(wording, told(all));
    },
  };
}

/** @param {ThreadCall} call */
const provider = (call) =>
  call.provider && call.provider !== call.model ? h("bdi", { class: "quiet" }, call.provider) : null;

/** @param {ThreadCall} call */
function output(call) {
  const text = call.said.output;
  if (!text) {
    const why = call.said.cut ? "It is too long to be shown here." : "Its words were not recorded.";
    return h("p", { class: "quiet" }, call.error ? "No answer." : call.trace ? why : "Its words are not in the log.");
  }
  return told(text);
}

/** @param {string} text */
function told(text) {
  const value = parsed(text);
  if (value === undefined || Array.isArray(value)) return structured(text, ANSWER);
  // An answer in JSON is read by its words; what is empty in it says nothing.
  const pairs = Object.entries(value).filter(([, one]) => !hollow(one));
  if (!pairs.some(([, one]) => typeof one === "string")) return structured(text);
  return pairs.map(([key, one]) =>
    h(
      "div",
      { class: "keyed" },
      h("div", { class: "keyed-name" }, h("bdi", { class: "mono" }, key)),
      typeof one === "string" ? words(one) : structured(JSON.stringify(one), 600),
    ),
  );
}

/** @param {any} value */
const hollow = (value) =>
  value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);

/** What only the whole call tells. @param {SpanDetail | null} detail */
function known(detail) {
  const call = detail?.content;
  if (!detail || !call) return [];
  const tried = (detail.events ?? []).filter(({ name }) => /retry/i.test(name));
  const prompt = call.prompt && call.prompt.name !== call.component ? call.prompt : null;
  const other = call.request_model && call.model && call.request_model !== call.model;
  return [
    other ? h("div", { class: "quiet" }, "asked for ", h("bdi", null, call.request_model)) : null,
    call.parameters && Object.keys(call.parameters).length
      ? h("div", { class: "quiet" }, h("bdi", null, brief(parameters(call.parameters), 160)))
      : null,
    prompt
      ? h(
          "div",
          { class: "quiet" },
          "prompt ",
          h("bdi", null, [prompt.name, prompt.version].filter(Boolean).join(" · ")),
        )
      : null,
    call.content?.tools?.length
      ? h("div", { class: "quiet" }, `${format.plural(call.content.tools.length, "tool")} to choose from`)
      : null,
    tried.length
      ? h(
          "div",
          {
            class: "warn-text",
            title: tried
              .map(({ attributes }) => attributes["exception.message"])
              .filter(Boolean)
              .join("\n"),
          },
          `↻ ${format.plural(tried.length, "retry", "retries")} after `,
          h(
            "bdi",
            null,
            [...new Set(tried.map(({ attributes }) => attributes["error.type"] ?? "a failure"))].join(", "),
          ),
        )
      : null,
    call.error?.message ? words(call.error.message, { cut: 240, class: "error-text" }) : null,
    call.evaluations?.length ? judgements(call.evaluations) : null,
  ];
}

/** @param {any} detail a SpanDetail, or what a log record says */
function everything(detail) {
  if (!detail.content)
    return pairsOf(Object.entries({ ...(detail.body && { body: detail.body }), ...detail.attributes }));
  const parts = said(detail.content.content ?? {}, { name: "conversation" });
  return parts.flat().some(Boolean) ? parts : h("p", { class: "quiet" }, "Its words were not recorded.");
}

/** The system prompt of a call, when it is asked for. @param {ThreadCall} call */
export function prompt(call) {
  return fold(
    ["System prompt", call.component ? [" of ", h("bdi", null, call.component)] : null],
    null,
    () => {
      const part = region({ lines: 4 });
      part.load(
        (signal) => whole(call, signal),
        ({ content }) => {
          const made = content?.content?.system?.length ? system(content.content, "") : null;
          if (made) made.open = true;
          return made ?? h("p", { class: "quiet" }, "No system prompt was recorded.");
        },
      );
      return part.element;
    },
    { class: "prompt" },
  );
}
