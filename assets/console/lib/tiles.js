// Figures on top of a page that change in place: what has the focus keeps it, and nothing moves.
// @ts-check

import { h, say } from "./dom.js";

/** @typedef {{ value: string, note?: string, bad?: boolean, href?: string, title?: string }} Tile */

/**
 *     const figures = tiles("This time in figures", ["Requests", "Error rate"]);
 *     figures.set({ Requests: { value: "1,284", note: "21 a minute", href: "/console/calls" } });
 * @param {string} label
 * @param {string[]} names
 */
export function tiles(label, names) {
  const parts = names.map((name) => {
    const value = h("span", { class: "figure-value" }, "–");
    const note = h("span", { class: "figure-note" }, "\u00a0");
    const element = h("a", { class: "figure" }, h("span", { class: "figure-label" }, name), value, note);
    return { name, value, note, element };
  });
  const element = h(
    "div",
    { class: "figures", role: "group", "aria-label": label },
    parts.map((part) => part.element),
  );

  /** @param {Record<string, Tile>} told */
  function set(told) {
    for (const { name, value, note, element } of parts) {
      const tile = told[name];
      if (!tile) continue;
      say(value, tile.value);
      value.classList.toggle("error-text", tile.bad === true);
      say(note, tile.note || "\u00a0");
      if (tile.href) element.setAttribute("href", tile.href);
      else element.removeAttribute("href");
      if (tile.title) element.title = tile.title;
    }
  }

  return { element, set };
}
