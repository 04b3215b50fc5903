// Calls: every call of a model, to be filtered, sorted and opened.
// @ts-check

import { get } from "../lib/api.js";
import { address, conversation, short, source } from "../lib/call.js";
import { runName } from "../lib/choices.js";
import { fill, h } from "../lib/dom.js";
import { filters } from "../lib/filters.js";
import * as format from "../lib/format.js";
import { held } from "../lib/held.js";
import { cost, figure, state, tag, time, tokens } from "../lib/marks.js";
import { simulated } from "../lib/priced.js";
import { empty, link, region } from "../lib/states.js";
import { table } from "../lib/table.js";

/** @typedef {import("../lib/types.js").CallItem} CallItem */
/** @typedef {import("../lib/types.js").CallPage} CallPage */
/** @typedef {import("../lib/types.js").Facets} Facets */
/** @typedef {import("../lib/types.js").RunItem} RunItem */

export const title = "Calls";

const PAGE = 50;
/** More than these are not read again by themselves. */
const MOST = 500;
const SORTS = ["time", "duration", "cost"];

/** @returns {import("../lib/filters.js").Field[]} */
const fields = () => [
  { name: "text", label: "Words in messages", hint: "Search the messages", kind: "text" },
  { name: "component", label: "Component", kind: "choice" },
  { name: "model", label: "Model", kind: "choice" },
  { name: "service", label: "Service", kind: "choice" },
  { name: "team", label: "Team", kind: "choice" },
  {
    name: "status",
    label: "Outcome",
    hint: "All outcomes",
    kind: "choice",
    choices: [
      { value: "ok", label: "answered" },
      { value: "error", label: "failed" },
    ],
  },
  { name: "error", label: "Error", kind: "choice", more: true },
  { name: "provider", label: "Provider", kind: "choice", more: true },
  { name: "operation", label: "Operation", kind: "choice", more: true },
  { name: "run", label: "Run", kind: "choice", more: true },
  { name: "min_duration", label: "Took at least", kind: "number", unit: "s", more: true },
  { name: "max_duration", label: "Took at most", kind: "number", unit: "s", more: true },
  { name: "min_cost", label: "Cost at least", kind: "number", unit: "$", more: true },
  { name: "agent", label: "Agent", kind: "text", more: true },
  { name: "conversation", label: "Conversation", kind: "text", more: true },
  { name: "user", label: "User", kind: "text", more: true },
];

/** Operations that ask no model are no facets: they are not counted. */
const AROUND = ["invoke_agent", "invoke_workflow", "execute_tool", "retrieval"];

/** @param {import("../lib/router.js").Context} context */
export function open({ view, query, range, signal, setQuery, note, announce }) {
  let sort = SORTS.find((sort) => sort === query.get("sort")) ?? "time";
  // What cannot be sorted by does not stay in the address.
  if (query.has("sort") && sort !== query.get("sort")) setQuery({ sort: null });
  const bar = filters({
    fields: fields(),
    query,
    onChange: (chosen, changed) => {
      setQuery(Object.fromEntries(changed.map((name) => [name, chosen[name]])));
      read(true);
    },
  });
  const list = table({
    label: "Calls",
    columns: columns(),
    key: (call) => call.id,
    href: address,
    mark: (call) => (call.error ? "failed" : null),
    sort,
    onSort: (by) => {
      sort = by;
      setQuery({ sort: sort === "time" ? null : sort });
      list.sorted(sort);
      read(true);
    },
  });
  const totals = h("div", { class: "figures calls-totals", role: "group", "aria-label": "All calls of the query" });
  const unsearched = h("p", { class: "quiet small calls-unsearched", hidden: true });
  const part = region({ lines: 10 });
  note(shortcuts());
  view.append(bar.element, part.element);
  const wait = held(list.element, "call");
  const found = [totals, unsearched, wait.button, list.element];
  let shown = PAGE;

  /** Models that the window knows. @type {Promise<string[]>} */
  let models = Promise.resolve([]);

  /** @param {boolean} [anew] from the first page */
  function read(anew = false) {
    if (anew) shown = PAGE;
    // What the reader has opened stays open; who has opened very much reads in peace.
    if (shown > MOST) return;
    const asked = { ...range.query, ...bar.value, sort: sort === "time" ? null : sort };
    const page = (/** @type {string | null} */ after, /** @type {number} */ limit, /** @type {AbortSignal} */ signal) =>
      /** @type {Promise<CallPage>} */ (get("/api/calls", { ...asked, limit, after }, { signal }));
    part.load(
      async (signal) => {
        const answer = await page(null, Math.max(shown, PAGE), signal);
        return {
          ...answer,
          unbilled: await unbilled(answer, bar.value.model ? Promise.resolve([bar.value.model]) : models),
        };
      },
      (/** @type {CallPage & { unbilled: boolean }} */ answer) => {
        fill(totals, figures(answer, asked));
        unsearched.hidden = !answer.unsearched;
        unsearched.textContent = `${format.plural(answer.unsearched ?? 0, "span")} not indexed yet: the newest words may be missing.`;
        if (anew) announce(format.plural(answer.total.calls, "call"));
        if (!answer.calls.length) return nothing(Object.keys(bar.value).length > 0, range.value.last);
        const more = async (/** @type {string} */ after) => {
          const more = await page(after, PAGE, signal);
          shown += more.calls.length;
          wait.add(more.calls.map((call) => call.id));
          return { items: more.calls, next: more.next };
        };
        wait.offer(
          answer.calls.map((call) => call.id),
          () => list.show({ items: answer.calls, next: answer.next }, more),
          anew,
        );
        return part.content.contains(list.element) ? undefined : found;
      },
      signal,
    );
  }
  range.watch(() => {
    models = choose(bar, range.query, signal).then((facets) => facets?.models.map(({ value }) => value) ?? []);
  }, signal);
  range.watch(() => read(), signal);
}

/** Whether all that a query cost is simulated: told by its calls where all are here, else by the models. @param {CallPage} page @param {Promise<string[]>} models */
const unbilled = async ({ calls, total }, models) =>
  calls.length === total.calls ? source(calls) === "simulated" : simulated(await models);

/** What there is to choose from. @param {ReturnType<typeof filters>} bar @param {{ from: number, until?: number }} window @param {AbortSignal} signal */
async function choose(bar, window, signal) {
  const [facets, runs] = await Promise.all([
    get("/api/facets", window, { signal }),
    get("/api/runs", undefined, { signal }),
  ]).catch(() => [null, null]);
  if (!facets) return null;
  const known = /** @type {Facets} */ (facets);
  bar.choices({
    component: known.components,
    model: known.models,
    provider: known.providers,
    service: known.services,
    team: known.teams,
    error: known.errors,
    operation: [
      ...known.operations,
      ...AROUND.filter((name) => !known.operations.some(({ value }) => value === name)).map((value) => ({ value })),
    ],
    run: /** @type {RunItem[]} */ (runs.runs).map((run) => ({ value: String(run.id), label: runName(run) })),
  });
  return known;
}

/** What people come here for. */
const shortcuts = () =>
  h(
    "nav",
    { class: "calls-shortcuts", "aria-label": "Shortcuts" },
    h("a", { class: "button small", href: "/console/calls?last=1d&sort=cost" }, "Dearest of the day"),
    h("a", { class: "button small", href: "/console/calls?last=1d&sort=duration" }, "Slowest of the day"),
    h("a", { class: "button small", href: "/console/calls?last=1d&status=error" }, "Failed today"),
  );

/** @returns {import("../lib/table.js").Column<CallItem>[]} */
function columns() {
  return [
    { title: "Time", sort: "time", render: (call) => time(call.at) },
    { title: "Who asked", render: (call) => tag(call.component ?? call.agent ?? call.service, call.name) },
    {
      title: "Model",
      wide: true,
      desk: true,
      render: (call) =>
        call.model ? h("bdi", null, call.model) : h("bdi", { class: "quiet" }, call.name || call.operation),
    },
    {
      title: "Conversation",
      desk: true,
      render: (call) =>
        call.conversation
          ? h(
              "a",
              { class: "quiet calls-thread", href: conversation(call.conversation, call.service), title: call.conversation },
              h("bdi", null, short(call.conversation, 14)),
            )
          : null,
    },
    { title: "Tokens", end: true, desk: true, render: (call) => tokens(call.tokens) },
    { title: "First token", end: true, desk: true, render: (call) => format.duration(call.ttft) },
    { title: "Took", end: true, sort: "duration", render: (call) => format.duration(call.duration) },
    { title: "Cost", end: true, sort: "cost", render: (call) => cost(call.cost, call.cost_source) },
    { title: "Outcome", desk: true, render: outcome },
  ];
}

/** @param {CallItem} call */
const outcome = (call) =>
  call.error
    ? h("span", { class: "calls-outcome" }, state(call.error))
    : h("bdi", { class: "quiet calls-outcome" }, call.finish ?? "");

/** @param {CallPage & { unbilled: boolean }} page @param {Record<string, any>} asked */
function figures({ total, unbilled }, asked) {
  const least = total.at_least ? "at least" : undefined;
  const errors = new URLSearchParams(
    Object.entries({ ...asked, status: "error" }).filter(
      ([name, value]) => value && name !== "from" && name !== "until",
    ),
  );
  return [
    figure("Calls", format.count(total.calls), { note: least ?? "of this query" }),
    figure("Errors", format.count(total.errors), {
      bad: total.errors > 0,
      note: total.calls ? format.share(total.errors / total.calls) : undefined,
      href: total.errors ? `/console/calls?${errors}` : undefined,
    }),
    figure("Tokens in", format.tokens(total.input), { note: least }),
    figure("Tokens out", format.tokens(total.output), { note: least }),
    figure("Cost", format.dollars(total.cost), {
      note: [unbilled ? "simulated" : "", least ?? ""].filter(Boolean).join(", ") || undefined,
    }),
  ];
}

/** @param {boolean} filtered @param {string | null} last */
const nothing = (filtered, last) =>
  filtered
    ? empty("No call is like that", "Take a filter away, or look at a longer time.")
    : empty(
        last ? "No calls in this time" : "No calls between these times",
        "Play a turn, or send another program’s telemetry here, and its calls appear.",
        link("/", "Play"),
        link("/console/connect", "Connect a program"),
        link("/console/calls?last=30d", "Look at 30 days"),
      );
