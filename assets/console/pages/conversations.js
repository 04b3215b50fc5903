// Conversations: what was talked about with models, the latest first.
// @ts-check

import { get } from "../lib/api.js";
import { conversation } from "../lib/call.js";
import { runName } from "../lib/choices.js";
import { h } from "../lib/dom.js";
import { filters } from "../lib/filters.js";
import * as format from "../lib/format.js";
import { ago, tag, time, tokens } from "../lib/marks.js";
import { empty, link, region } from "../lib/states.js";
import { table } from "../lib/table.js";

/** @typedef {import("../lib/types.js").ConversationItem} ConversationItem */
/** @typedef {{ conversations: ConversationItem[], total: number, next: string | null }} ConversationPage */

export const title = "Conversations";

const PAGE = 50;
const MOST = 500;

/** @returns {import("../lib/filters.js").Field[]} */
const fields = () => [
  { name: "component", label: "Component", kind: "choice" },
  { name: "service", label: "Service", kind: "choice" },
  { name: "team", label: "Team", kind: "choice" },
  { name: "run", label: "Run", kind: "choice" },
  { name: "failed", label: "With errors", kind: "switch" },
];

/** @param {import("../lib/router.js").Context} context */
export function open({ view, query, range, signal, setQuery, note, announce }) {
  const bar = filters({
    fields: fields(),
    query,
    onChange: (chosen, changed) => {
      setQuery(Object.fromEntries(changed.map((name) => [name, chosen[name]])));
      read(true);
    },
  });
  const list = table({
    label: "Conversations",
    columns,
    key: (talk) => talk.name,
    href: (talk) => conversation(talk.name),
    mark: (talk) => (talk.errors ? "failed" : null),
  });
  const part = region({ lines: 8 });
  view.append(bar.element, part.element);
  let shown = PAGE;

  /** @param {boolean} [anew] from the first page */
  function read(anew = false) {
    if (anew) shown = PAGE;
    // What the reader has opened stays open; who has opened very much reads in peace.
    if (shown > MOST) return;
    const asked = { ...range.query, ...bar.value };
    const page = (/** @type {string | null} */ after, /** @type {number} */ limit, /** @type {AbortSignal} */ signal) =>
      get("/api/conversations", { ...asked, limit, after }, { signal });
    part.load(
      (signal) => page(null, shown, signal),
      (/** @type {ConversationPage} */ answer) => {
        const total = format.plural(answer.total, "conversation");
        note(answer.total ? total : "");
        if (anew) announce(total);
        if (!answer.conversations.length) return nothing(Object.keys(bar.value).length > 0);
        list.show({ items: answer.conversations, next: answer.next }, async (after) => {
          const more = await page(after, PAGE, signal);
          shown += more.conversations.length;
          return { items: more.conversations, next: more.next };
        });
        return part.content.contains(list.element) ? undefined : list.element;
      },
      signal,
    );
  }
  range.watch(() => read(), signal);
  range.watch(() => choose(bar, range.query, signal), signal);
}

/** What there is to choose from. @param {ReturnType<typeof filters>} bar @param {{ from: number, until?: number }} window @param {AbortSignal} signal */
async function choose(bar, window, signal) {
  const [facets, runs] = await Promise.all([
    get("/api/facets", window, { signal }),
    get("/api/runs", undefined, { signal }),
  ]).catch(() => [null, null]);
  if (!facets) return;
  bar.choices({
    component: facets.components,
    service: facets.services,
    team: facets.teams,
    run: /** @type {import("../lib/types.js").RunItem[]} */ (runs.runs).map((run) => ({
      value: String(run.id),
      label: runName(run),
    })),
  });
}

/** @type {import("../lib/table.js").Column<ConversationItem>[]} */
const columns = [
  { title: "Last call", render: (talk) => ago(talk.last) },
  {
    title: "Name",
    wide: true,
    render: (talk) => h("bdi", { class: "talk-name", title: talk.name }, talk.name),
  },
  { title: "Begun by", render: (talk) => tag(talk.component ?? talk.service) },
  { title: "Service", desk: true, render: (talk) => (talk.component ? tag(talk.service) : null) },
  { title: "Team", desk: true, render: (talk) => (talk.team ? tag(talk.team) : null) },
  { title: "Began", desk: true, render: (talk) => time(talk.first) },
  { title: "Calls", end: true, render: (talk) => format.count(talk.calls) },
  {
    title: "Errors",
    end: true,
    desk: true,
    render: (talk) =>
      talk.errors
        ? h("span", { class: "error-text" }, `✕ ${format.count(talk.errors)}`)
        : h("span", { class: "quiet" }, "0"),
  },
  { title: "Tokens", end: true, desk: true, render: (talk) => tokens(talk) },
  { title: "Cost", end: true, render: (talk) => format.dollars(talk.cost) },
];

/** @param {boolean} filtered */
const nothing = (filtered) =>
  filtered
    ? empty("No conversation is like that", "Take a filter away, or look at a longer time.")
    : empty(
        "No conversations in this time",
        "Play a game, or send another program’s telemetry here: calls that name a conversation appear together.",
        link("/", "Play"),
        link("/console/connect", "Connect a program"),
        link("/console/conversations?last=30d", "Look at 30 days"),
      );
