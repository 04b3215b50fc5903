// Beside the story: the place, what is to be done, who is there, and the character's sheet.
// @ts-check

import { fill, h } from "../../lib/dom.js";
import { prose } from "./prose.js";

/** @typedef {import("./game.js").Standing} Standing */

/** The panel, which is filled anew after each turn. */
export class Sheet {
  /** Where there is no room beside the story, the sheet is folded up under this line. */
  #toggle = h("button", {
    type: "button",
    class: "sheet-toggle",
    "aria-expanded": "false",
    on: { click: () => this.#turn() },
  });
  #body = h("div", { class: "sheet-body" });
  element = h("aside", { class: "sheet", "aria-label": "The sheet" }, this.#toggle, this.#body);
  /** What was there before, so that what is new can be told. @type {Standing | null} */
  #before = null;

  #turn() {
    this.#toggle.setAttribute("aria-expanded", String(this.#toggle.getAttribute("aria-expanded") !== "true"));
  }

  /** @param {Standing} game */
  show(game) {
    const before = this.#before;
    this.#before = game;
    if (!game.state) return this.#showTable(game);
    const { player, quests, npcs, location, scenario } = game.state;
    fill(this.#toggle, player.name, ` · ${player.hp} of ${player.max_hp} HP · AC ${player.armor_class}`);
    const was = before?.state?.player;
    fill(
      this.#body,
      vitals(player, was),
      quests.length ? part("To do", h("ul", { class: "quests" }, quests.map(quest))) : null,
      scenario ? progress(scenario, before?.state?.scenario) : null,
      npcs.length ? part("There", h("ul", { class: "people" }, npcs.map(person))) : null,
      part(
        "Here",
        h("p", null, scenario?.scene?.name ?? location.name),
        more("Look around", prose(location.description)),
      ),
      character(player),
    );
  }

  /** @param {Standing} game */
  #showTable({ table }) {
    if (!table) return;
    fill(this.#toggle, `${table.protagonist.name} and the ${table.storyteller.name}`);
    fill(
      this.#body,
      part("The quest", h("p", { dir: "auto" }, table.quest)),
      part(`You: ${table.protagonist.name}`, h("p", { class: "quiet", dir: "auto" }, table.protagonist.description)),
      part(table.storyteller.name, h("p", { class: "quiet", dir: "auto" }, table.storyteller.description)),
    );
  }
}

/** @param {string} title @param {...import("../../lib/dom.js").Children} children */
const part = (title, ...children) => h("section", { class: "sheet-part" }, h("h2", { dir: "auto" }, title), children);

/** @type {Record<string, [string, string]>} */
const MARKS = { active: ["○", "to do"], completed: ["✓", "done"], failed: ["✕", "failed"] };

/** @param {any} quest */
function quest({ title, status, description }) {
  const [sign, word] = MARKS[status] ?? ["○", status];
  return h(
    "li",
    { class: `quest ${status}` },
    h("span", { class: "quest-mark", role: "img", "aria-label": word }, sign),
    h(
      "div",
      null,
      h("strong", { dir: "auto" }, title),
      status === "active" ? h("p", { class: "quiet", dir: "auto" }, description) : null,
    ),
  );
}

/** @param {any} person */
const person = ({ name, description, disposition }) =>
  h(
    "li",
    null,
    h("strong", null, h("bdi", null, name)),
    h("span", { class: `quiet disposition ${disposition}` }, ` ${disposition}`),
    h("p", { class: "quiet", dir: "auto" }, description),
  );

/** @param {any} scenario @param {any} before */
function progress(scenario, before) {
  const { alarm_state: alarm, clues, combat } = scenario;
  const fresh = new Set((before?.clues ?? clues).map((/** @type {any} */ clue) => clue.id));
  return [
    clues.length
      ? part(
          `Clues (${clues.length})`,
          h(
            "ul",
            { class: "clues" },
            clues.map((/** @type {any} */ clue) =>
              h(
                "li",
                { class: fresh.has(clue.id) ? "" : "fresh" },
                h("strong", { dir: "auto" }, clue.name),
                h("p", { class: "quiet", dir: "auto" }, clue.text),
              ),
            ),
          ),
        )
      : null,
    alarm.level > 0
      ? part(
          "Alarm",
          h(
            "p",
            null,
            `${alarm.name}, level ${alarm.level}`,
            h("span", { class: "quiet" }, alarm.dc ? ` · every difficulty +${alarm.dc}` : ""),
          ),
        )
      : null,
    combat
      ? part(
          `Fight, round ${combat.round}`,
          h(
            "ul",
            { class: "people" },
            combat.foes.map((/** @type {any} */ foe) =>
              h(
                "li",
                null,
                h("strong", null, h("bdi", null, foe.name)),
                h("span", { class: "quiet" }, ` ${foe.hp} / ${foe.max_hp} HP`),
                hits(foe.hp, foe.max_hp),
              ),
            ),
          ),
        )
      : null,
  ];
}

/** How the character is. @param {any} player @param {any} before */
function vitals(player, before) {
  const change = before ? player.hp - before.hp : 0;
  const changed = change < 0 ? "change error-text" : "change ok-text";
  return part(
    player.name,
    h("p", { class: "quiet" }, `${player.character_class}, level ${player.level}`),
    h(
      "dl",
      { class: "vitals" },
      vital("Hit points", [
        `${player.hp}`,
        h("span", { class: "quiet" }, ` / ${player.max_hp}`),
        change ? h("span", { class: changed }, ` ${signed(change)}`) : null,
      ]),
      vital("Armor", player.armor_class),
      vital("Proficiency", signed(player.proficiency_bonus)),
    ),
    hits(player.hp, player.max_hp),
    player.conditions.length ? h("p", null, player.conditions.map(condition)) : null,
  );
}

/** @param {string} name */
const condition = (name) => h("span", { class: "condition" }, name);

/** What the character can do and has. @param {any} player */
function character(player) {
  const gear = player.equipment.filter((/** @type {any} */ each) => each.kind !== "weapon");
  const weapons = player.equipment.filter((/** @type {any} */ each) => each.kind === "weapon");
  const things = [...gear.map((/** @type {any} */ each) => each.name), ...player.inventory];
  return part(
    "Abilities",
    h("dl", { class: "abilities" }, Object.entries(player.attributes).map(ability)),
    weapons.length ? h("ul", { class: "gear" }, weapons.map(weapon)) : null,
    things.length ? h("p", { class: "quiet", dir: "auto" }, things.join(" · ")) : null,
    more(
      "Skills",
      h(
        "dl",
        { class: "skills" },
        Object.entries(player.skills).map((skill) => skilled(skill, player)),
      ),
    ),
    more("Features", h("ul", { class: "people" }, Object.values(player.class_features).map(feature))),
  );
}

/** @param {[string, any]} ability */
const ability = ([name, score]) =>
  h(
    "div",
    null,
    h("dt", null, name),
    h("dd", null, signed(Math.floor((score - 10) / 2)), h("span", { class: "quiet" }, ` ${score}`)),
  );

/** @param {any} weapon */
const weapon = ({ name, attack_bonus: bonus, damage, range }) =>
  h("li", null, name, h("span", { class: "quiet" }, ` ${signed(bonus)}, ${damage}, ${range}`));

/** @param {[string, any]} skill @param {any} player */
const skilled = ([name, bonus], player) =>
  h(
    "div",
    { class: player.skill_proficiencies.includes(name) ? "proficient" : "" },
    h("dt", null, name),
    h("dd", null, signed(bonus)),
  );

/** @param {any} feature */
const feature = ({ name, description, uses_left: left }) =>
  h(
    "li",
    null,
    h("strong", null, name),
    left === undefined ? null : h("span", { class: "quiet" }, ` ${left} left`),
    h("p", { class: "quiet", dir: "auto" }, description),
  );

/** Which of these are open stays as it is when the sheet is filled anew. */
const opened = new Set();

/** @param {string} title @param {HTMLElement} inside */
function more(title, inside) {
  if (!inside.childElementCount) return null;
  const details = h(
    "details",
    {
      class: "more",
      open: opened.has(title),
      on: { toggle: () => (details.open ? opened.add(title) : opened.delete(title)) },
    },
    h("summary", null, title),
    inside,
  );
  return details;
}

/** @param {string} name @param {import("../../lib/dom.js").Children} value */
const vital = (name, value) => h("div", null, h("dt", null, name), h("dd", null, value));

/** @param {number} number */
const signed = (number) => (number < 0 ? `−${-number}` : `+${number}`);

/** @param {number} hp @param {number} most */
const hits = (hp, most) =>
  h("meter", {
    class: "hits",
    min: 0,
    max: most,
    value: hp,
    low: most * 0.34,
    high: most * 0.67,
    optimum: most,
    "aria-label": `${hp} of ${most} hit points`,
  });
