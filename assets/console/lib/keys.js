// The keyboard: single keys and sequences such as `g l`. The sheet behind `?` lists them.
// @ts-check

/** @typedef {{ keys: string, label: string, group: string, run: (event: KeyboardEvent) => void }} Binding */

/** @type {Set<Binding>} */
const bindings = new Set();
/** How long the second key of a sequence is waited for, in milliseconds. */
const PATIENCE = 1200;
let begun = "";
let timer = 0;

/**
 * Binds keys until the signal is aborted: `bind("Calls", { "s": ["Sort", sort] }, signal)`. What was bound last wins.
 * @param {string} group the heading in the sheet
 * @param {Record<string, [string, (event: KeyboardEvent) => void]>} map
 * @param {AbortSignal} [signal]
 */
export function bind(group, map, signal) {
  const mine = Object.entries(map).map(([keys, [label, run]]) => ({ keys, label, group, run }));
  for (const binding of mine) bindings.add(binding);
  signal?.addEventListener("abort", () => mine.forEach((binding) => bindings.delete(binding)));
}

/** All bindings, by group, in the order in which they were made. */
export function groups() {
  /** @type {Map<string, Binding[]>} */
  const found = new Map();
  for (const binding of bindings) {
    if (!binding.label) continue;
    const group = found.get(binding.group) ?? [];
    group.push(binding);
    found.set(binding.group, group);
  }
  return found;
}

/** Whether what has the focus takes the keys itself. @param {EventTarget | null} target */
export function writes(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (document.querySelector("dialog[open]")) return;
  if (writes(event.target) && event.key !== "Escape") return;
  // Space presses what has the focus.
  if (
    event.key === " " &&
    event.target instanceof HTMLElement &&
    event.target.closest("button, a, summary, [role=slider]")
  )
    return;
  const keys = begun ? `${begun} ${event.key}` : event.key;
  begun = "";
  clearTimeout(timer);
  const found = [...bindings].reverse().find((binding) => binding.keys === keys);
  if (found) {
    event.preventDefault();
    found.run(event);
  } else if ([...bindings].some((binding) => binding.keys.startsWith(`${keys} `))) {
    begun = keys;
    timer = window.setTimeout(() => (begun = ""), PATIENCE);
  }
});

/**
 * Moves the focus among what can be gone through (`[data-row]`), as `j` and `k` do.
 * @param {1 | -1} step
 */
export function move(step) {
  const rows = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#main [data-row]"))].filter(
    (row) => row.checkVisibility(),
  );
  if (rows.length === 0) return;
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + step, 0), rows.length - 1);
  rows[next].focus();
  rows[next].scrollIntoView({ block: "nearest" });
}
