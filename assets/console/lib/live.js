// What is new, as it happens: one EventSource that all pages share.
// @ts-check

import { get } from "./api.js";

/** @typedef {import("./types.js").CallItem} CallItem */
/** `skipped` when calls are missing before these. @typedef {{ number: number, calls: CallItem[], skipped?: boolean }} Changes */
/** @typedef {"idle" | "connecting" | "open" | "lost"} State */

const LONGEST_PAUSE = 15_000;
/** More calls than these are not kept while it is paused. */
const MOST = 5000;

class Live extends EventTarget {
  /** @type {EventSource | null} */ #source = null;
  /** @type {Set<(changes: Changes) => void>} */ #watchers = new Set();
  /** @type {CallItem[]} */ #backlog = [];
  /** Whether some were let go. */ #skipped = false;
  /** The last change that was told. @type {number | null} */ #number = null;
  #retry = 1000;
  #timer = 0;
  #paused = false;
  /** @type {State} */ #state = "idle";

  constructor() {
    super();
    // A browser has few connections for one server: a tab that nobody sees needs none.
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#close() : this.#open()));
  }

  get paused() {
    return this.#paused;
  }
  get state() {
    return this.#state;
  }
  /** How many calls came since it was paused. */
  get waiting() {
    return this.#backlog.length;
  }

  /**
   * Tells of changes until the signal is aborted. Resolves when nothing can be missed any more: what happened before is then
   * in what the store answers. (The two may overlap: go by `id`.)
   * @param {(changes: Changes) => void} told
   * @param {AbortSignal} signal
   */
  async watch(told, signal) {
    this.#watchers.add(told);
    signal.addEventListener("abort", () => {
      this.#watchers.delete(told);
      if (this.#watchers.size === 0) this.#forget();
    });
    if (this.#number === null) {
      // From a number that is known, no call falls between the first list and the first event.
      const status = await get("/api/status", undefined, { signal });
      this.#number ??= status.number ?? 0;
    }
    this.#open();
  }

  /** Holds everything back, or tells all of it. @param {boolean} paused */
  pause(paused) {
    if (paused === this.#paused) return;
    this.#paused = paused;
    const calls = this.#backlog;
    this.#backlog = [];
    this.dispatchEvent(new Event("pause"));
    const skipped = this.#skipped;
    this.#skipped = false;
    if (!paused && calls.length) this.#tell({ number: this.#number ?? 0, calls, skipped });
  }

  #open() {
    if (this.#source || this.#number === null || this.#watchers.size === 0 || document.hidden) return;
    clearTimeout(this.#timer);
    this.#become("connecting");
    const source = new EventSource(`/api/live?after=${this.#number}`);
    this.#source = source;
    source.addEventListener("open", () => {
      this.#retry = 1000;
      this.#become("open");
    });
    source.addEventListener("changes", (event) => this.#hear(JSON.parse(/** @type {MessageEvent} */ (event).data)));
    source.addEventListener("error", () => this.#lose());
  }

  /** @param {Changes} changes */
  #hear(changes) {
    this.#number = changes.number;
    if (!this.#paused) return this.#tell(changes);
    this.#skipped ||= changes.skipped === true || this.#backlog.length + changes.calls.length > MOST;
    this.#backlog.push(...changes.calls);
    if (this.#backlog.length > MOST) this.#backlog.splice(0, this.#backlog.length - MOST);
    this.dispatchEvent(new Event("backlog"));
  }

  /** @param {Changes} changes */
  #tell(changes) {
    for (const told of this.#watchers) told(changes);
  }

  // EventSource would begin again at the first address that it was given, so we do it ourselves.
  #lose() {
    this.#close();
    this.#become("lost");
    this.#timer = window.setTimeout(() => this.#again(), this.#retry);
    this.#retry = Math.min(this.#retry * 2, LONGEST_PAUSE);
  }

  /** Looks whether the server is back. It may have begun a new store, which counts from one again. */
  async #again() {
    try {
      const { number } = await get("/api/status");
      if (this.#number !== null && number < this.#number) this.#number = number;
      this.#open();
    } catch {
      this.#lose();
    }
  }

  #close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  #forget() {
    this.#close();
    this.#number = null;
    this.#backlog = [];
    this.#skipped = false;
    this.#become("idle");
  }

  /** @param {State} state */
  #become(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.dispatchEvent(new Event("state"));
  }
}

/** The events `state`, `pause` and `backlog` say that `state`, `paused` or `waiting` is another. */
export const live = new Live();
