// Where the player says something: the field, what the game suggests, and the button that sends or stops.
// @ts-check

import { fill, h } from "../../lib/dom.js";
import { bind } from "../../lib/keys.js";

/** @typedef {import("./game.js").Standing} Standing */
/** @typedef {import("./game.js").Move} Move */

/** For a first message at the table of two, where the game suggests nothing. */
const FIRST = ["I look around.", "Where am I, and who else is here?", "I scan for signs of the crew."];

export class Composer {
  #send;
  #stop;
  #busy = false;
  #field = h("textarea", {
    class: "composer-field",
    rows: 1,
    dir: "auto",
    "aria-label": "What do you say or do?",
    placeholder: "What do you say or do?",
    enterkeyhint: "send",
    "data-search": true,
    on: { keydown: (/** @type {KeyboardEvent} */ event) => this.#key(event), input: () => this.#grow() },
  });
  #button = h("button", { class: "button main-button composer-button" }, "Send");
  #offers = h("div", { class: "suggestions", role: "group", "aria-label": "Suggestions" });
  #wait = h("div", { class: "pending" });
  element = h(
    "form",
    { class: "composer", on: { submit: (/** @type {Event} */ event) => this.#submit(event) } },
    this.#wait,
    this.#offers,
    h("div", { class: "composer-line" }, this.#field, this.#button),
  );

  /**
   * @param {(move: Move) => void} send
   * @param {() => void} stop
   * @param {AbortSignal} signal
   */
  constructor(send, stop, signal) {
    this.#send = send;
    this.#stop = stop;
    bind(
      "Play",
      {
        "1 … 9": ["Choose what is suggested", () => {}],
        i: ["Write", () => this.#field.focus()],
        ...Object.fromEntries(
          Array.from({ length: 9 }, (_, index) => [`${index + 1}`, ["", () => this.#choose(index)]]),
        ),
      },
      signal,
    );
  }

  /** Offers what goes on from here. @param {Standing} game */
  offer(game) {
    const over = game.state?.scenario?.complete ?? false;
    this.#field.disabled = over;
    this.#button.disabled = over;
    this.element.hidden = over;
    fill(this.#wait, waits(game));
    const options = game.pending?.kind === "approach" ? game.pending.options : null;
    if (options)
      return fill(
        this.#offers,
        options.map((/** @type {any} */ option, /** @type {number} */ index) =>
          approach(option, index, () => this.#say({ input: "", approach: option.id })),
        ),
      );
    const suggestions = game.kind === "dialogue" && game.turns.length === 0 ? FIRST : game.suggestions;
    fill(
      this.#offers,
      suggestions
        .slice(0, 9)
        .map((text, index) =>
          h(
            "button",
            { type: "button", class: "button suggestion", on: { click: () => this.#say({ input: text }) } },
            h("kbd", { "aria-hidden": "true" }, String(index + 1)),
            h("span", { dir: "auto" }, text),
          ),
        ),
    );
  }

  /** @param {boolean} busy */
  set busy(busy) {
    this.#busy = busy;
    this.#button.textContent = busy ? "Stop" : "Send";
    this.#button.classList.toggle("main-button", !busy);
    for (const button of this.#offers.querySelectorAll("button")) button.disabled = busy;
  }

  /** Puts words back into the field. @param {string} text */
  restore(text) {
    if (this.#field.value) return;
    this.#field.value = text;
    this.#grow();
  }

  focus() {
    // On a phone the keyboard would cover what there is to read.
    if (matchMedia("(hover: hover)").matches) this.#field.focus({ preventScroll: true });
  }

  /** @param {number} index */
  #choose(index) {
    /** @type {HTMLButtonElement | undefined} */ (this.#offers.querySelectorAll("button")[index])?.click();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    // Only the button stops: a key that is pressed too early loses nothing.
    if (!this.#busy) this.element.requestSubmit();
  }

  #grow() {
    this.#field.style.height = "auto";
    this.#field.style.height = `${Math.min(this.#field.scrollHeight + 2, 200)}px`;
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    if (this.#busy) return this.#stop();
    const input = this.#field.value.trim();
    if (!input) return this.#field.focus();
    this.#field.value = "";
    this.#grow();
    this.#say({ input });
  }

  /** @param {Move} move */
  #say(move) {
    if (!this.#busy) this.#send(move);
  }
}

/** What the game waits for, in words. @param {Standing} game */
function waits({ pending, prompt }) {
  if (!pending || pending.kind === "finished") return null;
  if (pending.kind === "approach") return h("p", { class: "pending-text" }, "How do you go about it?");
  if (pending.kind === "combat")
    return h("p", { class: "pending-text" }, h("strong", null, `Round ${pending.round}`), " What do you do?");
  if (!pending.text) return prompt ? h("p", { class: "pending-text", dir: "auto" }, prompt) : null;
  const skill = pending.skill ?? pending.skills?.join(" or ");
  const roll = [skill, pending.dc && `difficulty ${pending.dc}`].filter(Boolean).join(", ");
  return [
    h("p", null, h("strong", { dir: "auto" }, pending.name), h("span", { class: "quiet" }, ` ${roll}`)),
    h("p", { class: "pending-text", dir: "auto" }, pending.text),
  ];
}

/** @param {any} option @param {number} index @param {() => void} choose */
const approach = ({ name, text, skills, dc }, index, choose) =>
  h(
    "button",
    { type: "button", class: "approach", on: { click: choose } },
    h(
      "span",
      { class: "approach-name" },
      h("kbd", { "aria-hidden": "true" }, String(index + 1)),
      ` ${name}`,
      h("span", { class: "quiet" }, skills.length ? ` ${skills.join(" or ")}, difficulty ${dc}` : ""),
    ),
    h("span", { class: "approach-text", dir: "auto" }, text),
  );
