// A conversation's calls as something to read: turns, in them exchanges, and around those the quiet steps.
// @ts-check

import { asks } from "../../lib/call.js";

/** @typedef {import("../../lib/types.js").ThreadCall} ThreadCall */

/**
 * What went in, and all that was answered to it: one answer, or several where it was asked again or of several models.
 * `tool` says that a tool spoke.
 * @typedef {{ kind: "exchange", answers: ThreadCall[], tool: boolean }} Exchange
 */
/** What agents and tools did beside it. @typedef {{ kind: "steps", steps: ThreadCall[] }} Steps */
/** What somebody said as a log record tells it, where calls do not. @typedef {{ kind: "speech", at: number, id: number, role: string, text: string }} Speech */
/** @typedef {{ key: string, at: number, end: number, trace: string, agent: ThreadCall | null, asked: string, parts: (Exchange | Steps | Speech)[] }} Turn */

/** Words of this length may have been cut: what looks the same may go on differently. */
const CUT = 2000;

/**
 * @param {ThreadCall[]} calls in the order in which they began
 * @param {Speech[]} [speeches]
 * @returns {Turn[]}
 */
export function turns(calls, speeches = []) {
  /** @type {Turn[]} */
  const turns = [];
  for (const part of grouped(calls, speeches)) {
    const turn = read(part);
    const before = turns.at(-1);
    if (before && retried(before, turn)) join(before, turn);
    else turns.push(turn);
  }
  return turns;
}

/** What belongs to one trace. Log records have none: what follows on words of a user belongs together. @param {ThreadCall[]} calls @param {Speech[]} speeches */
function grouped(calls, speeches) {
  /** @type {Map<string, (ThreadCall | Speech)[]>} */
  const groups = new Map();
  let loose = "";
  const all = [...calls, ...speeches].sort((one, other) => one.at - other.at);
  for (const one of all) {
    const trace = "kind" in one ? "" : one.trace;
    if (!trace && (!loose || ("kind" in one && one.role === "user"))) loose = `log ${one.id}`;
    const key = trace || loose;
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups.values();
}

/** @param {(ThreadCall | Speech)[]} group @returns {Turn} */
function read(group) {
  const first = group[0];
  const agent = !("kind" in first) && first.operation === "invoke_agent" && group.length > 1 ? first : null;
  /** @type {Turn["parts"]} */
  const parts = [];
  for (const one of agent && !agent.said.output ? group.slice(1) : group) {
    const last = parts.at(-1);
    if ("kind" in one) parts.push(one);
    else if (!asks(one)) {
      if (last?.kind === "steps") last.steps.push(one);
      else parts.push({ kind: "steps", steps: [one] });
    } else if (last?.kind === "exchange" && same(/** @type {ThreadCall} */ (last.answers.at(-1)), one))
      last.answers.push(one);
    else parts.push({ kind: "exchange", answers: [one], tool: afterTool(parts) });
  }
  const quiet = parts.every((part) => part.kind !== "exchange" || !part.answers[0].said.input);
  const end = group.reduce((end, one) => Math.max(end, one.at + ("kind" in one ? 0 : one.duration * 1e6)), 0);
  const trace = "kind" in first ? "" : first.trace;
  return {
    key: `${trace || "log"} ${first.id}`,
    at: first.at,
    end,
    trace,
    agent,
    asked: (quiet && agent?.said.input) || "",
    parts,
  };
}

/** Whether what goes in next is what a tool answered. @param {Turn["parts"]} parts those before */
function afterTool(parts) {
  const last = parts.at(-1);
  if (!parts.some((part) => part.kind === "exchange")) return false;
  if (last?.kind === "steps") return last.steps.some((step) => step.operation === "execute_tool");
  return last?.kind === "exchange" && /tool/.test(last.answers[0].finish ?? "");
}

/** Whether a turn asks once what the one before asked once. @param {Turn} before @param {Turn} turn */
function retried(before, turn) {
  const [one, other] = [before, turn].map((turn) => turn.parts.filter((part) => part.kind === "exchange"));
  if (one.length !== 1 || other.length !== 1) return false;
  const last = /** @type {ThreadCall} */ (/** @type {Exchange} */ (one[0]).answers.at(-1));
  return same(last, /** @type {Exchange} */ (other[0]).answers[0]);
}

/** @param {Turn} before @param {Turn} turn */
function join(before, turn) {
  for (const part of turn.parts) {
    const mine = before.parts.find((other) => other.kind === part.kind);
    if (part.kind === "exchange" && mine?.kind === "exchange") mine.answers.push(...part.answers);
    else if (part.kind === "steps" && mine?.kind === "steps") mine.steps.push(...part.steps);
    else before.parts.push(part);
  }
  before.end = Math.max(before.end, turn.end);
}

/**
 * Whether two calls asked the same: the same words, and as many tokens if the same model counted them, since what was said
 * before belongs to it.
 * @param {ThreadCall} one @param {ThreadCall} other
 */
function same(one, other) {
  if (!one.said.input || one.said.input !== other.said.input) return false;
  if (one.component !== other.component || one.operation !== other.operation) return false;
  const counted = one.tokens.input !== null && other.tokens.input !== null && one.model === other.model;
  if (counted) return one.tokens.input === other.tokens.input;
  return one.said.input.length < CUT || !one.said.cut;
}
