// Logs: everything that was said, by whom and how severe. The newest is on top, and comes by itself.
// @ts-check

import { get } from "../lib/api.js";
import { choices } from "../lib/choices.js";
import { fill, h } from "../lib/dom.js";
import { live } from "../lib/live.js";
import { empty, link, region } from "../lib/states.js";
import { records } from "./logs/records.js";
import { SEVERITIES } from "./logs/severity.js";

export const title = "Logs";

/** @typedef {import("../lib/types.js").LogItem} LogItem */

const ROWS = 100;
/** The shortest time between two looks, in milliseconds. */
const PACE = 1000;
/** How long somebody types before it is searched. */
const PATIENCE = 250;

/** @param {import("../lib/router.js").Context} context */
export function open(context) {
  const { view, range, signal } = context;
  /** @type {Record<string, string>} */
  const wanted = {};
  for (const name of ["severity", "event", "text"]) wanted[name] = context.query.get(name) ?? "";

  const severity = h(
    "select",
    { class: "choice", "aria-label": "Severity", on: { change: () => want("severity", severity.value) } },
    SEVERITIES.map(({ least, choice }) => h("option", { value: least ? String(least) : "" }, choice)),
  );
  severity.value = wanted.severity;
  const events = h("datalist", { id: "log-events" });
  const event = field("Event", "event", { list: "log-events", class: "choice" });
  const text = field("Search the beginnings of texts", "text", { "data-search": true, class: "log-search" });
  const chosen = choices(context, ["run"], again, severity, event, events, text);
  const part = region({ lines: 12 });
  const list = records({
    onEvent: (name) => {
      event.value = name;
      want("event", name);
    },
  });
  view.append(chosen.element, part.element);

  /** @param {string} label @param {string} name @param {Record<string, any>} more */
  function field(label, name, more) {
    let timer = 0;
    const input = h("input", {
      type: "search",
      placeholder: label,
      "aria-label": label,
      value: wanted[name],
      ...more,
      on: {
        input: () => {
          clearTimeout(timer);
          timer = window.setTimeout(() => want(name, input.value.trim()), PATIENCE);
        },
      },
    });
    return input;
  }

  /** @param {string} name @param {string} value */
  function want(name, value) {
    if (wanted[name] === value) return;
    wanted[name] = value;
    context.setQuery({ [name]: value });
    again();
  }

  /** Another list: none of what is shown belongs to it. */
  function again() {
    fresh = true;
    read();
  }

  let fresh = true;
  let seenWindow = "";

  function read() {
    severity.classList.toggle("chosen", wanted.severity !== "");
    event.classList.toggle("chosen", wanted.event !== "");
    const window = JSON.stringify(range.value.last ?? range.value);
    if (window !== seenWindow) fresh = true;
    seenWindow = window;
    const query = { ...range.query, ...wanted, ...chosen.values };
    const page = (/** @type {AbortSignal} */ signal, /** @type {string} */ after = "") => get("/api/logs", { ...query, limit: ROWS, after }, { signal });
    part.load(
      (signal) => page(signal),
      (/** @type {{ logs: LogItem[], next: string | null }} */ { logs, next }) => {
        learn(logs);
        if (logs.length === 0) return nothing();
        list.show(logs, next, (after) => page(signal, after), fresh);
        fresh = false;
        return list.element.isConnected ? undefined : list.element;
      },
      signal,
    );
  }

  /** Events that were seen can be chosen. @param {LogItem[]} logs */
  function learn(logs) {
    const known = new Set([...events.children].map((option) => /** @type {HTMLOptionElement} */ (option).value));
    const before = known.size;
    for (const { event } of logs) if (event) known.add(event);
    if (known.size > before) fill(events, [...known].sort().map((value) => h("option", { value })));
  }

  function nothing() {
    fresh = true;
    if (Object.values(wanted).some(Boolean) || chosen.values.run) {
      return empty("No records like these", "Nothing in this time has all that is chosen. Choose less, or a longer time.");
    }
    return empty("No log records in this time", "Play a turn, point another program here, or look at a longer time.", link("/", "Play"), link("/console/connect", "Connect a program"), link("/console/logs?last=7d", "Last 7 days"));
  }

  let timer = 0;
  let looked = 0;
  live
    .watch(() => {
      if (!range.value.last || !range.refresh || timer) return;
      timer = window.setTimeout(() => {
        timer = 0;
        looked = performance.now();
        if (!document.hidden) read();
      }, Math.max(50, PACE - (performance.now() - looked)));
    }, signal)
    .catch(() => {});
  signal.addEventListener("abort", () => clearTimeout(timer));
  range.watch(read, signal);
}
