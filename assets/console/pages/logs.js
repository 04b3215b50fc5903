// Logs: everything that was said, by whom and how severe. The newest is on top, and comes by itself.
// @ts-check

import { get } from "../lib/api.js";
import { choices } from "../lib/choices.js";
import { live } from "../lib/live.js";
import { empty, link, region } from "../lib/states.js";
import { records } from "./logs/records.js";
import { CHOICES } from "./logs/severity.js";

export const title = "Logs";

/** @typedef {import("../lib/types.js").LogItem} LogItem */

const ROWS = 100;
/** The shortest time between two looks, in milliseconds. */
const PACE = 1000;

/** @param {import("../lib/router.js").Context} context */
export function open(context) {
  const { view, range, signal } = context;
  const chosen = choices(context, ["run"], again, [
    { name: "severity", label: "Severity", kind: "choice", hint: "All severities", choices: CHOICES },
    { name: "event", label: "Event", kind: "choice" },
    { name: "text", label: "The beginnings of texts", hint: "Search the beginnings of texts", kind: "text" },
  ]);
  const part = region({ lines: 12 });
  const list = records({ onEvent: (event) => chosen.change({ event }) });
  view.append(chosen.element, part.element);
  /** Events that were seen. @type {Set<string>} */
  const events = new Set();

  /** Another list: none of what is shown belongs to it. */
  function again() {
    fresh = true;
    read();
  }

  let fresh = true;
  let seenWindow = "";

  function read() {
    const window = JSON.stringify(range.value.last ?? range.value);
    if (window !== seenWindow) fresh = true;
    seenWindow = window;
    const query = { ...range.query, ...chosen.values };
    const page = (/** @type {AbortSignal} */ signal, /** @type {string} */ after = "") =>
      get("/api/logs", { ...query, limit: ROWS, after }, { signal });
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
    const before = events.size;
    for (const { event } of logs) if (event) events.add(event);
    if (events.size > before) chosen.known({ event: [...events].sort().map((value) => ({ value })) });
  }

  function nothing() {
    fresh = true;
    if (Object.keys(chosen.values).length) {
      return empty(
        "No records like these",
        "Nothing in this time has all that is chosen. Choose less, or a longer time.",
      );
    }
    return empty(
      "No log records in this time",
      "Play a turn, point another program here, or look at a longer time.",
      link("/", "Play"),
      link("/console/connect", "Connect a program"),
      link("/console/logs?last=7d", "Last 7 days"),
    );
  }

  let timer = 0;
  let looked = 0;
  live
    .watch(() => {
      if (!range.value.last || !range.refresh || timer) return;
      timer = window.setTimeout(
        () => {
          timer = 0;
          looked = performance.now();
          if (!document.hidden) read();
        },
        Math.max(50, PACE - (performance.now() - looked)),
      );
    }, signal)
    .catch(() => {});
  signal.addEventListener("abort", () => clearTimeout(timer));
  range.watch(read, signal);
}
