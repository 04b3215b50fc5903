// One turn on the page: what the player said, what was told, the dice, and what it took.
// @ts-check

import { fill, h } from "../../lib/dom.js";
import * as format from "../../lib/format.js";
import { cost, tag } from "../../lib/marks.js";
import { mechanics } from "./dice.js";
import { Prose } from "./prose.js";

/** @typedef {import("./game.js").Turn} Turn */
/** @typedef {import("./game.js").Usage} Usage */

/** What an input turned out to be, where it was no turn. @type {Record<string, string>} */
const NATURES = {
  question: "a question, which costs no turn",
  ruling: "not possible here; nothing happened",
  choice: "a choice",
};

export class TurnView {
  #said = h("p", { class: "said", dir: "auto" });
  #prose = new Prose();
  #dice = h("div");
  #foot = h("footer", { class: "turn-foot" });
  /** Where a problem or a remark stands. */
  remark = h("div", { class: "turn-remark" });
  element = h("article", { class: "turn" }, this.#said, this.#prose.element, this.#dice, this.remark, this.#foot);

  /** @param {string} input */
  constructor(input) {
    fill(this.#said, h("span", { class: "unseen" }, "You: "), input);
    this.#said.hidden = !input;
    this.#said.classList.toggle("command", input.startsWith("/"));
  }

  /** Something comes, but nothing is there yet. */
  wait() {
    this.element.classList.add("waiting");
    fill(this.#foot, h("span", { class: "thinking" }, "The storyteller thinks …"));
  }

  /** @param {string} text */
  word(text) {
    if (this.element.classList.contains("waiting")) fill(this.#foot, h("span", { class: "thinking" }, "telling …"));
    this.element.classList.remove("waiting");
    this.#prose.add(text);
  }

  /** Shows all of it. @param {Turn} turn */
  show(turn) {
    this.element.classList.remove("waiting");
    this.element.classList.toggle("aside", turn.nature !== "turn" && turn.nature !== "choice");
    this.#prose.set(turn.narrative);
    fill(this.#dice, mechanics(turn.rolls, turn.log));
    fill(
      this.remark,
      turn.teller === "stopgap"
        ? h(
            "p",
            { class: "notice" },
            `The storyteller failed (${turn.failure ?? "no answer"}), so the game told this turn itself. The dice count; “Retry” asks again.`,
          )
        : null,
    );
    fill(this.#foot, foot(turn));
  }

  /** Ends without an answer. @param {...import("../../lib/dom.js").Children} children */
  end(...children) {
    this.element.classList.remove("waiting");
    fill(this.#foot);
    fill(this.remark, ...children);
  }

  /** What can be done with the last turn. @param {...import("../../lib/dom.js").Children} buttons */
  actions(...buttons) {
    this.#foot.querySelector(".turn-actions")?.remove();
    if (buttons.length) this.#foot.append(h("span", { class: "turn-actions" }, buttons));
  }
}

/** @param {Turn} turn */
function foot({ number, nature, usage, trace }) {
  const parts = [NATURES[nature] ?? (number ? `turn ${number}` : null), ...(usage ? took(usage) : [])];
  const link =
    trace && usage?.calls !== undefined
      ? h("a", { class: "trace-link", href: `/console/trace/${trace}`, "data-traces": true }, "Trace")
      : null;
  return [parts.filter((part) => part !== null).map((part) => h("span", { class: "took" }, part)), link];
}

/** @param {Usage} usage @returns {(import("../../lib/dom.js").Children | null)[]} */
function took(usage) {
  if (usage.calls === 0) return ["no model was asked"];
  const cached = usage.cached_tokens ? ` (${format.tokens(usage.cached_tokens)} from the cache)` : "";
  return [
    tag(usage.model, usage.provider ?? undefined),
    usage.calls > 1 ? `${usage.calls} calls` : null,
    h(
      "span",
      { title: "Tokens in and out" },
      `${format.tokens(usage.input_tokens)}${cached} → ${format.tokens(usage.output_tokens)} tokens`,
    ),
    cost(usage.cost_usd, usage.simulated ? "simulated" : "computed"),
    usage.time_to_first_token_ms === null
      ? null
      : `first token ${format.duration(usage.time_to_first_token_ms / 1000)}`,
    h("span", { title: "Until the last word" }, format.duration(usage.duration_ms / 1000)),
  ];
}
