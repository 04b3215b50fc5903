// The game as its player meets it over HTTP: look at the table, open a game of one's own, say a line. What an answer
// owes its player is checked here, on every call; what only one kind of line owes is handed in by the caller.

import http from 'k6/http';
import { check } from 'k6';
import { Counter, Trend } from 'k6/metrics';
import { parseEvents } from './sse.js';
import { newTrace } from './trace.js';

export const BASE_URL = (__ENV.BASE_URL || 'http://127.0.0.1:5050').replace(/\/+$/, '');

const ENDS_THE_TURN = 'It is your turn, Data.';
const TIMEOUT = '120s'; // a streamed answer counts as one request until its last byte

const ttft = new Trend('llm_ttft', true);
const inputTokens = new Counter('llm_input_tokens');
const outputTokens = new Counter('llm_output_tokens');
const costUsd = new Counter('llm_cost_usd');

// Says one line at a table and returns the answer; `answer.kept` tells whether every promise was kept.
//   session   the game's id; without one the line is said at the shared default table
//   kind      the tag of all that is measured
//   stream    true asks for server-sent events
//   promises  name -> predicate of the answer, checked besides those that every answer makes
export function say(message, { session, kind, stream = false, promises = {} }) {
  const trace = newTrace();
  const headers = {
    'Content-Type': 'application/json',
    Accept: stream ? 'text/event-stream' : 'application/json',
    traceparent: trace.traceparent,
  };
  const line = JSON.stringify({ message, session_id: session }); // an undefined id leaves no key behind
  const response = http.post(`${BASE_URL}/play`, line, params('POST /play', kind, headers));

  const answer = { response: '', ...(stream ? lastTurn(response) : json(response)) };
  const kept = verify(answer, kind, trace, {
    'status is 200': () => response.status === 200,
    ...(stream && { 'stream ends with the turn': () => answer.streamed === true }),
    'the Dungeon Master speaks': () => answer.speaker === 'Dungeon Master',
    'reply ends the turn': () => answer.response.endsWith(ENDS_THE_TURN),
    'trace id is the one sent': () => answer.trace_id === trace.id,
    ...promises,
  });
  record(answer.usage, { kind });
  return { ...answer, kept };
}

// Opens a game of one's own and returns its session id, or null when the server did not give one.
export function openGame(kind = 'setup') {
  const trace = newTrace();
  const headers = { 'Content-Type': 'application/json', traceparent: trace.traceparent };
  const response = http.post(`${BASE_URL}/games`, '{}', params('POST /games', kind, headers));
  const game = json(response);
  const opened = verify(game, kind, trace, {
    'game is created': () => response.status === 201,
    'game has a session': () => typeof game.session_id === 'string' && game.session_id !== '',
  });
  return opened ? game.session_id : null;
}

// Looks at the table: who plays, who tells, and which quest.
export function look(kind = 'setup') {
  const trace = newTrace();
  const response = http.get(`${BASE_URL}/`, params('GET /', kind, { traceparent: trace.traceparent }));
  return verify(response, kind, trace, {
    'table is laid': () => response.status === 200,
    'table shows the quest': () => (response.body || '').includes('quest'),
  });
}

// Checks each promise by its own name; a broken one is logged with the trace to look it up by.
function verify(answer, kind, trace, promises) {
  const broken = Object.keys(promises).filter(
    (name) => !check(answer, { [name]: promises[name] }, { kind }),
  );
  if (broken.length > 0) {
    const reason = answer.detail || answer.title || '';
    console.warn(`${kind}: not «${broken.join('», «')}» in trace ${trace.id} ${reason}`.trim());
  }
  return broken.length === 0;
}

// Every request has an empty cookie jar: the cookie that `GET /` sets would seat the player at a table, and a line
// without a session must reach the shared one.
function params(name, kind, headers) {
  return { headers, jar: new http.CookieJar(), tags: { name, kind }, timeout: TIMEOUT };
}

function record(usage, tags) {
  if (!usage) return;
  if (usage.time_to_first_token_ms > 0) ttft.add(usage.time_to_first_token_ms, tags);
  inputTokens.add(usage.input_tokens || 0, tags);
  outputTokens.add(usage.output_tokens || 0, tags);
  costUsd.add(usage.cost_usd || 0, tags);
}

// The stream's last event: `turn` carries the whole answer. Status 200 proves nothing here, for it was sent before
// the first token; a stream that ends with `error`, or in the middle, ends without a turn.
function lastTurn(response) {
  const last = parseEvents(response.body).pop();
  if (!last) return {};
  return { ...object(last.data), streamed: last.name === 'turn' };
}

const json = (response) => object(response.body);

// What is no JSON object becomes an empty one: the checks say what is missing, and no user dies of it.
function object(source) {
  try {
    const value = JSON.parse(source);
    return value !== null && typeof value === 'object' ? value : {};
  } catch (_) {
    return {};
  }
}
