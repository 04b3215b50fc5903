// Which colour a name has: the same on every page and in every session.
// @ts-check

/** Names that are met all the time have places of their own, so that they never share one. */
const PLACES = new Map(
  Object.entries({
    zeroth: 7,
    sim: 7,
    anthropic: 2,
    openai: 3,
    "gcp.gemini": 1,
    "aws.bedrock": 5,
    mistral_ai: 4,
    ollama: 8,
    dialogue: 1,
    game_setup: 5,
    classifier: 7,
    gm_qa: 4,
    storyteller_single: 3,
    storyteller_scenario: 6,
    timeout: 6,
    rate_limited: 7,
    overloaded: 1,
    unavailable: 4,
    malformed: 5,
    budget_exceeded: 3,
  }),
);
const COUNT = 8;
/** What the API calls all that it does not tell apart. */
const REST = "(rest)";

/** The kinds of tokens, in the order in which they are stacked. */
export const TOKENS = [
  { key: "input", name: "input", colour: "var(--input)" },
  { key: "cache_write", name: "cache write", colour: "var(--cache-write)" },
  { key: "cache_read", name: "cache read", colour: "var(--cache-read)" },
  { key: "output", name: "output", colour: "var(--output)" },
  { key: "reasoning", name: "reasoning", colour: "var(--reasoning)" },
];

/**
 * The colour of a component, provider, model, service or team, as a CSS value.
 * @param {string | null | undefined} name
 */
export function colour(name) {
  if (!name || name === REST) return "var(--name-8)";
  return `var(--name-${PLACES.get(name.toLowerCase()) ?? (hash(name) % COUNT) + 1})`;
}

/**
 * The colours of names that stand in one chart: each its own, and where there is no reason not to, the usual one.
 * @param {(string | null)[]} names
 * @returns {Map<string | null, string>}
 */
export function colours(names) {
  /** @type {Map<string | null, string>} */
  const found = new Map();
  // Grey is for what has no name, if there is such a thing.
  const taken = new Set(names.some((name) => !name || name === REST) ? ["var(--name-8)"] : []);
  const settle = (/** @type {string} */ name, /** @type {boolean} */ asked) => {
    const usual = colour(name);
    const free = !taken.has(usual) ? usual : asked ? null : (PALETTE.find((one) => !taken.has(one)) ?? usual);
    if (free === null) return;
    taken.add(free);
    found.set(name, free);
  };
  const placed = (/** @type {string} */ name) => (PLACES.has(name.toLowerCase()) ? 0 : 1);
  const known = /** @type {string[]} */ (names.filter((name) => name && name !== REST));
  known.sort((one, other) => placed(one) - placed(other) || (one < other ? -1 : 1));
  for (const name of known) settle(name, true);
  for (const name of known) if (!found.has(name)) settle(name, false);
  for (const name of names) if (!found.has(name)) found.set(name, colour(name));
  return found;
}

const PALETTE = [
  ...Array.from({ length: COUNT - 1 }, (_, index) => `var(--name-${index + 1})`),
  ...Array.from({ length: COUNT - 1 }, (_, index) => `color-mix(in oklab, var(--name-${index + 1}) 50%, var(--sheet))`),
];

/** FNV-1a. @param {string} text */
function hash(text) {
  let sum = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193);
  return (sum ^ (sum >>> 15)) >>> 0;
}
