// What arrives in a list while somebody reads it waits behind a button: nothing moves under the eye or the pointer.
// @ts-check

import { h, say } from "./dom.js";
import { plural } from "./format.js";

/** Further down than this, in pixels, somebody reads. */
const TOP = 160;

/**
 *     const wait = held(list.element, "call");
 *     view.append(wait.button, list.element);
 *     wait.offer(calls.map((call) => call.id), () => list.show(page), anew);
 * @param {HTMLElement} list
 * @param {string} one what arrives
 */
export function held(list, one) {
  /** @type {Set<string | number>} */
  let known = new Set();
  let show = () => {};
  const button = h("button", {
    type: "button",
    class: "held button small main-button",
    hidden: true,
    on: { click: go },
  });

  function go() {
    take();
    scrollTo({ top: 0 });
  }

  function take() {
    button.hidden = true;
    show();
  }

  const reading = () =>
    list.isConnected &&
    (scrollY > TOP || list.contains(document.activeElement) || list.querySelector("tbody:hover") !== null);

  return {
    button,
    /**
     * Shows a list now, or when nobody reads, or when somebody asks for it.
     * @param {(string | number)[]} keys of all that is in it
     * @param {() => void} now
     * @param {boolean} asked whether the reader asked for another list
     */
    offer(keys, now, asked) {
      const fresh = keys.filter((key) => !known.has(key)).length;
      show = () => {
        known = new Set(keys);
        now();
      };
      if (asked || fresh === 0 || known.size === 0 || !reading()) return take();
      button.hidden = false;
      say(button, `${plural(fresh, `new ${one}`)} ↑`);
    },
    /** What the reader opened is known. @param {(string | number)[]} keys */
    add: (keys) => keys.forEach((key) => known.add(key)),
  };
}
