// What a page about many calls is narrowed down to: runs, services, models and whatever else calls are told apart by.
// @ts-check

import { get } from "./api.js";
import { filters } from "./filters.js";
import { when } from "./format.js";
import { range } from "./range.js";

/** @typedef {import("./types.js").Facets} Facets */
/** @typedef {import("./types.js").RunItem} RunItem */
/** @typedef {"run" | "service" | "provider" | "model" | "component" | "team" | "error"} Name */

/** @type {Record<Name, string>} */
const LABELS = {
  run: "Run",
  service: "Service",
  provider: "Provider",
  model: "Model",
  component: "Component",
  team: "Team",
  error: "Error",
};

/**
 * A bar of filters whose values are learnt from the store.
 *
 *     const chosen = choices(context, ["run", "model"], read);
 *     view.append(chosen.element);
 *     get("/api/series", { ...span.query, ...chosen.values });
 * @param {import("./router.js").Context} context
 * @param {Name[]} names
 * @param {() => void} changed
 * @param {import("./filters.js").Field[]} [others] fields beside these
 */
export function choices(context, names, changed, others = []) {
  const { query, setQuery, signal } = context;
  const bar = filters({
    fields: [...names.map((name) => /** @type {const} */ ({ name, label: LABELS[name], kind: "choice" })), ...others],
    query,
    onChange: (chosen, changes) => {
      setQuery(Object.fromEntries(changes.map((name) => [name, chosen[name]])));
      changed();
    },
  });

  async function learn() {
    const facets = names.some((name) => name !== "run")
      ? await get("/api/facets", range.query, { signal }).catch(() => null)
      : null;
    const told = names.includes("run") ? await get("/api/runs", undefined, { signal }).catch(() => null) : null;
    /** @type {Record<string, { value: string, label?: string }[]>} */
    const known = {};
    for (const name of names) {
      if (name === "run" && told)
        known.run = told.runs.map((/** @type {RunItem} */ run) => ({ value: String(run.id), label: runName(run) }));
      else if (facets) known[name] = /** @type {any} */ (facets)[`${name}s`] ?? [];
    }
    bar.choices(known);
  }

  learn();
  range.addEventListener("settings", learn, { signal });
  return {
    element: bar.element,
    change: bar.change,
    /** Values of other fields, or more of these. */
    known: bar.choices,
    /** What is chosen, for the API. */
    get values() {
      return bar.value;
    },
  };
}

/** A run in a few words. @param {RunItem} run */
export const runName = (run) => `${run.label ?? run.service} · ${when(run.first)}`;
