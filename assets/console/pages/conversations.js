// Conversations: what was talked about with models, the latest first.
// @ts-check

import { get } from "../lib/api.js";
import { conversation } from "../lib/call.js";
import { choices } from "../lib/choices.js";
import { h } from "../lib/dom.js";
import * as format from "../lib/format.js";
import { held } from "../lib/held.js";
import { ago, cost, tag, time, tokens } from "../lib/marks.js";
import { empty, link, region } from "../lib/states.js";
import { table } from "../lib/table.js";

/** @typedef {import("../lib/types.js").ConversationItem} ConversationItem */
/** @typedef {{ conversations: ConversationItem[], total: number, next: string | null }} ConversationPage */

export const title = "Conversations";

const PAGE = 50;
const MOST = 500;

/** What tells conversations apart. @param {import("../lib/types.js").ConversationItem} talk */
const key = (talk) => `${talk.service} ${talk.name}`;

/** @param {import("../lib/router.js").Context} context */
export function open(context) {
  const { view, range, signal, note, announce } = context;
  const bar = choices(context, ["component", "service", "team", "run"], () => read(true), [
    { name: "failed", label: "With errors", kind: "switch" },
  ]);
  const list = table({
    label: "Conversations",
    columns,
    key,
    href: (talk) => conversation(talk.name, talk.service),
    mark: (talk) => (talk.errors ? "failed" : null),
  });
  const part = region({ lines: 8 });
  view.append(bar.element, part.element);
  const wait = held(list.element, "conversation");
  let shown = PAGE;

  /** @param {boolean} [anew] from the first page */
  function read(anew = false) {
    if (anew) shown = PAGE;
    // What the reader has opened stays open; who has opened very much reads in peace.
    if (shown > MOST) return;
    const asked = { ...range.query, ...bar.values };
    const page = (/** @type {string | null} */ after, /** @type {number} */ limit, /** @type {AbortSignal} */ signal) =>
      /** @type {Promise<ConversationPage>} */ (get("/api/conversations", { ...asked, limit, after }, { signal }));
    part.load(
      (signal) => page(null, shown, signal),
      (/** @type {ConversationPage} */ answer) => {
        const total = format.plural(answer.total, "conversation");
        note(answer.total ? total : "");
        if (anew) announce(total);
        if (!answer.conversations.length) return nothing(Object.keys(bar.values).length > 0);
        const more = async (/** @type {string} */ after) => {
          const more = await page(after, PAGE, signal);
          shown += more.conversations.length;
          wait.add(more.conversations.map(key));
          return { items: more.conversations, next: more.next };
        };
        wait.offer(
          answer.conversations.map(key),
          () => list.show({ items: answer.conversations, next: answer.next }, more),
          anew,
        );
        return part.content.contains(list.element) ? undefined : [wait.button, list.element];
      },
      signal,
    );
  }
  range.watch(() => read(), signal);
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
  { title: "Cost", end: true, render: (talk) => cost(talk.cost, talk.cost_source) },
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
