// A game that is played: the story, its panel, and the turns as they come.
// @ts-check

import { Problem, isAbort } from "../../lib/api.js";
import { fill, h } from "../../lib/dom.js";
import * as format from "../../lib/format.js";
import { bind } from "../../lib/keys.js";
import { cost } from "../../lib/marks.js";
import { failed } from "../../lib/states.js";
import { Composer } from "./composer.js";
import * as games from "./game.js";
import { prose } from "./prose.js";
import { recall } from "./recall.js";
import { Sheet } from "./sheet.js";
import { TurnView } from "./turn.js";
import { begun, heard, unheard } from "./unheard.js";
import { Voice } from "./voice.js";

/** @typedef {import("./game.js").Standing} Standing */
/** @typedef {import("./game.js").Turn} Turn */
/** @typedef {import("../../lib/router.js").Context} Context */

/** How often it is looked whether a turn that nobody listens to is over, and how many times, in milliseconds. */
const LOOK = { every: 800, times: 75 };

export class Table {
  #context;
  /** @type {Standing} */ #game;
  #story = h("div", { class: "story", role: "log", "aria-label": "The story", "aria-live": "off" });
  #ending = h("div", { class: "ending", hidden: true });
  /** What the game came to so far; leads to all that its models were asked. */
  #total = h("span", { class: "story-total quiet" });
  #calls = h("a", { "data-traces": true, hidden: true }, "All its calls");
  #sheet;
  #composer;
  /** @type {TurnView | null} */ #last = null;
  /** What is under way. @type {AbortController | null} */ #running = null;
  /** Whether the page follows what is told. */ #follows = true;
  element;

  /** @param {Context} context @param {Standing} game */
  constructor(context, game) {
    this.#context = context;
    this.#game = game;
    this.#sheet = new Sheet();
    this.#composer = new Composer(
      (move) => this.#play(move),
      () => this.#running?.abort(),
      context.signal,
    );
    const title = h(
      "div",
      { class: "story-title" },
      h("h1", { dir: "auto" }, game.title),
      h("span", { class: "story-end" }, this.#total, this.#calls),
    );
    const header = h("header", { class: "story-head" }, title, game.prologue ? prose(game.prologue) : null);
    const story = h("div", { class: "table-story" }, header, this.#story, this.#ending, this.#composer.element);
    this.element = h("div", { class: "table-two" }, story, this.#sheet.element);
    bind(
      "Play",
      {
        e: ["Retry the last turn: other words, the same dice", () => this.#again()],
        u: ["Take the last turn back", () => this.#undo()],
      },
      context.signal,
    );
    new ResizeObserver(() => this.#follow()).observe(this.#story);
    addEventListener("scroll", () => (this.#follows = nearEnd()), { signal: context.signal, passive: true });
    context.signal.addEventListener("abort", () => this.#running?.abort());
    this.#tell(game.turns);
    this.#settle();
    if (game.turns.length) requestAnimationFrame(() => scrollTo(0, document.documentElement.scrollHeight));
    this.#composer.focus();
    const input = unheard(game);
    if (input === null) return;
    this.#add(input);
    this.#catchUp(input);
  }

  /** @param {Turn[]} turns */
  #tell(turns) {
    const views = turns.map((turn) => {
      const view = new TurnView(turn.input);
      view.show(turn);
      return view;
    });
    this.#last = views.at(-1) ?? null;
    fill(
      this.#story,
      views.map((view) => view.element),
    );
  }

  /** @param {games.Move} move */
  async #play(move) {
    begun(this.#game, move.input);
    const view = this.#add(move.input || `approach ${move.approach}`);
    await this.#run(
      view,
      (word, signal) => games.play(this.#game, move, word, signal),
      () => this.#play(move),
      move.input,
    );
  }

  /** The last turn in other words, in its place. */
  async #again() {
    const last = games.lastTurn(this.#game);
    if (this.#running || !last || !this.#mayChange()) return;
    this.#drop();
    const view = this.#add(last.input);
    this.#game = { ...this.#game, turns: this.#game.turns.slice(0, this.#game.turns.lastIndexOf(last)) };
    await this.#run(
      view,
      (word, signal) => games.retry(this.#game, word, signal),
      () => this.#reload(),
      "",
    );
  }

  async #undo() {
    if (this.#running || !games.lastTurn(this.#game) || !this.#mayChange()) return;
    this.#begin();
    try {
      const { input } = await games.undo(this.#game, this.#context.signal);
      await this.#reload();
      this.#composer.restore(input.startsWith("/") ? "" : input);
    } catch (error) {
      if (!isAbort(error)) this.#last?.end(failed(error, null));
    } finally {
      this.#end();
    }
  }

  /**
   * A turn from its first word to its last.
   * @param {TurnView} view
   * @param {(word: (text: string) => void, signal: AbortSignal) => Promise<{ turn: Turn, game: Standing }>} ask
   * @param {() => void} retry
   * @param {string} input what comes back into the field when it fails
   */
  async #run(view, ask, retry, input) {
    const running = this.#begin();
    const { id } = this.#game;
    const voice = new Voice(view, this.#context.announce, () => this.#follow());
    view.wait();
    this.#follow();
    try {
      const { turn, game } = await ask((text) => voice.say(text), running.signal);
      await voice.finished(running.signal);
      view.show(turn);
      heard(id);
      this.#took(turn, game);
    } catch (error) {
      if (this.#context.signal.aborted) return;
      // Where the server said that there is no turn, none is waited for.
      if (!isAbort(error) && Problem.of(error).status) heard(id);
      if (isAbort(error)) view.end(this.#stopped());
      else {
        view.end(
          failed(
            error,
            { conflict: () => this.#reload(), busy: () => this.#catchUp() }[Problem.of(error).slug] ??
              (() => (view.element.remove(), retry())),
          ),
        );
        this.#composer.restore(input);
        this.#context.announce(Problem.of(error).title);
      }
      this.#follow();
    } finally {
      voice.close();
      this.#end();
    }
  }

  /** @param {Turn} turn @param {Standing} game */
  #took(turn, game) {
    const missed = turn.number > this.#game.number + 1;
    this.#game = { ...game, turns: [...this.#game.turns, turn] };
    this.#context.setQuery({ game: game.id });
    this.#settle();
    this.#follow();
    // The cookie's table had been played at before, or somebody played in another tab.
    if (missed) this.#reload();
  }

  /** What goes on from here. */
  #settle() {
    const game = this.#game;
    this.#sheet.show(game);
    this.#composer.offer(game);
    fill(this.#total, total(game.turns));
    this.#calls.hidden = game.id === games.MINE;
    this.#calls.href = `/console/conversation?name=${game.id}`;
    const outcome = game.state?.scenario?.outcome;
    this.#ending.hidden = !outcome;
    if (outcome)
      fill(
        this.#ending,
        h("p", null, "The end: ", h("strong", null, outcome)),
        h("div", { class: "row" }, h("a", { class: "button", href: "/" }, "Play something else")),
      );
    const view = this.#last;
    if (!view || !this.#mayChange() || !games.lastTurn(game)) return;
    view.actions(
      h(
        "button",
        {
          type: "button",
          class: "button plain small",
          title: "Other words, the same dice (e)",
          on: { click: () => this.#again() },
        },
        "Retry",
      ),
      h(
        "button",
        {
          type: "button",
          class: "button plain small",
          title: "Take this turn back (u)",
          on: { click: () => this.#undo() },
        },
        "Undo",
      ),
    );
  }

  /** At the shared table the last turn may be somebody else's. */
  #mayChange() {
    return this.#game.id !== games.SHARED;
  }

  /** @param {string} input */
  #add(input) {
    this.#drop(false);
    const view = new TurnView(input);
    this.#last = view;
    this.#story.append(view.element);
    this.#follows = true;
    return view;
  }

  /** The last view loses what could be done with it, or goes. @param {boolean} [whole] */
  #drop(whole = true) {
    this.#last?.actions();
    if (whole) this.#last?.element.remove();
  }

  #stopped() {
    return h(
      "div",
      { class: "notice" },
      h("span", null, "You stopped listening. The turn is played to its end all the same, and kept."),
      h("button", { type: "button", class: "button small", on: { click: () => this.#catchUp() } }, "Go on listening"),
    );
  }

  /** Waits until a turn that nobody listened to is over. @param {string} [input] comes back if there is none */
  async #catchUp(input = "") {
    const { id, number, turns } = this.#game;
    const { signal } = this.#begin();
    this.#last?.wait();
    try {
      if (id === games.MINE) return void (await this.#reload());
      for (let look = 0; look < LOOK.times && !this.#context.signal.aborted; look += 1) {
        const game = await games.load(id, signal);
        if (game.number > number || game.turns.length > turns.length) break;
        await new Promise((resolve) => setTimeout(resolve, LOOK.every));
      }
      heard(id);
      await this.#reload();
      if (this.#game.number === number && this.#game.turns.length === turns.length && input)
        this.#composer.restore(input);
    } catch (error) {
      if (this.#context.signal.aborted) return;
      if (isAbort(error)) this.#last?.end(this.#stopped());
      else this.#last?.end(failed(error, () => this.#catchUp()));
    } finally {
      this.#end();
    }
  }

  /** Looks how the game stands. */
  async #reload() {
    try {
      const game = await games.load(this.#game.id, this.#context.signal);
      if (await this.#context.traces) await recall(game, this.#game.turns, this.#context.signal);
      this.#game = game;
      this.#tell(game.turns);
      this.#settle();
      this.#follow();
    } catch (error) {
      if (!isAbort(error)) this.#last?.end(failed(error, () => this.#reload()));
    }
  }

  #begin() {
    this.#running = new AbortController();
    this.#composer.busy = true;
    return this.#running;
  }

  #end() {
    this.#running = null;
    this.#composer.busy = false;
    this.#composer.focus();
  }

  #follow() {
    if (this.#follows) scrollTo(0, document.documentElement.scrollHeight);
  }
}

/** What turns came to, as far as it is known. @param {Turn[]} turns */
function total(turns) {
  const usages = turns.flatMap(({ usage }) => (usage?.calls ? [usage] : []));
  if (usages.length === 0) return null;
  const sum = (/** @type {(usage: games.Usage) => number | null} */ of) =>
    usages.reduce((sum, usage) => sum + (of(usage) ?? 0), 0);
  const used = [sum((usage) => usage.input_tokens), sum((usage) => usage.output_tokens)].map(format.tokens).join(" → ");
  const simulated = usages.every((usage) => usage.simulated) ? "simulated" : null;
  return [
    format.plural(usages.length, "turn"),
    " · ",
    `${used} tokens`,
    " · ",
    cost(
      sum((usage) => usage.cost_usd),
      simulated,
    ),
  ];
}

/** Whether the reader is at the end of the story. */
const nearEnd = () => innerHeight + scrollY > document.documentElement.scrollHeight - 120;
