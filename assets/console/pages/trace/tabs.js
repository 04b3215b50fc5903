// Tabs, of which the one that the reader looked at last stays open from span to span.
// @ts-check

import { fill, h } from "../../lib/dom.js";

/** @typedef {[id: string, label: string, make: () => import("../../lib/dom.js").Children]} Tab */

let looked = "";

/** @param {Tab[]} tabs */
export function tabbed(tabs) {
  const panel = h("div", { class: "tab-panel", role: "tabpanel", tabindex: -1 });
  const buttons = tabs.map(([id, label]) =>
    h(
      "button",
      {
        type: "button",
        class: "tab",
        role: "tab",
        id: `tab-${id}`,
        on: {
          click: () => {
            looked = id;
            show(id);
          },
        },
      },
      label,
    ),
  );
  const list = h(
    "div",
    {
      class: "tabs",
      role: "tablist",
      on: {
        keydown: (/** @type {KeyboardEvent} */ event) => {
          const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
          if (!step) return;
          event.preventDefault();
          const here = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
          const next = buttons[(here + step + buttons.length) % buttons.length];
          next.focus();
          next.click();
        },
      },
    },
    buttons,
  );
  /** @param {string} id */
  function show(id) {
    tabs.forEach(([other, , make], index) => {
      const chosen = other === id;
      buttons[index].setAttribute("aria-selected", String(chosen));
      buttons[index].tabIndex = chosen ? 0 : -1;
      if (!chosen) return;
      panel.setAttribute("aria-labelledby", `tab-${id}`);
      fill(panel, make());
    });
  }
  show(tabs.some(([id]) => id === looked) ? looked : tabs[0][0]);
  return [list, panel];
}
