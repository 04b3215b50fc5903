// What agents and tools did around the calls of a turn.
// @ts-check

import { address, operation } from "../../lib/call.js";
import { h } from "../../lib/dom.js";
import { fold } from "../../lib/fold.js";
import * as format from "../../lib/format.js";
import { state } from "../../lib/marks.js";
import { structured } from "../../lib/messages.js";
import { brief } from "../../lib/text.js";

/** @typedef {import("../../lib/types.js").ThreadCall} ThreadCall */
/** @typedef {import("./thread.js").Steps} Steps */

/** What stood around calls: quiet, and folded away. @param {Steps} part */
export function steps({ steps }) {
  const failed = steps.some((step) => step.error);
  const named = steps.map(headed);
  const label =
    steps.length === 1
      ? named[0]
      : [format.plural(steps.length, "step"), ": ", brief([...new Set(names(steps))].join(", "), 90)];
  return fold(
    h("span", { class: failed ? "error-text" : "quiet" }, failed ? "✕ " : null, label),
    steps.length === 1 ? format.duration(steps[0].duration) : null,
    () => steps.map(step),
    { class: "steps" },
  );
}

/** @param {ThreadCall[]} steps */
const names = (steps) => steps.map((step) => `${operation(step)} ${title(step)}`);

/** @param {ThreadCall} step */
const title = (step) =>
  step.agent ?? (step.name.replace(new RegExp(`^${step.operation}\\s+`), "") || step.component || "");

/** @param {ThreadCall} step */
const headed = (step) => [operation(step), " ", h("bdi", null, brief(title(step), 60))];

/** @param {ThreadCall} step */
function step(step) {
  const leads = step.trace ? address(step) : null;
  return h(
    "div",
    { class: "step" },
    h(
      "div",
      { class: "row small" },
      leads ? h("a", { href: leads }, headed(step)) : h("span", null, headed(step)),
      h("span", { class: "quiet" }, format.duration(step.duration)),
      step.error ? state(step.error) : null,
    ),
    step.said.input ? h("div", { class: "use" }, structured(step.said.input, 600)) : null,
    step.said.output ? h("div", { class: "use" }, structured(step.said.output, 600)) : null,
  );
}
