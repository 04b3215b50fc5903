// What can be folded away. It is made when it is opened for the first time, and what has a name stays as the reader left it.
// @ts-check

import { append, h } from "./dom.js";

/** Which were opened or closed by hand, by their names. @type {Map<string, boolean>} */
const kept = new Map();

/**
 *     fold("System prompt", "1,204 characters", () => words(text), { name: "system" })
 * @param {import("./dom.js").Children} label
 * @param {import("./dom.js").Children} note a few quiet words beside it
 * @param {() => import("./dom.js").Children} make what is inside
 * @param {{ open?: boolean, name?: string, class?: string }} [options]
 */
export function fold(label, note, make, { open = false, name, class: kind = "" } = {}) {
  const body = h("div", { class: "fold-body" });
  let made = false;
  const show = () => {
    if (!made && element.open) append(body, [make()]);
    made ||= element.open;
  };
  const element = h(
    "details",
    {
      class: `fold ${kind}`.trim(),
      open: (name && kept.get(name)) ?? open,
      on: {
        toggle: () => {
          if (name) kept.set(name, element.open);
          show();
        },
      },
    },
    h("summary", null, h("span", null, label), note ? h("span", { class: "quiet fold-note" }, note) : null),
    body,
  );
  show();
  return element;
}
