// What was said in a call: messages in parts, the system prompt, tools, documents, judgements. The shapes are those of
// src/traces/content.rs.
// @ts-check

import { h } from "./dom.js";
import { fold } from "./fold.js";
import * as format from "./format.js";
import { brief, words } from "./text.js";

/** @typedef {import("./types.js").Part} Part */
/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./types.js").Content} Content */
/** @typedef {import("./types.js").Evaluation} Evaluation */

/** Texts that are longer are not read as JSON. */
const JSON_MOST = 200_000;
/** JSON that is no longer stays in one line. */
const LINE = 88;

/**
 * All that was said in a call, in the order in which the model saw it.
 * @param {Content} content
 * @param {{ name?: string }} [options] under which its folds are remembered
 */
export function said(content, { name = "said" } = {}) {
  const { input = [], output = [] } = content;
  const own = input.findLastIndex((message) => message.role === "assistant") + 1;
  const begin = Math.min(own, Math.max(input.length - 1, 0));
  const earlier = input.slice(0, begin);
  return [
    system(content, `${name} system`),
    tools(content, `${name} tools`),
    earlier.length
      ? fold(
          format.plural(earlier.length, "earlier message"),
          letters(earlier.flatMap((message) => message.parts)),
          () => earlier.map((message) => spoken(message)),
          { name: `${name} earlier` },
        )
      : null,
    input.slice(begin).map((message) => spoken(message)),
    content.arguments ? labelled("Arguments", structured(content.arguments)) : null,
    documents(content),
    output.map((message) => spoken(message, "answer")),
    content.result ? labelled("Result", structured(content.result)) : null,
  ];
}

/** The system prompt, folded. @param {Content} content @param {string} name */
export function system({ system = [] }, name) {
  return system.length ? fold("System prompt", letters(system), () => system.map(part), { name }) : null;
}

/** The tools that a model could call, folded. @param {Content} content @param {string} name */
export function tools({ tools = [] }, name) {
  if (!tools.length) return null;
  const names = brief(tools.map((tool) => tool.name).join(", "), 60);
  return fold(
    format.plural(tools.length, "tool"),
    h("bdi", null, names),
    () =>
      tools.map((tool) =>
        h(
          "div",
          { class: "tool" },
          h("strong", null, h("bdi", { class: "mono" }, tool.name)),
          tool.description && words(tool.description, { cut: 1000, class: "quiet" }),
          tool.parameters && structured(tool.parameters, 1200),
        ),
      ),
    { name },
  );
}

/** @param {Content} content */
function documents({ documents = [] }) {
  if (!documents.length) return null;
  return labelled(
    format.plural(documents.length, "document"),
    documents.map((document) =>
      h(
        "div",
        { class: "document" },
        h(
          "div",
          { class: "row small quiet" },
          h("bdi", { class: "mono" }, document.id ?? "without a name"),
          document.score === undefined ? null : h("span", null, `score ${document.score}`),
        ),
        document.content && words(document.content, { cut: 1200 }),
      ),
    ),
  );
}

/** @param {string} label @param {import("./dom.js").Children} inside */
const labelled = (label, inside) => h("div", { class: "message" }, h("div", { class: "message-role" }, label), inside);

/** One message. @param {Message} message @param {string} [kind] a class */
export const spoken = (message, kind = message.role === "assistant" ? "answer" : "") =>
  h(
    "div",
    { class: `message ${kind}`.trim() },
    h(
      "div",
      { class: "message-role" },
      h("bdi", null, ROLES[message.role] ?? message.role),
      message.name ? [" ", h("bdi", null, message.name)] : null,
    ),
    message.parts.map(part),
  );

/** @type {Record<string, string>} */
const ROLES = { cut: "messages were left out here" };

/** @param {Part} part */
function part(part) {
  switch (part.type) {
    case "text":
      return structured(part.text);
    case "reasoning":
      return fold("Thoughts", letters([part]), () => words(part.text, { class: "quiet" }));
    case "tool_call":
      return h(
        "div",
        { class: "use" },
        h("div", { class: "small" }, h("span", { class: "quiet" }, "calls "), h("bdi", { class: "mono" }, part.name)),
        part.arguments ? structured(part.arguments) : null,
      );
    case "tool_result":
      return h("div", { class: "use" }, h("div", { class: "small quiet" }, "a tool answered"), structured(part.result));
    case "media":
      return h("div", { class: "use small" }, h("bdi", null, media(part)));
    default:
      return h(
        "div",
        { class: "use" },
        h("div", { class: "small quiet" }, h("bdi", null, part.kind)),
        structured(part.text),
      );
  }
}

/** A picture, sound or file is named, never loaded. @param {Extract<Part, { type: "media" }>} part */
const media = ({ modality, mime, bytes, uri, file_id }) =>
  [modality, mime, bytes === undefined ? null : format.bytes(bytes), brief(uri ?? file_id, 200)]
    .filter(Boolean)
    .join(" · ");

/** A text; JSON is set in lines. @param {string} text @param {number} [cut] */
export function structured(text, cut) {
  const value = parsed(text);
  if (value === undefined) return words(text, { cut });
  const line = JSON.stringify(value);
  return words(line.length <= LINE ? line : JSON.stringify(value, null, 2), { code: true, cut });
}

/** The object or list that a text is the JSON of, else undefined. @param {string} text @returns {any} */
export function parsed(text) {
  if (text.length > JSON_MOST || !/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How long parts are together. @param {Part[]} parts */
function letters(parts) {
  const length = parts.reduce((sum, part) => sum + ("text" in part ? part.text.length : 0), 0);
  return length ? format.plural(length, "character") : null;
}

/** What was thought of a call. @param {Evaluation[]} evaluations */
export const judgements = (evaluations) =>
  evaluations.map((evaluation) =>
    h(
      "div",
      { class: "judgement" },
      h(
        "div",
        { class: "judgement-head" },
        h("bdi", null, evaluation.name || "evaluation"),
        h(
          "strong",
          null,
          [evaluation.score === undefined ? null : String(Math.round(evaluation.score * 1000) / 1000), evaluation.label]
            .filter(Boolean)
            .join(" · "),
        ),
      ),
      evaluation.explanation ? words(evaluation.explanation, { cut: 300, class: "quiet small" }) : null,
      evaluation.annotator
        ? h("div", { class: "quiet small" }, "judged by ", h("bdi", null, evaluation.annotator))
        : null,
    ),
  );

/** What was asked of a model beside the words, in a line. @param {Record<string, any>} parameters */
export const parameters = (parameters) =>
  Object.entries(parameters)
    .map(([key, value]) => `${key} ${typeof value === "string" ? value : brief(JSON.stringify(value), 80)}`)
    .join(" · ");
