// Words of players, models and programs: isolated from the page's own direction, and cut when they are very long.
// @ts-check

import { h } from "./dom.js";
import { bytes } from "./format.js";

/** Characters that are shown before "Show all". */
const CUT = 6000;
/** Characters in a piece of a long text: small enough to be laid out when it comes into view. */
const PIECE = 20_000;

/**
 * A text with its line breaks.
 * @param {string | null | undefined} text
 * @param {{ cut?: number, code?: boolean, class?: string }} [options]
 */
export function words(text, { cut = CUT, code = false, class: name = "" } = {}) {
  const whole = text ?? "";
  const element = h("div", { class: `words ${code ? "mono" : ""} ${name}`.trim(), dir: code ? "ltr" : "auto" });
  if (whole.length <= cut * 1.25) {
    element.append(whole);
    return element;
  }
  const more = h(
    "button",
    { type: "button", class: "button plain small", on: { click: () => showAll(element, whole, more) } },
    `Show all ${bytes(new Blob([whole]).size)}`,
  );
  element.append(`${whole.slice(0, end(whole, cut))} …`, h("span", { class: "words-more" }, more));
  return element;
}

/** JSON, or any value, to read. @param {unknown} value */
export const json = (value) =>
  words(typeof value === "string" ? value : JSON.stringify(value, null, 2), { code: true });

/** A short text in a line, such as a name. @param {string | null | undefined} text @param {string} [name] class */
export const name = (text, name) => h("bdi", { class: name }, text ?? "–");

/** The beginning of a text in one line. @param {string | null | undefined} text @param {number} [length] */
export function brief(text, length = 160) {
  const line = (text ?? "")
    .slice(0, length * 4)
    .replace(/\s+/g, " ")
    .trim();
  return line.length > length ? `${line.slice(0, end(line, length))} …` : line;
}

/** @param {HTMLElement} element @param {string} whole @param {HTMLElement} button */
function showAll(element, whole, button) {
  const pieces = [];
  for (let at = 0; at < whole.length;) {
    const next = at + PIECE >= whole.length ? whole.length : seam(whole, at + PIECE);
    pieces.push(h("div", { class: "words-piece", dir: "auto" }, whole.slice(at, next).replace(/\n$/, "")));
    at = next;
  }
  const less = h(
    "button",
    {
      type: "button",
      class: "button plain small",
      on: { click: () => element.replaceWith(words(whole, { code: element.classList.contains("mono") })) },
    },
    "Show less",
  );
  element.replaceChildren(...pieces, h("span", { class: "words-more" }, less));
  if (button.isConnected || document.activeElement === document.body) less.focus({ preventScroll: true });
}

/** After the last line break before `at`, if there is one near. @param {string} text @param {number} at */
function seam(text, at) {
  const line = text.lastIndexOf("\n", at);
  return line > at - PIECE / 2 ? line + 1 : end(text, at);
}

/** Not within a character that takes two places. @param {string} text @param {number} at */
function end(text, at) {
  const code = text.charCodeAt(at - 1);
  return code >= 0xd800 && code < 0xdc00 ? at - 1 : at;
}
