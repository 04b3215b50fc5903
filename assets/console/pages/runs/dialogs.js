// What is asked before a run is named or deleted.
// @ts-check

import { remove } from "../../lib/api.js";
import { fill, h } from "../../lib/dom.js";
import * as format from "../../lib/format.js";
import { dialog } from "../../lib/shell.js";
import { notice } from "../../lib/states.js";

/** @typedef {import("../../lib/types.js").RunItem} RunItem */

/** @param {RunItem} run @param {(label: string | null) => void} named */
export function askName(run, named) {
  const field = h("input", {
    name: "label",
    value: run.label ?? "",
    maxlength: 200,
    placeholder: run.service,
    "aria-label": "Name",
    autofocus: true,
  });
  const form = h(
    "form",
    {
      class: "run-form",
      on: {
        submit: (/** @type {Event} */ event) => {
          event.preventDefault();
          named(field.value.trim() || null);
          made.close();
        },
      },
    },
    field,
    h("p", { class: "quiet small" }, "Without a name it is called by its service."),
    h(
      "div",
      { class: "row" },
      h("button", { class: "button main-button" }, "Keep"),
      h("button", { type: "button", class: "button", on: { click: () => made.close() } }, "Cancel"),
    ),
  );
  const made = dialog(`Name of run ${run.id}`, form);
  field.select();
}

/** @param {RunItem} run @param {() => void} gone */
export function askDelete(run, gone) {
  const told = h("div", null);
  const cancel = h(
    "button",
    { type: "button", class: "button", autofocus: true, on: { click: () => made.close() } },
    "Cancel",
  );
  const go = h("button", { type: "button", class: "button run-delete", on: { click } }, "Delete it");
  const made = dialog(
    `Delete run ${run.id}?`,
    told,
    h(
      "p",
      null,
      "All that ",
      h("bdi", null, run.label ?? run.service),
      " told goes: ",
      `${format.plural(run.spans, "span")}, ${format.plural(run.calls, "call")} and ${format.plural(run.logs, "log record")}. This cannot be undone.`,
    ),
    Date.now() * 1000 - run.last < 60e6 &&
      h(
        "p",
        { class: "quiet" },
        "It still sends: what comes from now on will be a new run. To stop it from being kept, pause it instead.",
      ),
    h("div", { class: "row run-ask" }, go, cancel),
  );
  cancel.focus();

  async function click() {
    go.disabled = true;
    try {
      await remove(`/api/runs/${run.id}`);
      made.close();
      gone();
    } catch (error) {
      go.disabled = false;
      fill(told, notice(error));
    }
  }
}
