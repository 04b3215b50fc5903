// Tokens by kind, as a bar and in words. What is read from the cache or written to it is part of the input, thoughts are part of
// the output.
// @ts-check

import { TOKENS } from "./colour.js";
import { h } from "./dom.js";
import * as format from "./format.js";

/** @param {Partial<import("./types.js").TokenCounts>} tokens */
export function usage(tokens) {
  const { input = 0, output = 0, cache_read = 0, cache_write = 0, reasoning = 0 } = known(tokens);
  const parts = {
    input: Math.max(0, input - cache_read - cache_write),
    cache_write,
    cache_read,
    output: Math.max(0, output - reasoning),
    reasoning,
  };
  const all = Object.values(parts).reduce((sum, part) => sum + part, 0);
  const shown = TOKENS.map((kind) => ({ ...kind, count: parts[/** @type {keyof typeof parts} */ (kind.key)] })).filter(
    ({ count }) => count > 0,
  );
  return h(
    "div",
    { class: "usage" },
    h(
      "span",
      { class: "usage-bar", "aria-hidden": "true" },
      shown.map(({ colour, count }) => h("span", { style: { width: `${(count / all) * 100}%`, background: colour } })),
    ),
    h(
      "span",
      { class: "usage-kinds" },
      shown.map(({ name, colour, count }) =>
        h(
          "span",
          { class: "tag", title: `${format.exact(count)} tokens` },
          h("span", { class: "dot", style: { background: colour }, "aria-hidden": "true" }),
          `${format.tokens(count)} ${name}`,
        ),
      ),
    ),
  );
}

/** @param {Partial<import("./types.js").TokenCounts>} tokens @returns {Record<string, number>} */
const known = (tokens) => Object.fromEntries(Object.entries(tokens).map(([kind, count]) => [kind, count ?? 0]));
