// The time window that the pages share. It stands in the address: `?last=1h`, or `?from=…&until=…` in microseconds.
// @ts-check

import { bind } from "./keys.js";
import { live } from "./live.js";

/** Names of windows that reach until now, and their seconds. @type {[string, number][]} */
export const SPANS = [
  ["5m", 300],
  ["15m", 900],
  ["1h", 3600],
  ["6h", 21_600],
  ["1d", 86_400],
  ["7d", 604_800],
  ["30d", 2_592_000],
];
/** How often a window that reaches until now is read again, in seconds; 0 is never. */
export const REFRESHES = [0, 2, 5, 10, 30, 60];
const USUAL = "1h";
/** What a point of a chart may stand for, in seconds, and how many points are enough. */
const STEPS = [60, 120, 300, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400];
const POINTS = 90;

/**
 * In microseconds; `last` when it reaches until now. It begins and ends where sums do: at whole minutes, or whole hours where
 * `step`, which is what a point of a chart stands for in seconds, is an hour or more. So lists and sums are about the same.
 * @typedef {{ from: number, until: number, last: string | null, step: number }} Window
 */
/** What somebody chose, to the microsecond. @typedef {{ from: number, until: number }} Stretch */

class Range extends EventTarget {
  #refresh = 5;
  #timer = 0;
  /** @type {Stretch | null} */ #fixed = null;
  #last = USUAL;

  constructor() {
    super();
    const kept = Number(stored("zeroth.refresh"));
    if (stored("zeroth.refresh") !== null && REFRESHES.includes(kept)) this.#refresh = kept;
    this.#tick();
  }

  /** The window as it is now. @returns {Window} */
  get value() {
    return widened(this.#exact, this.#fixed ? null : this.#last);
  }

  /** @returns {Stretch} */
  get #exact() {
    if (this.#fixed) return this.#fixed;
    const until = Date.now() * 1000;
    return { from: until - (SPANS.find(([name]) => name === this.#last)?.[1] ?? 3600) * 1e6, until };
  }

  /** `{ from, until }` for a query of the API. A window that reaches until now has no end: what is newest belongs to it. */
  get query() {
    const { from, until, last } = this.value;
    return last ? { from } : { from, until };
  }

  get refresh() {
    return this.#refresh;
  }

  /** @param {number} seconds */
  set refresh(seconds) {
    this.#refresh = seconds;
    store("zeroth.refresh", String(seconds));
    this.#tick();
    this.dispatchEvent(new Event("settings"));
  }

  /** Takes the window from an address. @param {URLSearchParams} query */
  read(query) {
    const [from, until] = [Number(query.get("from")), Number(query.get("until"))];
    const last = query.get("last");
    const before = this.write(new URLSearchParams()).toString();
    if (from > 0 && until > from) this.#fixed = { from, until };
    else if (SPANS.some(([name]) => name === last)) [this.#fixed, this.#last] = [null, /** @type {string} */ (last)];
    else if (["from", "until", "last"].some((name) => query.has(name))) {
      // Nobody can show that: the address says what is shown instead.
      const address = new URL(location.href);
      this.write(address.searchParams);
      history.replaceState(history.state, "", address);
    }
    if (before !== this.write(new URLSearchParams()).toString()) this.#changed();
  }

  /** Puts the window into the query of an address, if it is not the usual one. @param {URLSearchParams} query */
  write(query) {
    for (const name of ["from", "until", "last"]) query.delete(name);
    if (this.#fixed) {
      query.set("from", String(Math.round(this.#fixed.from)));
      query.set("until", String(Math.round(this.#fixed.until)));
    } else if (this.#last !== USUAL) query.set("last", this.#last);
    return query;
  }

  /** @param {string} name one of SPANS */
  setLast(name) {
    [this.#fixed, this.#last] = [null, name];
    this.#publish();
  }

  /** @param {number} from @param {number} until */
  set(from, until) {
    this.#fixed = { from: Math.round(from), until: Math.round(Math.max(until, from + 1_000_000)) };
    this.#publish();
  }

  /** Goes back or on by half a window, or shows twice as much. @param {"back" | "on" | "out"} how */
  shift(how) {
    const { from, until } = this.#exact;
    const half = (until - from) / 2;
    if (how === "out") return this.set(from - half, Math.min(until + half, Date.now() * 1000));
    const by = how === "back" ? -half : half;
    if (until + by >= Date.now() * 1000) return this.setLast(this.#last);
    this.set(from + by, until + by);
  }

  /**
   * Calls `read` now, whenever the window is another, and each time it is to be read again.
   * @param {(window: Window) => void} read
   * @param {AbortSignal} signal
   */
  watch(read, signal) {
    const told = () => read(this.value);
    this.addEventListener("read", told, { signal });
    told();
  }

  /** Reads everything again. */
  again() {
    this.dispatchEvent(new Event("read"));
  }

  #publish() {
    const address = new URL(location.href);
    this.write(address.searchParams);
    history.pushState(null, "", address);
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("settings"));
    this.again();
    this.#tick();
  }

  #tick() {
    clearInterval(this.#timer);
    if (!this.#refresh || this.#fixed) return;
    this.#timer = window.setInterval(() => {
      if (!document.hidden && !live.paused) this.again();
    }, this.#refresh * 1000);
  }
}

/** A stretch and what sums need around it. @param {Stretch} stretch @param {string | null} last @returns {Window} */
function widened({ from, until }, last) {
  const step = STEPS.find((step) => (until - from) / 1e6 / step <= POINTS) ?? 86_400;
  const unit = (step >= 3600 ? 3600 : 60) * 1e6;
  return {
    from: Math.floor(from / unit) * unit,
    until: last ? until : Math.ceil(until / unit) * unit,
    last,
    step,
  };
}

/** The events: `settings` when window or refresh are others, `read` when it is time to read. */
export const range = new Range();

bind("Time", {
  "[": ["Earlier", () => range.shift("back")],
  "]": ["Later", () => range.shift("on")],
  "-": ["A longer window", () => range.shift("out")],
  r: ["Read again", () => range.again()],
});

/** @param {string} key */
export function stored(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** @param {string} key @param {string} value */
export function store(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Not kept, then.
  }
}
