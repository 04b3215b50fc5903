// Dice as they fell: what was rolled, the whole sum, and what came of it.
// @ts-check

import { h, s } from "../../lib/dom.js";

/** @typedef {import("./game.js").Roll} Roll */

/** More rolls than these are a fight, which is told as a list. */
const CARDS = 4;
const ROUND = /^Round \d+$/;
const SHAPES = /** @type {Record<string, string>} */ ({
  4: "M20 5 37 34H3z",
  6: "M6 6h28v28H6z",
  8: "M20 2 36 20 20 38 4 20z",
  10: "M20 2 37 22 20 38 3 22z",
  12: "M20 2 38 15 31 37H9L2 15z",
  20: "M20 2 36 11v18L20 38 4 29V11z",
});

/** The mechanics of a turn. @param {Roll[]} rolls @param {string[]} log */
export function mechanics(rolls, log) {
  if (rolls.length === 0 && log.length === 0) return null;
  if (rolls.length > CARDS || rolls.length === 0) return list(rolls, log);
  const rest = log.filter((line) => !ROUND.test(line) && !rolls.some((roll) => line.startsWith(roll.text)));
  return h(
    "div",
    { class: "mechanics" },
    h(
      "ul",
      { class: "rolls", "aria-label": "Dice" },
      rolls.map((roll) => h("li", null, card(roll))),
    ),
    rest.length
      ? h(
          "ul",
          { class: "effects" },
          rest.map((line) => h("li", { dir: "auto" }, line)),
        )
      : null,
  );
}

/** @param {Roll[]} rolls @param {string[]} log */
function list(rolls, log) {
  const lines = h(
    "ol",
    { class: "fight" },
    log.map((line) => h("li", { class: ROUND.test(line) ? "fight-round" : "", dir: "auto" }, line)),
  );
  if (log.length <= CARDS)
    return h(
      "div",
      { class: "mechanics" },
      h(
        "ul",
        { class: "effects" },
        log.map((line) => h("li", { dir: "auto" }, line)),
      ),
    );
  return h(
    "details",
    { class: "mechanics" },
    h("summary", null, rolls.length ? `${rolls.length} rolls` : "The mechanics"),
    lines,
  );
}

/** @param {Roll} roll */
function card(roll) {
  const sides = Number(/d(\d+)/.exec(roll.roll)?.[1] ?? 20);
  const good = ["success", "hit"].includes(roll.outcome);
  const judged = roll.dc !== null;
  const [label] = roll.text.split(":");
  const sum = [
    `${roll.natural_roll}`,
    ...roll.modifiers.map(({ name, value }) => `${value < 0 ? "−" : "+"} ${Math.abs(value)} ${name}`),
  ].join(" ");
  return h(
    "div",
    { class: `roll ${judged ? (good ? "good" : "bad") : ""}`, title: roll.text },
    die(sides, roll.natural_roll, roll),
    h(
      "div",
      { class: "roll-words" },
      h("div", { class: "roll-label", dir: "auto" }, label),
      h(
        "div",
        { class: "roll-sum" },
        h("span", { class: "quiet" }, `${roll.roll}: `),
        roll.modifiers.length ? `${sum} = ` : "",
        h("strong", null, String(roll.total)),
        judged ? h("span", { class: "quiet" }, ` against ${roll.dc}`) : null,
      ),
    ),
    h(
      "div",
      { class: "roll-outcome" },
      judged ? `${good ? "✓" : "✕"} ${roll.outcome}` : roll.purpose,
      roll.is_critical
        ? h("div", { class: "small" }, "natural 20")
        : roll.is_fumble
          ? h("div", { class: "small" }, "natural 1")
          : null,
    ),
  );
}

/** @param {number} sides @param {number} number @param {Roll} roll */
const die = (sides, number, roll) =>
  s(
    "svg",
    {
      class: `die ${roll.is_critical ? "critical" : ""} ${roll.is_fumble ? "fumble" : ""}`,
      viewBox: "0 0 40 40",
      "aria-hidden": "true",
    },
    s("path", { d: SHAPES[sides] ?? SHAPES[20] }),
    s(
      "text",
      { x: 20, y: sides === 4 ? 26 : 20.5, "text-anchor": "middle", "dominant-baseline": "central" },
      String(number),
    ),
  );
