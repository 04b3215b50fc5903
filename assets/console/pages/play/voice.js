// How an answer is said while it comes.
// @ts-check

import { live } from "../../lib/live.js";

/** @typedef {import("./turn.js").TurnView} TurnView */

/** Says words as they come: on the page, and whole sentences to those who cannot see it. It holds its breath while it is paused. */
export class Voice {
  #view;
  #announce;
  #told;
  #held = "";
  #sentence = "";
  #listening = new AbortController();

  /** @param {TurnView} view @param {(text: string) => void} announce @param {() => void} told */
  constructor(view, announce, told) {
    this.#view = view;
    this.#announce = announce;
    this.#told = told;
    live.addEventListener("pause", () => this.#release(), { signal: this.#listening.signal });
  }

  /** @param {string} text */
  say(text) {
    this.#held += text;
    this.#release();
  }

  /** Resolves when nothing is held back. @param {AbortSignal} signal @returns {Promise<void>} */
  finished(signal) {
    if (!live.paused) return Promise.resolve();
    return new Promise((resolve, reject) => {
      live.addEventListener("pause", () => resolve(), { once: true, signal: this.#listening.signal });
      signal.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
    });
  }

  close() {
    if (this.#sentence.trim()) this.#announce(this.#sentence.trim());
    this.#listening.abort();
  }

  #release() {
    if (live.paused || !this.#held) return;
    this.#view.word(this.#held);
    this.#sentence += this.#held;
    this.#held = "";
    const end = this.#sentence.search(/[.!?…]["”*]?\s+\S*$/);
    if (end >= 0) {
      this.#announce(this.#sentence.slice(0, end + 1).trim());
      this.#sentence = this.#sentence.slice(end + 1);
    }
    requestAnimationFrame(this.#told);
  }
}
