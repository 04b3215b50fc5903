// The turns of a conversation on the page.
// @ts-check

import { address } from "../../lib/call.js";
import { h } from "../../lib/dom.js";
import * as format from "../../lib/format.js";
import { tag, time } from "../../lib/marks.js";
import { words } from "../../lib/text.js";
import { Ahead } from "./content.js";
import { exchange, input } from "./exchange.js";
import { steps } from "./steps.js";

/** @typedef {import("./thread.js").Turn} Turn */

/** The turns on the page: what stays is not touched. */
export class Turns {
  /** @type {Map<string, { element: HTMLElement, look: string }>} */ #drawn = new Map();
  #list;
  #ahead;
  button = h(
    "button",
    {
      type: "button",
      class: "button plain small toggle",
      "aria-pressed": "false",
      title: "Agents and tools around the calls (s)",
      on: { click: () => this.toggle() },
    },
    "Hide steps",
  );

  /** @param {HTMLElement} list @param {AbortSignal} signal */
  constructor(list, signal) {
    this.#list = list;
    this.#ahead = new Ahead(signal);
  }

  toggle() {
    const on = this.button.getAttribute("aria-pressed") !== "true";
    this.button.setAttribute("aria-pressed", String(on));
    this.#list.classList.toggle("without-steps", on);
  }

  nextError() {
    const failed = /** @type {HTMLElement[]} */ ([...this.#list.querySelectorAll(".answered.failed")]);
    const next = failed.find((element) => element.getBoundingClientRect().top > innerHeight / 2 + 8) ?? failed[0];
    next?.scrollIntoView({ block: "center" });
    next?.querySelector("a")?.focus({ preventScroll: true });
  }

  /** @param {Turn[]} turns */
  set(turns) {
    /** @type {Set<string>} */
    const keys = new Set(turns.map((turn) => turn.key));
    for (const [key, { element }] of this.#drawn) {
      if (keys.has(key)) continue;
      element.remove();
      this.#drawn.delete(key);
    }
    let place = this.#list.firstElementChild;
    for (const turn of turns) {
      const look = JSON.stringify(turn);
      const known = this.#drawn.get(turn.key);
      const element = known?.look === look ? known.element : draw(turn, this.#ahead);
      if (known && known.element !== element) {
        if (place === known.element) place = element;
        known.element.replaceWith(element);
      }
      this.#drawn.set(turn.key, { element, look });
      if (place === element) place = element.nextElementSibling;
      else this.#list.insertBefore(element, place);
    }
  }
}

/** @param {Turn} turn @param {Ahead} ahead */
function draw(turn, ahead) {
  const { agent } = turn;
  const leads = agent && address(agent);
  const asked = turn.parts.flatMap((part) => (part.kind === "exchange" ? part.answers : []));
  const mixed = new Set(asked.map((call) => call.component)).size > 1;
  return h(
    "section",
    { class: "talk-turn" },
    h(
      "header",
      { class: "talk-head" },
      time(turn.at),
      agent
        ? h(leads ? "a" : "span", { href: leads, class: "talk-agent" }, h("bdi", null, agent.agent ?? agent.name))
        : null,
      mixed || !asked[0]?.component ? null : tag(asked[0].component, "component"),
      asked.length > 1
        ? h(
            "span",
            { class: "quiet" },
            `${format.plural(asked.length, "call")} in ${format.duration((turn.end - turn.at) / 1e6)}`,
          )
        : null,
      agent?.error && !asked.some((call) => call.error)
        ? h("span", { class: "error-text" }, "✕ ", h("bdi", null, agent.error))
        : null,
    ),
    turn.asked ? h("div", { class: "asked" }, input(turn.asked)) : null,
    turn.parts.map((part) => {
      if (part.kind === "exchange") return exchange(part, ahead, mixed);
      if (part.kind === "steps") return steps(part);
      return h(
        "div",
        { class: part.role === "user" ? "asked" : "answer-words loose" },
        part.text ? words(part.text, { cut: 900 }) : h("span", { class: "quiet" }, "The words were withheld."),
      );
    }),
  );
}
