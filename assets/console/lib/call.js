// What pages say about a call: what it did, what it is called, and where it leads.
// @ts-check

/** @typedef {import("./types.js").CallItem} CallItem */

/** Operations that ask a model: only these are counted, as everywhere, since an agent repeats what its calls used. */
const ASKS = new Set(["chat", "text_completion", "embeddings", "rerank"]);

/** Short words for operations; others keep their names. @type {Record<string, string>} */
const WORDS = {
  text_completion: "completion",
  execute_tool: "tool",
  invoke_agent: "agent",
  invoke_workflow: "workflow",
  create_agent: "new agent",
};

/** @param {{ operation: string }} call */
export const asks = ({ operation }) => ASKS.has(operation);

/** What it did, in a word. @param {{ operation: string }} call */
export const operation = ({ operation }) => WORDS[operation] ?? operation.replaceAll("_", " ");

/** Whose colour it has, and what it is called by: the part of the program that asked, else the agent, else itself. @param {CallItem} call */
export const who = (call) => call.component ?? call.agent ?? (call.name || operation(call));

/** Where it can be looked at. @param {CallItem} call */
export function address(call) {
  if (call.trace) return `/console/trace/${call.trace}?span=${call.span}`;
  if (call.conversation) return `${conversation(call.conversation, call.service)}&call=${call.id}`;
  return null;
}

/**
 * The page of a conversation. Names are told apart by the service; without it, the latest of that name is meant.
 * @param {string} name @param {string | null} [service]
 */
export const conversation = (name, service) =>
  `/console/conversation?name=${encodeURIComponent(name)}${service ? `&service=${encodeURIComponent(service)}` : ""}`;

/** A long id by its beginning and its end. @param {string} text @param {number} [length] */
export const short = (text, length = 22) =>
  text.length > length ? `${text.slice(0, Math.ceil(length / 2))}…${text.slice(-Math.floor(length / 2) + 2)}` : text;

/** Who says what several calls cost: the one source of all of them, else none. @param {CallItem[]} calls */
export function source(calls) {
  const sources = new Set(calls.map((call) => call.cost_source).filter(Boolean));
  return sources.size === 1 ? [...sources][0] : null;
}
