// A second model, reached through any OpenAI-compatible endpoint, that writes what the player says and grades what
// the Dungeon Master answers. It is asked for JSON in plain words, since not every endpoint can enforce a schema, and
// the request carries no temperature and no token limit, since not every model takes them.

import http from 'k6/http';
import { Counter } from 'k6/metrics';

const URL = (__ENV.JUDGE_URL || 'http://127.0.0.1:5051/v1').replace(/\/+$/, '');
const MODEL = __ENV.JUDGE_MODEL || 'sim';
const KEY = __ENV.JUDGE_KEY || '';

const tokens = new Counter('judge_tokens');

// Why the judge cannot be used, in one sentence, or null when it can. A call that costs a word shows more than a
// list of models would: the address, the key and the model are all needed for it.
export function trouble() {
  const response = complete('Answer with one word.', 'Are you ready?', 'judge_ready');
  if (content(response) !== null) return null;
  const what = response.status === 0 ? 'no connection' : `status ${response.status}`;
  return (
    `The judge ${MODEL} at ${URL} does not answer (${what}): start one with \`zeroth sim\`, or point ` +
    '--env JUDGE_URL, JUDGE_MODEL and JUDGE_KEY at an OpenAI-compatible endpoint.'
  );
}

// The judge's answer to one request as text, or null when there is none.
export function ask(instruction, material, kind) {
  return content(complete(instruction, material, kind));
}

// A verdict is a JSON object with a score from 1 to 5 and true or false for each criterion. Models like to wrap it
// into a sentence or a code fence, which is forgiven; anything less than a whole verdict is null.
export function readVerdict(answer, criteria) {
  const verdict = object(answer);
  const scored = Number.isInteger(verdict.score) && verdict.score >= 1 && verdict.score <= 5;
  return scored && criteria.every((name) => typeof verdict[name] === 'boolean') ? verdict : null;
}

function complete(instruction, material, kind) {
  const headers = { 'Content-Type': 'application/json', ...(KEY && { Authorization: `Bearer ${KEY}` }) };
  const messages = [
    { role: 'system', content: instruction },
    { role: 'user', content: material },
  ];
  const body = JSON.stringify({ model: MODEL, messages });
  const tags = { name: 'POST /chat/completions', kind };
  return http.post(`${URL}/chat/completions`, body, { headers, tags, timeout: '120s' });
}

function content(response) {
  if (response.status !== 200) return null;
  const { choices, usage } = object(response.body);
  tokens.add((usage && usage.total_tokens) || 0);
  const message = Array.isArray(choices) && choices.length > 0 && choices[0].message;
  return message && typeof message.content === 'string' ? message.content : null;
}

// From the first brace to the last; what is no JSON object becomes an empty one.
function object(source) {
  try {
    return JSON.parse(source.slice(source.indexOf('{'), source.lastIndexOf('}') + 1));
  } catch (_) {
    return {};
  }
}
