// Small things that look the same on every page: names with their colour, states, times, costs, tokens.
// @ts-check

import { TOKENS, colour } from "./colour.js";
import { h } from "./dom.js";
import * as format from "./format.js";

/** @typedef {import("./types.js").CallItem} CallItem */

/** A name with its dot: component, provider, model, service, team. @param {string | null | undefined} name @param {string} [title] */
export function tag(name, title) {
  if (!name) return h("span", { class: "quiet" }, "–");
  return h(
    "span",
    { class: "tag", title },
    h("span", { class: "dot", style: { background: colour(name) }, "aria-hidden": "true" }),
    h("bdi", null, name),
  );
}

/** How something ended: a sign and, where it failed, the word. @param {string | null | undefined} error */
export function state(error) {
  if (!error) return h("span", { class: "state ok", role: "img", "aria-label": "ok", title: "ok" }, "✓");
  return h("span", { class: "state bad" }, h("span", { "aria-hidden": "true" }, "✕ "), h("bdi", null, error));
}

/** A time of day; the whole time in its title. @param {number} micros @param {(micros: number) => string} [say] */
export const time = (micros, say = format.when) =>
  h("time", { datetime: new Date(micros / 1000).toISOString(), title: format.whenExact(micros) }, say(micros));

/** How long ago, which keeps itself up to date. @param {number} micros */
export function ago(micros) {
  const element = time(micros, (at) => format.ago(at));
  element.dataset.ago = String(micros);
  return element;
}

setInterval(() => {
  if (document.hidden) return;
  for (const element of document.querySelectorAll("time[data-ago]")) {
    const text = format.ago(Number(/** @type {HTMLElement} */ (element).dataset.ago));
    if (element.textContent !== text) element.textContent = text;
  }
}, 5000);

const SOURCES = {
  reported: "as the telemetry says",
  simulated: "simulated: nobody sends a bill",
  computed: "computed from our price list",
  mixed: "from several sources",
};

/** What something cost, and who says so. @param {number | null | undefined} usd @param {CallItem["cost_source"] | "mixed"} [source] */
export function cost(usd, source) {
  const mark = source === "simulated" ? h("span", { class: "quiet", "aria-label": "simulated" }, " sim") : null;
  return h("span", { class: "nowrap", title: source ? SOURCES[source] : undefined }, format.dollars(usd), mark);
}

/** Tokens in and out, with all kinds in the title. @param {Partial<import("./types.js").TokenCounts>} tokens */
export function tokens(tokens) {
  const kinds = TOKENS.filter(({ key }) => /** @type {any} */ (tokens)[key]).map(
    ({ key, name }) => `${name} ${format.exact(/** @type {any} */ (tokens)[key])}`,
  );
  return h(
    "span",
    { class: "nowrap", title: kinds.join(" · ") },
    format.tokens(tokens.input),
    h("span", { class: "quiet", "aria-label": "in," }, " → "),
    format.tokens(tokens.output),
  );
}

/**
 * A number with what it is: the tiles on top of pages.
 * @param {string} label @param {import("./dom.js").Children} value @param {{ note?: import("./dom.js").Children, bad?: boolean, href?: string }} [options]
 */
export function figure(label, value, { note, bad = false, href } = {}) {
  const inside = [
    h("span", { class: "figure-label" }, label),
    h("span", { class: bad ? "figure-value error-text" : "figure-value" }, value),
    h("span", { class: "figure-note" }, note ?? "\u00a0"),
  ];
  return href ? h("a", { class: "figure", href }, inside) : h("div", { class: "figure" }, inside);
}

/** A bar of how large a part is, for table cells. @param {number} share 0 to 1 @param {string} [fill] a CSS colour */
export const bar = (share, fill = "var(--edge)") =>
  h(
    "span",
    { class: "bar", "aria-hidden": "true" },
    h("span", { style: { width: `${Math.max(0, Math.min(1, share || 0)) * 100}%`, background: fill } }),
  );

/** Copies a text: a small button. @param {string | (() => string)} text @param {string} [label] */
export function copy(text, label = "Copy") {
  const button = h(
    "button",
    {
      type: "button",
      class: "button plain small",
      on: {
        click: async () => {
          const value = typeof text === "function" ? text() : text;
          const done = await navigator.clipboard?.writeText(value).then(
            () => true,
            () => false,
          );
          button.textContent = done ? "Copied" : "Not allowed";
          setTimeout(() => (button.textContent = label), 1500);
        },
      },
    },
    label,
  );
  return button;
}
