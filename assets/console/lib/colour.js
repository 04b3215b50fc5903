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
  }),
);
const COUNT = 8;

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
  if (!name || name === "(rest)") return "var(--name-8)";
  return `var(--name-${PLACES.get(name.toLowerCase()) ?? (hash(name) % COUNT) + 1})`;
}

/** FNV-1a. @param {string} text */
function hash(text) {
  let sum = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193);
  return (sum ^ (sum >>> 15)) >>> 0;
}
