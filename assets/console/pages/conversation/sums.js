// What a conversation comes to: its title and its figures.
// @ts-check

import { asks, short, source } from "../../lib/call.js";
import { h } from "../../lib/dom.js";
import * as format from "../../lib/format.js";
import { figure, tag, time, tokens } from "../../lib/marks.js";
import { brief } from "../../lib/text.js";

/** @typedef {import("../../lib/types.js").ConversationItem} ConversationItem */
/** @typedef {import("../../lib/types.js").ThreadCall} ThreadCall */

/** @param {import("../../lib/router.js").Context} context @param {ConversationItem} conversation @param {ThreadCall[]} calls */
export function headline({ title, note }, { name, first, last, service, team, user }, calls) {
  title(name.length > 40 ? brief(name, 40) : /^[0-9a-f-]{36}$/.test(name) ? short(name, 24) : name);
  const models = [...new Set(calls.map((call) => call.model).filter(Boolean))];
  /** @type {import("../../lib/dom.js").Children[]} */
  const told = [
    time(first),
    `over ${format.duration((last - first) / 1e6)}`,
    tag(service, "service"),
    models.length ? named(models) : null,
    team ? tag(team, "team") : null,
    user ? ["user ", h("bdi", null, brief(user, 30))] : null,
  ];
  note(told.filter(Boolean).map((one, index) => [index ? h("span", { class: "sep" }, "·") : null, one]));
}

/** The first of them, each by itself. @param {(string | null)[]} models */
const named = (models) => [
  models.slice(0, 3).map((model, index) => [index ? ", " : null, h("bdi", null, brief(model, 30))]),
  models.length > 3 ? ` and ${models.length - 3} more` : null,
];

/** @param {ConversationItem} conversation @param {ThreadCall[]} read of its calls */
export function figures({ name, calls, steps, errors, input, output, cost }, read) {
  const asked = read.filter(asks);
  const ttft = middle(asked.map((call) => call.ttft));
  const all = read.length === steps;
  const told = source(asked);
  return [
    figure("Calls", format.count(calls), {
      note: steps > calls ? `+ ${format.plural(steps - calls, "step")}` : undefined,
    }),
    figure("Errors", format.count(errors), {
      bad: errors > 0,
      note: errors ? format.share(errors / calls) : "none",
      href: errors ? `/console/calls?last=30d&status=error&conversation=${encodeURIComponent(name)}` : undefined,
    }),
    figure("Tokens", tokens({ input, output }), { note: "in → out" }),
    figure("Cost", format.dollars(cost), { note: told === "reported" ? undefined : (told ?? undefined) }),
    figure("First token", format.duration(ttft), { note: all ? "median" : "median so far" }),
    figure("Duration", format.duration(middle(asked.map((call) => call.duration))), {
      note: all ? "median" : "median so far",
    }),
  ];
}

/** @param {(number | null)[]} values */
function middle(values) {
  const known = /** @type {number[]} */ (values.filter((value) => value !== null)).sort((one, other) => one - other);
  return known.length ? known[Math.floor(known.length / 2)] : null;
}
