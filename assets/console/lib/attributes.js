// Attributes of anything, in groups, found by what is typed: names and values as they came.
// @ts-check

import { fill, h } from "./dom.js";
import { structured } from "./messages.js";
import { words } from "./text.js";

/** @typedef {[title: string, attributes: Record<string, any>]} Group */

/** What was typed, kept while the reader goes from span to span. */
let typed = "";

/** @param {Group[]} groups */
export function attributes(groups) {
  const list = h("div", { class: "attributes" });
  const field = h("input", {
    type: "search",
    class: "attributes-search",
    placeholder: "Find an attribute",
    "aria-label": "Find an attribute by its name or value",
    value: typed,
    on: {
      input: () => {
        typed = field.value;
        draw();
      },
    },
  });
  function draw() {
    const found = groups
      .map(([title, attributes]) => /** @type {const} */ ([title, Object.entries(attributes).filter(matches)]))
      .filter(([, pairs]) => pairs.length);
    fill(
      list,
      found.map(([title, pairs]) => [h("h3", null, title), pairsOf(pairs)]),
      found.length
        ? null
        : h("p", { class: "quiet" }, typed.trim() ? "No attribute is like that." : "It has no attributes."),
    );
  }
  draw();
  return [field, list];
}

/** @param {[string, any]} pair */
function matches([key, value]) {
  const wanted = typed.trim().toLowerCase();
  return !wanted || key.toLowerCase().includes(wanted) || plain(value).toLowerCase().includes(wanted);
}

/** @param {[string, any][]} pairs */
export const pairsOf = (pairs) =>
  h(
    "dl",
    { class: "pairs" },
    pairs.map(([key, value]) => [h("dt", null, h("bdi", { class: "mono" }, key)), h("dd", null, shown(value))]),
  );

/** @param {any} value */
function shown(value) {
  if (typeof value === "string") return /^\s*[[{]/.test(value) ? structured(value, 600) : words(value, { cut: 600 });
  if (value !== null && typeof value === "object")
    return words(simple(value) ?? JSON.stringify(value, null, 2), { cut: 600, code: true });
  return h("span", { class: "mono" }, String(value));
}

/** A short list in a line. @param {any} value */
const simple = (value) =>
  Array.isArray(value) && value.length < 8 && value.every((one) => one === null || typeof one !== "object")
    ? JSON.stringify(value)
    : null;

/** @param {any} value */
const plain = (value) => (typeof value === "string" ? value : JSON.stringify(value));
