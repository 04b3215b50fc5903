// A turn that was begun in this tab and is played to its end while nobody listens: the page was loaded again, or left.
// @ts-check

/** After so long nobody waits for it any more, in milliseconds. */
const PATIENCE = 120_000;

/** @typedef {Pick<import("./game.js").Standing, "id" | "number" | "turns">} Game */
/** @typedef {{ before: string, input: string, at: number }} Begun */

/** How far it was played; a question has no number of its own. @param {Game} game */
const mark = ({ number, turns }) => `${number} ${turns.length}`;
const key = (/** @type {string} */ id) => `zeroth.begun.${id}`;

/** A turn begins. @param {Game} game @param {string} input */
export function begun(game, input) {
  try {
    sessionStorage.setItem(key(game.id), JSON.stringify({ before: mark(game), input, at: Date.now() }));
  } catch {
    // Then it is not remembered.
  }
}

/** It was heard to its end, or there is none. @param {string} id */
export function heard(id) {
  try {
    sessionStorage.removeItem(key(id));
  } catch {
    // It was not remembered.
  }
}

/** What the player said in a turn that is not over yet. @param {Game} game @returns {string | null} */
export function unheard(game) {
  try {
    const found = /** @type {Begun | null} */ (JSON.parse(sessionStorage.getItem(key(game.id)) ?? "null"));
    if (found && found.before === mark(game) && Date.now() - found.at < PATIENCE) return found.input;
  } catch {
    // Nothing that could be read.
  }
  heard(game.id);
  return null;
}
