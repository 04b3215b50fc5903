// One conversation, to be read as a thread.
// @ts-check

import { Problem, get } from "../lib/api.js";
import { asks, conversation as address } from "../lib/call.js";
import { fill, h } from "../lib/dom.js";
import * as format from "../lib/format.js";
import { bind } from "../lib/keys.js";
import { live } from "../lib/live.js";
import { copy } from "../lib/marks.js";
import { empty, link, notice, region } from "../lib/states.js";
import { prompt } from "./conversation/exchange.js";
import { speeches } from "./conversation/speech.js";
import { figures, headline } from "./conversation/sums.js";
import { turns } from "./conversation/thread.js";
import { Turns } from "./conversation/turns.js";

/** @typedef {import("../lib/types.js").ConversationDetail} ConversationDetail */
/** @typedef {import("../lib/types.js").ConversationItem} ConversationItem */
/** @typedef {import("../lib/types.js").ThreadCall} ThreadCall */
/** @typedef {import("./conversation/thread.js").Speech} Speech */

export const title = "Conversation";

/** Calls in an answer of the API. */
const PAGE = 500;

/** @param {import("../lib/router.js").Context} context */
export function open(context) {
  const { view, query, signal, navigate } = context;
  const name = query.get("name") ?? "";
  const service = query.get("service");
  if (!name) {
    view.append(
      empty(
        "No conversation is named",
        "The address ends with ?name= and its name.",
        link("/console/conversations", "All conversations"),
      ),
    );
    return undefined;
  }
  const part = region({ lines: 10 });
  const sums = h("div", { class: "figures talk-sums", role: "group", "aria-label": "The whole conversation" });
  const prompts = h("div", { class: "prompts" });
  const before = h("div", { class: "talk-more" });
  const list = h("div", { class: "thread", role: "region", "aria-label": "The conversation" });
  const after = h("div", { class: "talk-more" });
  const frame = h("div", { class: "talk" }, sums, prompts, before, list, after);
  view.append(part.element);
  const thread = new Turns(list, signal);
  const whole = {
    from: Math.max(0, Number(query.get("skip")) || 0),
    last: 0,
    next: /** @type {number | null} */ (null),
  };
  whole.last = whole.from;
  /** @type {Map<number, ThreadCall[]>} by how many are before them */
  const pages = new Map();
  /** @type {Speech[] | null} */
  let spoken = null;

  /** @param {number} skip @param {AbortSignal} signal @returns {Promise<ConversationDetail>} */
  const ask = (skip, signal) => get("/api/conversation", { name, service, skip: skip || null }, { signal });
  const calls = () => [...pages.entries()].sort(([one], [other]) => one - other).flatMap(([, calls]) => calls);

  /** @param {ConversationDetail} answer */
  function show({ conversation, calls: page, next }) {
    pages.set(whole.last, page);
    whole.next = next;
    headline(context, conversation, calls());
    fill(sums, figures(conversation, calls()));
    thread.set(turns(calls(), spoken ?? []));
    look(conversation);
    if (spoken === null && page.some((call) => !call.trace)) listen(conversation);
    if (part.content.contains(frame)) return undefined;
    queueMicrotask(() => arrive());
    return frame;
  }

  /** @param {ConversationItem} conversation */
  function look(conversation) {
    const components = new Map(
      calls()
        .filter((call) => asks(call) && call.trace)
        .map((call) => [call.component ?? "", call]),
    );
    if (prompts.childElementCount !== Math.min(components.size, 6))
      fill(prompts, [...components.values()].slice(0, 6).map(prompt));
    const { from, next } = whole;
    more(
      before,
      from > 0 ? `${format.plural(from, "call or step", "calls and steps")} before` : null,
      "Show earlier ones",
      earlier,
    );
    const rest = next === null ? 0 : conversation.steps - next;
    more(after, rest > 0 ? `${format.plural(rest, "call or step", "calls and steps")} more` : null, "Show more", later);
    context.actions(
      rest > PAGE || (rest > 0 && from === 0)
        ? h("button", { type: "button", class: "button small", on: { click: end } }, "Go to the end")
        : null,
      thread.button,
      copy(name, "Copy name"),
    );
  }

  async function later() {
    if (whole.next === null) return;
    const answer = await ask(whole.next, signal);
    whole.last = whole.next;
    show(answer);
  }

  async function earlier() {
    const skip = Math.max(0, whole.from - PAGE);
    const answer = await ask(skip, signal);
    const high = document.documentElement.scrollHeight;
    pages.set(skip, answer.calls.slice(0, whole.from - skip));
    whole.from = skip;
    thread.set(turns(calls(), spoken ?? []));
    look(answer.conversation);
    scrollBy(0, document.documentElement.scrollHeight - high);
  }

  /** The newest, without all that is between. */
  function end() {
    get("/api/conversation", { name, service, skip: whole.next }, { signal }).then(
      (/** @type {ConversationDetail} */ { conversation }) => {
        const skip = Math.floor((conversation.steps - 1) / PAGE) * PAGE;
        navigate(`${address(name, service)}&skip=${skip}&at=end`);
      },
      () => {},
    );
  }

  /** Words that log records tell, beside calls that log records tell. @param {ConversationItem} conversation */
  async function listen(conversation) {
    spoken = [];
    try {
      spoken = await speeches(conversation, signal);
      if (spoken.length) thread.set(turns(calls(), spoken));
    } catch {
      // They are an addition: the calls are there.
    }
  }

  function arrive() {
    const wanted = query.get("call") && document.getElementById(`call-${query.get("call")}`);
    if (wanted) {
      wanted.scrollIntoView({ block: "center" });
      wanted.classList.add("wanted");
    } else if (query.get("at") === "end") {
      // What was not laid out yet has another height than was thought.
      const down = () => scrollTo({ top: document.documentElement.scrollHeight });
      down();
      requestAnimationFrame(() => requestAnimationFrame(down));
    }
  }

  const read = () =>
    part.load(
      async (signal) => {
        try {
          return await ask(whole.last, signal);
        } catch (error) {
          if (Problem.of(error).slug !== "unknown-telemetry" || pages.size) throw error;
          return null;
        }
      },
      (answer) => (answer ? show(answer) : absent()),
      signal,
    );
  read();
  let timer = 0;
  live.watch(({ calls }) => {
    if (!calls.some((call) => call.conversation === name) || whole.next !== null) return;
    clearTimeout(timer);
    timer = window.setTimeout(read, 600);
  }, signal);
  bind(
    "Conversation",
    { s: ["Hide or show steps", () => thread.toggle()], e: ["Next error", () => thread.nextError()] },
    signal,
  );
  return () => clearTimeout(timer);
}

const absent = () =>
  empty(
    "This conversation is not here",
    "Nothing of it has arrived yet, or it was let go because of its age or deleted with its run.",
    link("/console/conversations", "All conversations"),
    link("/console/connect", "Connect a program"),
  );

/** A button for more, and how much that is. @param {HTMLElement} place @param {string | null} text @param {string} label @param {() => Promise<void>} load */
function more(place, text, label, load) {
  if (text === null) return fill(place);
  const button = h(
    "button",
    {
      type: "button",
      class: "button plain",
      on: {
        click: async () => {
          button.disabled = true;
          await load().catch((error) => place.append(notice(error)));
          button.disabled = false;
        },
      },
    },
    label,
  );
  fill(place, button, h("span", { class: "quiet small" }, text));
}
