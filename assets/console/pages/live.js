// Live: calls and turns as they happen.
// @ts-check

import { get } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { live } from "../lib/live.js";
import { empty, failed, link, region } from "../lib/states.js";
import { Feed } from "./live/feed.js";
import { Minute } from "./live/minute.js";

export const title = "Live";

/** How many calls from before are shown. */
const BEFORE = 60;

/** @param {import("../lib/router.js").Context} context */
export function open({ view, signal, note }) {
  const minute = new Minute();
  const feed = new Feed();
  const part = region({ lines: 8 });
  view.append(minute.element, part.element);
  note("calls and turns as they happen");
  minute.draw();

  /** @param {import("../lib/types.js").CallItem[]} calls */
  const add = (calls) => {
    if (!calls.length) return;
    if (feed.size === 0) part.content.replaceChildren(feed.element);
    minute.add(calls);
    minute.draw();
    feed.add(calls);
  };

  /** Says that something is missing, until the page is left. */
  const skip = () =>
    note(
      "calls and turns as they happen · more came than could be shown; ",
      h("a", { href: "/console/calls" }, "all calls"),
    );

  const begin = () =>
    part.load(
      async (signal) => {
        await live.watch(({ calls, skipped }) => {
          if (skipped) skip();
          add(calls);
        }, signal);
        return get("/api/calls", { limit: BEFORE }, { signal });
      },
      ({ calls }) => {
        add([...calls].reverse());
        if (feed.size === 0) return nothing();
      },
      signal,
    );
  begin();
  const clock = setInterval(() => minute.draw(), 1000);
  addEventListener("scroll", () => feed.settle(), { signal, passive: true });
  return () => clearInterval(clock);
}

const nothing = () =>
  empty(
    "Nothing has happened yet",
    "Play a turn, or point another program’s OpenTelemetry here: its calls appear as they end.",
    link("/", "Play"),
    link("/console/connect", "Connect a program"),
  );
