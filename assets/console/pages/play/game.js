// The game over HTTP: what there is to play, a game as it stands, and its turns. Games of all kinds look the same from here.
// @ts-check

import { refused } from "../../lib/access.js";
import { Problem, get, isAbort, post, remove } from "../../lib/api.js";
import { stream } from "../../lib/stream.js";

/** The table that everyone shares: its turns cannot be taken back. */
export const SHARED = "00000000-0000-0000-0000-000000000000";
/** The table of this browser's cookie, which comes to be with its first turn. */
export const MINE = "table";

/** @typedef {"dialogue" | "solo" | "scenario"} Kind */
/** @typedef {{ name: string, title: string, description: string, playable: boolean }} Offer */
/** @typedef {{ session_id: string, kind: Kind, campaign: string, created: string, played: string, turns: number }} Summary */

/**
 * @typedef {object} Usage
 * @property {number | null} input_tokens
 * @property {number | null} output_tokens
 * @property {number | null} cached_tokens
 * @property {number | null} cost_usd
 * @property {boolean} simulated
 * @property {number | null} time_to_first_token_ms
 * @property {number} duration_ms
 * @property {string | null} model
 * @property {string | null} provider
 * @property {number} calls
 */

/**
 * @typedef {object} Roll
 * @property {string} roll
 * @property {number} modifier
 * @property {number} raw_result
 * @property {number} total
 * @property {number | null} dc
 * @property {string} outcome
 * @property {number} natural_roll
 * @property {boolean} is_critical
 * @property {boolean} is_fumble
 * @property {string} purpose
 * @property {{ name: string, value: number }[]} modifiers
 * @property {string} text
 */

/**
 * Something that was played.
 * @typedef {object} Turn
 * @property {number} number
 * @property {string} input
 * @property {string} narrative
 * @property {Roll[]} rolls
 * @property {string[]} log
 * @property {"turn" | "choice" | "prompt" | "ruling" | "question"} nature
 * @property {"storyteller" | "game" | "stopgap"} teller
 * @property {string | null} failure how the storyteller failed
 * @property {Usage | null} usage
 * @property {string | null} trace
 * @property {number | null} at when it was kept, where that is known
 */

/**
 * A game as it stands.
 * @typedef {object} Standing
 * @property {string} id
 * @property {Kind} kind
 * @property {string} title
 * @property {string} prologue
 * @property {{ protagonist: Person, storyteller: Person, quest: string } | null} table of the game for two
 * @property {any} state of games for one: character, place, quests, people, scenario
 * @property {any} pending what a scenario waits for
 * @property {string} prompt the same in words
 * @property {string[]} suggestions
 * @property {number} number of the last turn that was kept
 * @property {Turn[]} turns
 */

/** @typedef {{ name: string, description: string }} Person */

/** What can be played. @param {AbortSignal} signal */
export async function offers(signal) {
  const [table, solo, scenario] = await Promise.all([
    get("/", undefined, { signal }),
    get("/singleplayer", undefined, { signal }),
    get("/scenario/info", undefined, { signal }),
  ]);
  return { table, solo: /** @type {Offer[]} */ (solo.games), scenarios: /** @type {Offer[]} */ (scenario.scenarios) };
}

/**
 * Games that were begun, the last played first; or why one may not see them. Who knows a game's id can play it, so the list
 * is for who is logged in.
 * @param {AbortSignal} signal
 * @returns {Promise<Summary[] | "stranger" | "shut">}
 */
export async function saved(signal) {
  try {
    return (await get("/sessions", { limit: 20 }, { signal })).sessions;
  } catch (error) {
    const why = refused(Problem.of(error));
    if (why && !isAbort(error)) return why;
    throw error;
  }
}

/** Begins a game for one. @param {Kind} kind @param {string} name @param {string} [pace] @returns {Promise<string>} */
export async function begin(kind, name, pace) {
  const begun =
    kind === "solo"
      ? await post("/singleplayer/start", { game: name })
      : await post("/scenario/start", { scenario: name, pace });
  return begun.session_id;
}

/** Has a model word a new setup for two. @returns {Promise<string>} */
export const newTable = async () => (await post("/games", {})).session_id;

/** Lets a game go. @param {string} id */
export const letGo = (id) => remove(`/sessions/${id}`);

/** A game and what was played in it. @param {string} id @param {AbortSignal} signal @returns {Promise<Standing>} */
export async function load(id, signal) {
  if (id === MINE) return dialogue(id, await get("/", undefined, { signal }), []);
  const [game, transcript] = await Promise.all([
    get(`/sessions/${id}`, undefined, { signal }),
    get(`/sessions/${id}/transcript`, { limit: LINES }, { signal }).catch(() => ({ lines: [] })),
  ]);
  return game.kind ? adventure(game, transcript.lines) : dialogue(id, game, transcript.lines);
}

/** How much of a long game is shown. */
const LINES = 200;

/** What counts, and the questions between. @param {any} line */
const counts = (line) => line.mark === "kept" || (line.mark === "aside" && line.nature === "question");

/** @param {any} line @returns {Turn} */
const told = (line) => ({
  number: line.turn,
  input: line.input,
  narrative: line.narrative,
  rolls: [],
  log: line.mechanic_log,
  nature: line.nature,
  teller: "storyteller",
  failure: null,
  usage: null,
  trace: null,
  at: Date.parse(line.at) * 1000,
});

/** @param {string} id @param {any} game @param {any[]} lines @returns {Standing} */
function dialogue(id, { protagonist, storyteller, quest }, lines) {
  const turns = lines.filter(counts).map(told);
  return {
    id,
    kind: "dialogue",
    title: `${protagonist.name} and the ${storyteller.name}`,
    prologue: "",
    table: { protagonist, storyteller, quest },
    state: null,
    pending: null,
    prompt: "",
    suggestions: [],
    number: turns.at(-1)?.number ?? 0,
    turns,
  };
}

/** @param {any} game @param {any[]} lines @returns {Standing} */
function adventure(game, lines) {
  const turns = lines.filter(counts).map(told);
  // Rolls are told with the state, by the words of their turn.
  for (const entry of game.state.turn_history) {
    const turn = turns.find((turn) => turn.rolls.length === 0 && turn.narrative === entry.narrative);
    if (turn) turn.rolls = entry.dice_rolls;
  }
  return {
    id: game.session_id,
    kind: game.kind,
    title: game.title,
    prologue: game.prologue,
    table: null,
    state: game.state,
    pending: game.pending ?? null,
    prompt: game.prompt ?? "",
    suggestions: game.suggestions ?? [],
    number: game.turn,
    turns,
  };
}

/** @typedef {{ input: string, approach?: string | null }} Move */

/**
 * Plays a turn, word by word.
 * @param {Standing} game @param {Move} move @param {(text: string) => void} word @param {AbortSignal} signal
 * @returns {Promise<{ turn: Turn, game: Standing }>}
 */
export async function play(game, { input, approach }, word, signal) {
  const on = { token: (/** @type {{ text: string }} */ { text }) => word(text) };
  const wishes = { signal };
  if (game.kind === "dialogue") {
    const answer = await stream("/play", { message: input, ...named(game) }, on, wishes);
    return played(game, answer, input);
  }
  const path = game.kind === "solo" ? "/singleplayer/play" : "/scenario/play";
  const answer = await stream(path, { session_id: game.id, input, ...(approach ? { approach } : {}) }, on, wishes);
  return played(game, answer, input || `approach ${approach}`);
}

/** Plays the last turn again, in other words. @param {Standing} game @param {(text: string) => void} word @param {AbortSignal} signal */
export async function retry(game, word, signal) {
  const last = lastTurn(game);
  const on = { token: (/** @type {{ text: string }} */ { text }) => word(text) };
  return played(game, await stream("/retry", named(game), on, { signal }), last?.input ?? "");
}

/** Takes the last turn back. @param {Standing} game @param {AbortSignal} signal @returns {Promise<{ input: string }>} */
export async function undo(game, signal) {
  const { undone } = await post("/undo", named(game), { signal });
  return { input: undone.message };
}

/** The last turn that counts. @param {Standing} game */
export const lastTurn = (game) =>
  game.turns.filter((turn) => turn.nature === "turn" || turn.nature === "choice").at(-1);

/** @param {Standing} game */
const named = (game) => (game.id === MINE ? {} : { session_id: game.id });

/** @param {Standing} game @param {any} answer @param {string} input @returns {{ turn: Turn, game: Standing }} */
function played(game, answer, input) {
  const turn = {
    number: answer.turn,
    input,
    narrative: answer.response ?? answer.narrative,
    rolls: answer.dice_rolls ?? [],
    log: answer.mechanic_log ?? [],
    nature: answer.nature ?? "turn",
    teller: answer.told_by ?? "storyteller",
    failure: answer.error_type ?? null,
    usage: answer.usage,
    trace: answer.trace_id,
    at: null,
  };
  const next = {
    ...game,
    id: answer.session_id,
    number: answer.turn,
    state: answer.state ?? game.state,
    pending: answer.pending ?? game.pending,
    prompt: answer.prompt ?? "",
    suggestions: answer.suggestions ?? [],
  };
  return { turn, game: next };
}
