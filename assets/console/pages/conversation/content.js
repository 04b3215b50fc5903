// All that is known of a call, asked for when it is about to be seen, a few at a time.
// @ts-check

import { get, isAbort } from "../../lib/api.js";

/** @typedef {import("../../lib/types.js").SpanDetail} SpanDetail */
/** @typedef {import("../../lib/types.js").ThreadCall} ThreadCall */

/** How many are asked for at once. */
const AT_ONCE = 4;
/** How far beyond the window's edge. */
const AHEAD = "700px 0px";

/** @param {ThreadCall} call @param {AbortSignal} signal @returns {Promise<any>} a SpanDetail, or what a log record says */
export const whole = (call, signal) =>
  call.trace
    ? get(`/api/traces/${call.trace}/spans/${call.span}`, undefined, { signal })
    : get(`/api/logs/${call.id}`, undefined, { signal });

export class Ahead {
  /** @type {Map<Element, { call: ThreadCall, take: (detail: any) => void }>} */ #waiting = new Map();
  /** @type {Set<Element>} */ #near = new Set();
  #running = 0;
  #signal;
  #observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) this.#near.add(target);
        else this.#near.delete(target);
      }
      this.#go();
    },
    { rootMargin: AHEAD },
  );

  /** @param {AbortSignal} signal */
  constructor(signal) {
    this.#signal = signal;
    signal.addEventListener("abort", () => this.#observer.disconnect());
  }

  /** @param {Element} element @param {ThreadCall} call @param {(detail: any) => void} take */
  add(element, call, take) {
    this.#waiting.set(element, { call, take });
    this.#observer.observe(element);
  }

  async #go() {
    while (this.#running < AT_ONCE && !this.#signal.aborted) {
      const element = [...this.#near].find((element) => this.#waiting.has(element));
      const wanted = element && this.#waiting.get(element);
      if (!element || !wanted) return;
      this.#waiting.delete(element);
      this.#near.delete(element);
      this.#observer.unobserve(element);
      this.#running += 1;
      whole(wanted.call, this.#signal)
        .then(wanted.take)
        // What cannot be had is not shown: the facts that came with the list are there.
        .catch((error) => isAbort(error) || wanted.take(null))
        .finally(() => {
          this.#running -= 1;
          this.#go();
        });
    }
  }
}
