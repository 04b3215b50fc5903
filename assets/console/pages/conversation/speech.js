// What coding agents say in log records beside their calls: prompts of users and answers, which belong to no span.
// @ts-check

import { get } from "../../lib/api.js";

/** @typedef {import("../../lib/types.js").ConversationItem} ConversationItem */
/** @typedef {import("../../lib/types.js").LogItem} LogItem */
/** @typedef {import("./thread.js").Speech} Speech */

/** Which attribute of which event holds the words, and whose they are. @type {Record<string, [key: string, role: string]>} */
const EVENTS = { user_prompt: ["prompt", "user"], assistant_response: ["response", "assistant"] };
/** More are not looked at. */
const MOST = 120;
const WITHHELD = "<REDACTED>";

/**
 * @param {ConversationItem} conversation
 * @param {AbortSignal} signal
 * @returns {Promise<Speech[]>}
 */
export async function speeches({ name, run, first, last }, signal) {
  const minute = 60e6;
  const query = { run, from: first - minute, until: last + minute, limit: 500 };
  const { logs } = await get("/api/logs", query, { signal });
  const told = /** @type {LogItem[]} */ (logs).filter((log) => !log.trace && eventOf(log)).slice(0, MOST);
  const found = [];
  for (const log of told) {
    const { attributes } = await get(`/api/logs/${log.id}`, undefined, { signal });
    if (attributes["session.id"] !== name) continue;
    const [key, role] = EVENTS[/** @type {string} */ (eventOf(log))];
    const text = attributes[key];
    if (typeof text !== "string") continue;
    const kept = text === WITHHELD ? "" : text;
    found.push({ kind: /** @type {const} */ ("speech"), id: log.id, at: log.at, role, text: kept });
  }
  return found;
}

/** @param {LogItem} log */
function eventOf(log) {
  const name = (log.event ?? log.text).replace(/^claude_code\./, "");
  return name in EVENTS ? name : null;
}
