// What to play: games that wait, and games to begin.
// @ts-check

import { fill, h } from "../../lib/dom.js";
import { plural } from "../../lib/format.js";
import { ago } from "../../lib/marks.js";
import { failed, region } from "../../lib/states.js";
import * as games from "./game.js";

/** @typedef {import("./game.js").Offer} Offer */
/** @typedef {import("./game.js").Summary} Summary */
/** @typedef {import("../../lib/router.js").Context} Context */
/** @typedef {Awaited<ReturnType<typeof games.offers>>} Offers */

/** @type {Record<string, string>} */
const KINDS = { dialogue: "for two", solo: "solo", scenario: "scenario" };

/** @param {Context} context */
export function chooser({ view, signal, navigate }) {
  const part = region({ lines: 6 });
  const open = (/** @type {string} */ id) => navigate(`/?game=${id}`);
  const look = () =>
    part.load(
      (signal) => Promise.all([games.saved(signal), games.offers(signal)]),
      ([saved, offers]) => [
        typeof saved === "string" ? outside(saved) : resume(saved, offers, look),
        offer(offers, open),
      ],
      signal,
    );
  const promise = "You talk to an AI Dungeon Master. Each turn shows its tokens, its cost and its trace.";
  const title = h("h1", null, "A game whose every thought you can watch");
  const welcome = h("header", { class: "chooser-head" }, title, h("p", { class: "quiet" }, promise));
  view.append(h("div", { class: "chooser" }, welcome, part.element));
  look();
}

/** What who is not let in does not see. @param {"stranger" | "shut"} why */
const outside = (why) =>
  h(
    "p",
    { class: "quiet small chooser-outside" },
    why === "shut"
      ? "The console is shut here: the game is open, but saved games and traces are not shown."
      : h("a", { href: "/console/login?next=/" }, "Log in to see saved games and traces"),
  );

/** @param {Offers} offers @param {(id: string) => void} open */
function offer({ table, solo, scenarios }, open) {
  return [
    h("h2", { class: "chooser-title" }, "Begin"),
    h(
      "div",
      { class: "cards offers" },
      card("For two", between(table), table.quest, [
        button("Play", async () => open(games.MINE), true),
        button(
          "Make up another",
          async () => open(await games.newTable()),
          false,
          "A model words a new setup, which takes three calls",
        ),
      ]),
      scenarios.map((each) => scenario(each, open)),
      solo.map((each) =>
        card(
          "Solo",
          each.title,
          each.description,
          [begin(each, async () => open(await games.begin("solo", each.name)))],
          each.playable,
        ),
      ),
    ),
  ];
}

/** @param {Offer} each @param {(id: string) => void} open */
function scenario(each, open) {
  const rounds = h("input", { type: "checkbox" });
  const start = async () => open(await games.begin("scenario", each.name, rounds.checked ? "rounds" : undefined));
  const pace = h("label", { class: "row quiet small" }, rounds, "fight round by round");
  return card("Scenario", each.title, each.description, [begin(each, start), pace], each.playable);
}

/** @param {string} kind @param {string} title @param {string} text @param {HTMLElement[]} actions @param {boolean} [playable] */
const card = (kind, title, text, actions, playable = true) =>
  h(
    "section",
    { class: "card offer" },
    h("p", { class: "offer-kind quiet small" }, kind),
    h("h3", { dir: "auto" }, title),
    h("p", { class: playable ? "offer-text" : "offer-text error-text", dir: "auto" }, text),
    h("div", { class: "row" }, actions),
  );

/** @param {Offer} each @param {() => Promise<void>} run */
function begin(each, run) {
  const made = button("Play", run, true);
  made.disabled = !each.playable;
  return made;
}

/** A button that shows what it waits for, and what went wrong. @param {string} text @param {() => Promise<void>} run @param {boolean} main @param {string} [title] */
function button(text, run, main, title) {
  const made = h(
    "button",
    { type: "button", class: main ? "button main-button" : "button plain", title, on: { click: go } },
    text,
  );
  async function go() {
    made.disabled = true;
    made.textContent = "One moment …";
    try {
      await run();
    } catch (error) {
      made.closest(".offer")?.querySelector(".problem")?.remove();
      made.closest(".offer")?.append(failed(error, null));
    } finally {
      made.disabled = false;
      made.textContent = text;
    }
  }
  return made;
}

/** How many games that wait are shown before the rest is asked for. */
const WAITING = 3;

/** @param {Summary[]} saved @param {Offers} offers @param {() => void} look */
function resume(saved, offers, look) {
  const rows = saved.filter((game) => game.turns > 0).map((game) => waiting(game, called(game, offers), look));
  if (rows.length === 0) return [];
  const list = h("ul", { class: "saved" }, rows.slice(0, WAITING));
  const rest = rows.slice(WAITING);
  const more = h("button", { type: "button", class: "button plain small", on: { click: show } }, `${rest.length} more`);
  function show() {
    more.remove();
    list.append(...rest);
    rest[0].querySelector("a")?.focus();
  }
  const heading = h("h2", { class: "chooser-title" }, "Go on");
  return [heading, list, rest.length ? h("div", { class: "saved-more" }, more) : null];
}

/** @param {Summary} game @param {string} name @param {() => void} look */
function waiting(game, name, look) {
  const shared = game.session_id === games.SHARED;
  const link = h(
    "a",
    { class: "saved-link", href: `/?game=${game.session_id}`, "data-row": true },
    h("strong", { dir: "auto" }, name),
    h("span", { class: "quiet" }, shared ? "everyone’s table" : KINDS[game.kind]),
    h("span", { class: "quiet" }, plural(game.turns, "turn")),
    ago(Date.parse(game.played) * 1000),
  );
  return h("li", { class: "saved-game" }, link, h("span", { class: "saved-end" }, shared ? null : forget(game, look)));
}

/** @param {Summary} game @param {Offers} offers */
function called(game, { table, solo, scenarios }) {
  if (game.kind === "dialogue") return between(table);
  const offered = game.kind === "solo" ? solo : scenarios;
  return offered.find((each) => each.name === game.campaign)?.title ?? game.campaign;
}

/** @param {Offers["table"]} table */
const between = ({ protagonist, storyteller }) => `${protagonist.name} and the ${storyteller.name}`;

/** @param {Summary} game @param {() => void} look */
function forget(game, look) {
  const made = h(
    "button",
    { type: "button", class: "button plain small", "aria-label": `Delete ${game.campaign}`, on: { click: ask } },
    "Delete",
  );
  function ask() {
    const sure = h(
      "button",
      {
        type: "button",
        class: "button small error-text",
        on: { click: () => games.letGo(game.session_id).then(look, (error) => fill(sure, error.title ?? "Failed")) },
      },
      "Delete for good",
    );
    made.replaceWith(sure);
    sure.focus();
    sure.addEventListener("blur", () => sure.replaceWith(made));
  }
  return made;
}
