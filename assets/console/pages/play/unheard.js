// A turn that was begun in this tab and is played to its end while nobody listens: the page was loaded again, or left.
// @ts-check

/** After so long nobody waits for it any more, in milliseconds. */
const PATIENCE = 120_000;

/** @typedef {{ number: number, input: string, at: number }} Begun `number` of the last turn before it */

const key = (/** @type {string} */ id) => `zeroth.begun.${id}`;

/** A turn begins. @param {string} id of the game @param {number} number @param {string} input */
export function begun(id, number, input) {
  try {
    sessionStorage.setItem(key(id), JSON.stringify({ number, input, at: Date.now() }));
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

/** What the player said in a turn that is not over yet. @param {string} id @param {number} number of the last turn that was kept @returns {string | null} */
export function unheard(id, number) {
  try {
    const found = /** @type {Begun | null} */ (JSON.parse(sessionStorage.getItem(key(id)) ?? "null"));
    if (found && found.number === number && Date.now() - found.at < PATIENCE) return found.input;
  } catch {
    // Nothing that could be read.
  }
  heard(id);
  return null;
}
