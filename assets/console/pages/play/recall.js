// What turns took that were played before: the trace store remembers it, if there is one.
// @ts-check

import { get } from "../../lib/api.js";

/** @typedef {import("../../lib/types.js").CallItem} CallItem */
/** @typedef {import("./game.js").Turn} Turn */
/** @typedef {import("./game.js").Usage} Usage */

/** Operations that ask a model. */
const ASKS = new Set(["chat", "text_completion", "embeddings", "rerank"]);
/** How long after its last call a turn may be kept, in microseconds. */
const LATE = 5e6;
/** How far the clocks of store and spans may differ. */
const SLACK = 0.2e6;

/**
 * Fills in what turns took: as the page knew it before, else where a trace fits the time at which the turn was kept. Without a
 * trace store, or when it forgot, they are shown without it.
 * @param {import("./game.js").Standing} game
 * @param {Turn[]} before
 * @param {AbortSignal} signal
 */
export async function recall({ id, turns }, before, signal) {
  for (const turn of turns) {
    const known = before.find((one) => one.number === turn.number && one.narrative === turn.narrative);
    if (!known) continue;
    const { usage, trace, teller, failure } = known;
    Object.assign(turn, { usage, trace, teller, failure, rolls: turn.rolls.length ? turn.rolls : known.rolls });
  }
  if (turns.some((turn) => !turn.usage)) await search(id, turns, signal).catch(() => {});
}

/** @param {string} session @param {Turn[]} turns @param {AbortSignal} signal */
async function search(session, turns, signal) {
  const { calls } = await get("/api/conversation", { name: session }, { signal });
  /** @type {Map<string, CallItem[]>} */
  const traces = new Map();
  for (const call of calls) traces.set(call.trace, [...(traces.get(call.trace) ?? []), call]);
  const taken = new Set(turns.map((turn) => turn.trace));
  const ends = [...traces]
    .filter(([trace]) => !taken.has(trace))
    .map(([trace, calls]) => ({ trace, calls, end: Math.max(...calls.map(ended)) }));
  for (const turn of turns) {
    if (turn.usage || turn.at === null) continue;
    const at = turn.at;
    const fits = ends
      .filter(({ end }) => end <= at + SLACK && end > at - LATE)
      .sort((one, other) => other.end - one.end)[0];
    if (!fits) continue;
    ends.splice(ends.indexOf(fits), 1);
    turn.trace = fits.trace;
    turn.usage = sum(fits.calls.filter((call) => ASKS.has(call.operation)));
  }
}

/** @param {CallItem} call */
const ended = (call) => call.at + call.duration * 1e6;

/** The same sums that the server makes of a turn. @param {CallItem[]} calls in order @returns {Usage} */
function sum(calls) {
  const all = (/** @type {(call: CallItem) => number | null} */ of) =>
    calls.every((call) => of(call) !== null) ? calls.reduce((sum, call) => sum + (of(call) ?? 0), 0) : null;
  const last = calls.at(-1);
  const before = calls.slice(0, -1).reduce((sum, call) => sum + call.duration, 0);
  return {
    input_tokens: all((call) => call.tokens.input),
    output_tokens: all((call) => call.tokens.output),
    cached_tokens: all((call) => call.tokens.cache_read ?? 0),
    cost_usd: all((call) => call.cost),
    simulated: calls.length > 0 && calls.every((call) => call.cost_source === "simulated"),
    time_to_first_token_ms: last?.ttft ? (before + last.ttft) * 1000 : null,
    duration_ms: calls.reduce((sum, call) => sum + call.duration, 0) * 1000,
    model: last?.model ?? null,
    provider: last?.provider ?? null,
    calls: calls.length,
  };
}
