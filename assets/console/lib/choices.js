// What a page is narrowed down to: a row of choices that stand in the address.
// @ts-check

import { get } from "./api.js";
import { fill, h } from "./dom.js";
import { range } from "./range.js";

/** @typedef {import("./types.js").Facets} Facets */
/** @typedef {import("./types.js").RunItem} RunItem */
/** @typedef {"run" | "service" | "provider" | "model" | "component" | "team" | "operation" | "error"} Name */

/** @type {Record<Name, string>} */
const ALL = {
  run: "All runs",
  service: "All services",
  provider: "All providers",
  model: "All models",
  component: "All components",
  team: "All teams",
  operation: "All calls to models",
  error: "All errors",
};

/**
 *     const chosen = choices(context, ["run", "model"], read);
 *     view.append(chosen.element);
 *     get("/api/series", { ...span.query, ...chosen.values });
 * @param {import("./router.js").Context} context
 * @param {Name[]} names
 * @param {() => void} changed
 * @param {...import("./dom.js").Children} more other fields in the row
 */
export function choices(context, names, changed, ...more) {
  /** @type {Partial<Record<Name, string>>} */
  const values = {};
  for (const name of names) {
    const value = context.query.get(name);
    if (value) values[name] = value;
  }
  /** @type {Map<Name, { value: string, label: string }[]>} */
  const known = new Map();
  const selects = new Map(names.map((name) => [name, select(name)]));
  const clear = h(
    "button",
    { type: "button", class: "button plain small", on: { click: () => choose(Object.fromEntries(names.map((name) => [name, ""]))) } },
    "Clear",
  );
  const element = h("div", { class: "choices", role: "group", "aria-label": "Narrow down" }, [...selects.values()], more, clear);

  /** @param {Name} name */
  function select(name) {
    return h("select", {
      "aria-label": ALL[name].replace("All ", ""),
      class: "choice",
      on: { change: (/** @type {Event} */ event) => choose({ [name]: /** @type {HTMLSelectElement} */ (event.target).value }) },
    });
  }

  /** @param {Partial<Record<Name, string>>} changes */
  function choose(changes) {
    for (const [name, value] of /** @type {[Name, string][]} */ (Object.entries(changes))) {
      if (value) values[name] = value;
      else delete values[name];
    }
    context.setQuery(changes);
    look();
    changed();
  }

  function look() {
    for (const [name, select] of selects) {
      const value = values[name] ?? "";
      const options = known.get(name) ?? [];
      // What was chosen stays to be seen, even where nothing has it now.
      const all = value && !options.some((option) => option.value === value) ? [{ value, label: named(name, value) }, ...options] : options;
      const signature = JSON.stringify(all);
      if (select.dataset.options !== signature) {
        select.dataset.options = signature;
        fill(select, h("option", { value: "" }, ALL[name]), all.map((option) => h("option", { value: option.value }, option.label)));
      }
      select.value = value;
      select.classList.toggle("chosen", value !== "");
      select.hidden = all.length === 0;
    }
    clear.hidden = Object.keys(values).length === 0;
  }

  async function learn() {
    const { query } = range;
    const [facets, runs] = await Promise.all([
      names.some((name) => name !== "run") ? get("/api/facets", query, { signal: context.signal }).catch(() => null) : null,
      names.includes("run") ? get("/api/runs", undefined, { signal: context.signal }).catch(() => null) : null,
    ]);
    if (facets)
      for (const name of names) {
        const found = /** @type {Facets} */ (facets)[/** @type {keyof Facets} */ (`${name}s`)] ?? [];
        if (name !== "run") known.set(name, found.map(({ value }) => ({ value, label: value })));
      }
    if (runs) known.set("run", runs.runs.map((/** @type {RunItem} */ run) => ({ value: String(run.id), label: runName(run) })));
    look();
  }

  look();
  learn();
  range.addEventListener("settings", learn, { signal: context.signal });
  // Who looks for something new finds it.
  element.addEventListener("focusin", learn, { signal: context.signal });
  return { element, values, choose };
}

/** @param {Name} name @param {string} value */
const named = (name, value) => (name === "run" ? `Run ${value}` : value);

/** A run in a few words. @param {RunItem} run */
export function runName(run) {
  if (run.label) return `${run.label} (${run.id})`;
  const instance = run.instance && run.instance.length > 12 ? `${run.instance.slice(0, 8)}…` : run.instance;
  return `Run ${run.id} · ${[run.service, instance].filter(Boolean).join(" · ")}`;
}
