// What a part of a page shows while it loads, when there is nothing, and when something went wrong.
// @ts-check

import { Problem, isAbort } from "./api.js";
import { fill, h } from "./dom.js";

/** Loading that is quicker than this is not shown, in milliseconds. */
const QUICK = 150;

/**
 * A part of a page that is loaded. It keeps what it shows until something newer is there; only the very first load shows a
 * skeleton, and only when it takes a while.
 *
 *     const part = region();
 *     view.append(part.element);
 *     part.load((signal) => get("/api/errors", range.query, { signal }), (answer) => list(answer.groups));
 * @param {{ lines?: number, class?: string }} [options] `lines` of the skeleton
 */
export function region({ lines = 4, class: name } = {}) {
  const element = h("div", { class: name ? `region ${name}` : "region" });
  const content = h("div", { class: "region-content" });
  element.append(content);
  /** @type {AbortController | null} */
  let loading = null;
  let shown = false;
  let timer = 0;

  /**
   * Loads and shows; a load that is still under way is given up.
   * @template T
   * @param {(signal: AbortSignal) => Promise<T>} ask
   * @param {(answer: T) => import("./dom.js").Children | void} render what it shows; nothing if it changed the page itself
   * @param {AbortSignal} [signal] the page's
   * @returns {Promise<T | null>} null when it failed or was given up
   */
  async function load(ask, render, signal) {
    loading?.abort();
    const mine = (loading = new AbortController());
    signal?.addEventListener("abort", () => mine.abort(), { signal: mine.signal });
    clearTimeout(timer);
    if (!shown) timer = window.setTimeout(() => fill(content, skeleton(lines)), QUICK);
    element.setAttribute("aria-busy", "true");
    try {
      const answer = await ask(mine.signal);
      if (mine.signal.aborted) return null;
      const made = render(answer);
      if (made !== undefined) fill(content, made);
      element.querySelector(":scope > .notice")?.remove();
      shown = true;
      return answer;
    } catch (error) {
      if (isAbort(error) || mine.signal.aborted) return null;
      fail(Problem.of(error), () => load(ask, render, signal));
      return null;
    } finally {
      if (loading === mine) {
        clearTimeout(timer);
        element.removeAttribute("aria-busy");
      }
    }
  }

  /** @param {Problem} problem @param {() => void} retry */
  function fail(problem, retry) {
    element.querySelector(":scope > .notice")?.remove();
    // What was there stays: old numbers under a notice are better than none.
    if (shown) element.prepend(notice(problem, retry));
    else fill(content, failed(problem, retry));
  }

  return { element, content, load };
}

/** @param {number} lines */
export function skeleton(lines) {
  const widths = ["92%", "78%", "85%", "64%", "88%", "71%"];
  return h(
    "div",
    { class: "skeleton", role: "status" },
    h("span", { class: "unseen" }, "Loading …"),
    Array.from({ length: lines }, (_, index) =>
      h("span", { class: "bone", style: { width: widths[index % widths.length] } }),
    ),
  );
}

/**
 * Nothing is there, and what to do about it: `empty("No calls yet", "Play a turn, and it appears here.", link("/", "Play"))`.
 * @param {string} title
 * @param {import("./dom.js").Children} [text]
 * @param {...import("./dom.js").Children} actions
 */
export function empty(title, text, ...actions) {
  return h(
    "div",
    { class: "empty" },
    h("h2", null, title),
    text ? h("p", null, text) : null,
    actions.length ? h("div", { class: "row" }, actions) : null,
  );
}

/** A problem that fills a place. @param {unknown} error @param {(() => void) | null} [retry] @param {string} [again] the button's word */
export function failed(error, retry, again = "Try again") {
  const problem = Problem.of(error);
  return h(
    "div",
    { class: "problem", role: "alert" },
    h("h2", null, problem.title),
    problem.detail && h("p", { class: "prose", dir: "auto" }, problem.detail),
    problem.remedy && h("p", { class: "quiet" }, problem.remedy),
    h(
      "div",
      { class: "row" },
      retry && h("button", { type: "button", class: "button", on: { click: retry } }, again),
      problem.trace &&
        h(
          "a",
          { class: "button plain", href: `/console/trace/${problem.trace}`, "data-traces": true },
          "Look at the trace",
        ),
      problem.slug &&
        problem.type.startsWith("/docs#") &&
        h("a", { class: "button plain", href: problem.type }, "What it means"),
    ),
  );
}

/** A problem in one line, above what was there before. @param {unknown} error @param {() => void} [retry] */
export function notice(error, retry) {
  const problem = Problem.of(error);
  return h(
    "div",
    { class: "notice bad", role: "alert" },
    h(
      "span",
      null,
      h("strong", null, problem.title),
      problem.detail ? ` – ${problem.detail}` : "",
      problem.remedy ? ` ${problem.remedy}` : "",
    ),
    retry && h("button", { type: "button", class: "button plain small", on: { click: retry } }, "Try again"),
  );
}

/** @param {string} href @param {string} text */
export const link = (href, text) => h("a", { class: "button", href }, text);
