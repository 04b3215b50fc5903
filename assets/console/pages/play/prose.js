// The storyteller's words: paragraphs, and `*emphasis*` as storytellers use it. Nothing else is markup.
// @ts-check

import { append, fill, h } from "../../lib/dom.js";
import { words } from "../../lib/text.js";

/** Longer than any story: shown as a plain text that is cut. */
const STORY = 20_000;

/** A text that grows. */
export class Prose {
  #text = "";
  #settled = 0;
  #drawing = 0;
  element = h("div", { class: "prose-text", dir: "auto" });
  /** The paragraph that still grows. */
  #last = h("p", { dir: "auto" });

  constructor() {
    this.element.append(this.#last);
  }

  /** @param {string} text */
  add(text) {
    this.#text += text;
    this.#drawing ||= requestAnimationFrame(() => this.#draw(true));
  }

  /** Says all of it. @param {string} text */
  set(text) {
    cancelAnimationFrame(this.#drawing);
    this.#drawing = 0;
    if (text === this.#text && this.#settled > 0) return this.#draw(false);
    this.#text = text;
    this.#settled = 0;
    this.#last = h("p", { dir: "auto" });
    if (text.length > STORY) return fill(this.element, words(text));
    fill(this.element, this.#last);
    this.#draw(false);
  }

  /** @param {boolean} growing */
  #draw(growing) {
    this.#drawing = 0;
    for (
      let end = this.#text.indexOf("\n\n", this.#settled);
      end >= 0;
      end = this.#text.indexOf("\n\n", this.#settled)
    ) {
      fill(this.#last, emphasised(this.#text.slice(this.#settled, end), false));
      this.#settled = end + 2;
      this.#last = h("p", { dir: "auto" });
      this.element.append(this.#last);
    }
    fill(this.#last, emphasised(this.#text.slice(this.#settled), growing));
  }
}

/** @param {string} text */
export function prose(text) {
  const made = new Prose();
  made.set(text);
  return made.element;
}

/** @param {string} text @param {boolean} growing whether a star that is open may still be closed */
function emphasised(text, growing) {
  const parts = text.trim().split("*");
  // A star without a partner is only a star.
  if (parts.length % 2 === 0 && !growing) {
    const rest = parts.pop();
    parts[parts.length - 1] += `*${rest}`;
  }
  const made = document.createDocumentFragment();
  append(
    made,
    parts.map((part, index) => (index % 2 ? h("em", null, part) : part)),
  );
  return made;
}
