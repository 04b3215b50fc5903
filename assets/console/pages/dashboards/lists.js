// The calls and conversations that stand out, and why answers ended.
// @ts-check

import { get, isAbort } from "../../lib/api.js";
import { conversation } from "../../lib/call.js";
import { fill, h } from "../../lib/dom.js";
import * as format from "../../lib/format.js";
import { bar, cost, tag, time, tokens } from "../../lib/marks.js";
import { notice } from "../../lib/states.js";
import { table } from "../../lib/table.js";
import { name } from "../../lib/text.js";

/** @typedef {import("../dashboards.js").View} View */
/** @typedef {import("../../lib/types.js").CallItem} CallItem */
/** @typedef {import("../../lib/types.js").ConversationItem} ConversationItem */

const ROWS = 8;
/** The newest calls and conversations that are looked at for what sums do not know. */
const NEWEST = 500;
/** How often what is dear to read is read again, in milliseconds. */
const SELDOM = 20_000;

/** @param {(query: Record<string, string | number>) => string} calls @param {AbortSignal} signal */
export function lists(calls, signal) {
  const slowest = card("Slowest calls", call("duration"), calls, { sort: "duration" });
  const dearest = card("Dearest calls", call("cost"), calls, { sort: "cost" });
  const talks = card("Dearest conversations", conversations(), () => "/console/conversations", {});
  const ends = card("Why answers ended", reasons(), calls, {});
  const element = h(
    "div",
    { class: "board-lists" },
    [slowest, dearest, talks, ends].map((one) => one.element),
  );
  let asked = 0;
  let about = "";
  let seldomAt = 0;

  /** @param {View} view */
  async function set({ span, filter }) {
    const mine = (asked += 1);
    const scope = JSON.stringify([span.seconds < 1e9 && span.step, span.query.until, filter]);
    const seldom = scope !== about || performance.now() - seldomAt > SELDOM;
    [about, seldomAt] = [scope, seldom ? performance.now() : seldomAt];
    const list = (/** @type {string} */ sort, limit = ROWS) =>
      get("/api/calls", { ...span.query, ...filter, sort, limit }, { signal });
    const { run, service, component, team, ...others } = filter;
    const part = async (/** @type {Card} */ card, /** @type {Promise<any>} */ answer) => {
      try {
        const told = await answer;
        if (mine === asked) card.set(told);
      } catch (error) {
        if (!isAbort(error) && mine === asked) card.fail(error);
      }
    };
    await Promise.all([part(slowest, list("duration")), part(dearest, list("cost"))]);
    if (!seldom) return;
    // Conversations do not know models and providers.
    const known = Object.keys(others).length === 0;
    talks.element.hidden = !known;
    await Promise.all([
      part(ends, list("time", NEWEST)),
      known &&
        part(
          talks,
          get("/api/conversations", { ...span.query, run, service, component, team, limit: NEWEST }, { signal }),
        ),
    ]);
  }

  return { element, set };
}

/** @typedef {{ element: HTMLElement, set: (answer: any) => string }} Part shows an answer and says what it is of */

/** @typedef {{ element: HTMLElement, set: (answer: any) => void, fail: (error: unknown) => void }} Card */

/** @param {string} title @param {Part} part @param {(query: Record<string, string>) => string} calls @param {Record<string, string>} query @returns {Card} */
function card(title, part, calls, query) {
  const note = h("span", { class: "quiet small" });
  const all = h("a", { class: "quiet small", href: calls(query) }, "All");
  const place = h("div", null);
  const element = h(
    "section",
    { class: "card board-list" },
    h("div", { class: "board-head" }, h("h3", null, title), note, all),
    place,
    part.element,
  );
  return {
    element,
    /** @param {any} answer */
    set: (answer) => {
      fill(place);
      fill(note, part.set(answer));
      all.href = calls(query);
    },
    /** @param {unknown} error */
    fail: (error) => fill(place, notice(error)),
  };
}

/** @param {"duration" | "cost"} sort @returns {Part} */
function call(sort) {
  const list = table({
    label: sort === "cost" ? "Dearest calls" : "Slowest calls",
    columns: /** @type {import("../../lib/table.js").Column<CallItem>[]} */ ([
      { title: "Call", render: (call) => time(call.at) },
      { title: "Model", render: (call) => tag(call.model), wide: true },
      { title: "Component", render: (call) => tag(call.component), desk: true },
      sort === "cost"
        ? { title: "Tokens", render: (call) => tokens(call.tokens), end: true }
        : { title: "First token", render: (call) => format.duration(call.ttft), end: true },
      sort === "cost"
        ? { title: "Cost", render: (call) => cost(call.cost, call.cost_source), end: true }
        : { title: "Duration", render: (call) => format.duration(call.duration), end: true },
    ]),
    key: (call) => call.id,
    mark: (call) => (call.error ? "failed" : null),
    href: (call) => (call.trace ? `/console/trace/${call.trace}?span=${call.span}` : null),
  });
  return {
    element: list.element,
    set: (/** @type {import("../../lib/types.js").CallPage} */ { calls }) => {
      list.set(calls);
      return calls.length ? "" : sort === "cost" ? "nobody knows what these calls cost" : "";
    },
  };
}

/** @returns {Part} */
function conversations() {
  const list = table({
    label: "Dearest conversations",
    columns: /** @type {import("../../lib/table.js").Column<ConversationItem>[]} */ ([
      { title: "Conversation", render: (one) => name(one.name, "clip"), wide: true },
      { title: "Component", render: (one) => tag(one.component), desk: true },
      { title: "Team", render: (one) => tag(one.team), desk: true },
      { title: "Calls", render: (one) => format.count(one.calls), end: true },
      { title: "Cost", render: (one) => cost(one.cost, one.cost_source), end: true },
    ]),
    key: (one) => `${one.service} ${one.name}`,
    href: (one) => conversation(one.name, one.service),
  });
  return {
    element: list.element,
    set: (/** @type {{ conversations: ConversationItem[], total: number }} */ { conversations, total }) => {
      list.set([...conversations].sort((one, other) => other.cost - one.cost).slice(0, ROWS));
      return total > conversations.length
        ? `of the latest ${format.exact(conversations.length)} of ${format.exact(total)}`
        : "with what they cost before this time";
    },
  };
}

/** @returns {Part} */
function reasons() {
  const element = h("ul", { class: "board-bars" });
  return {
    element,
    set: (/** @type {import("../../lib/types.js").CallPage} */ { calls, total }) => {
      /** @type {Map<string, number>} */
      const counts = new Map();
      for (const { finish, error } of calls) {
        const reason = error ? "failed" : (finish ?? "not told");
        counts.set(reason, (counts.get(reason) ?? 0) + 1);
      }
      const found = [...counts].sort((one, other) => other[1] - one[1]).slice(0, 10);
      fill(
        element,
        found.map(([reason, count]) =>
          h(
            "li",
            null,
            name(reason, reason === "failed" ? "error-text" : ""),
            bar(count / calls.length, reason === "failed" ? "var(--error)" : "var(--edge)"),
            h("span", { class: "end" }, format.share(count / calls.length)),
            h("span", { class: "end quiet" }, format.exact(count)),
          ),
        ),
      );
      return total.calls > calls.length ? `of the newest ${format.exact(calls.length)} calls` : "";
    },
  };
}
