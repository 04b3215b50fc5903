// What stands above the waterfall, and its keys.
// @ts-check

import { asks } from "../../lib/call.js";
import { h, say } from "../../lib/dom.js";
import * as format from "../../lib/format.js";
import { bind } from "../../lib/keys.js";

/** @typedef {import("./tree.js").Node} Node */
/** @typedef {import("./waterfall.js").Waterfall} Waterfall */
/** @typedef {import("../../lib/types.js").TraceDetail} TraceDetail */

/**
 * What stands above the waterfall. What is switched on is told, so that the address can keep it.
 * @param {Waterfall} waterfall
 * @param {AbortSignal} signal
 * @param {(changes: { path?: string | null, only?: string | null, enlarged?: string | null }) => void} keep
 */
export function tools(waterfall, signal, keep) {
  /** @type {(on: boolean) => void} */
  let told = () => {};
  const press = (
    /** @type {string} */ label,
    /** @type {string} */ title,
    /** @type {(on: boolean) => void} */ run,
  ) => {
    const button = h(
      "button",
      {
        type: "button",
        class: "button plain small toggle",
        "aria-pressed": "false",
        title,
        on: {
          click: () => {
            const on = button.getAttribute("aria-pressed") !== "true";
            button.setAttribute("aria-pressed", String(on));
            run(on);
          },
        },
      },
      label,
    );
    return button;
  };
  const spansTab = tab("Spans", () => turn("spans"));
  const logsTab = tab("Logs", () => turn("logs"));
  const field = h("input", {
    type: "search",
    class: "trace-find",
    placeholder: "Find a span",
    "aria-label": "Find a span by its name, model, component or service",
    "data-search": true,
    on: { input: () => filter() },
  });
  let calls = false;
  const path = press("Critical path", "What made it take as long as it did (c)", (on) => {
    waterfall.critical(on);
    keep({ path: on ? "critical" : null });
  });
  const only = press("Only calls", "Models, agents, tools (o)", (on) => {
    calls = on;
    keep({ only: on ? "calls" : null });
    filter();
  });
  const near = press("Enlarge", "The time of the chosen span (z)", () => zoom());
  near.classList.add("desk");
  function zoom() {
    waterfall.zoom();
    near.setAttribute("aria-pressed", String(waterfall.zoomed));
    keep({ enlarged: waterfall.zoomed ? "1" : null });
  }
  function filter() {
    const wanted = field.value.trim().toLowerCase();
    waterfall.only(
      wanted || calls
        ? ({ span }) =>
            (!calls || span.call !== null) &&
            (!wanted ||
              [
                span.name,
                span.service,
                span.span,
                span.call?.component,
                span.call?.model,
                span.call?.agent,
                span.call?.error,
              ]
                .filter(Boolean)
                .some((word) => /** @type {string} */ (word).toLowerCase().includes(wanted)))
        : null,
    );
  }
  /** @param {"spans" | "logs"} which */
  function turn(which) {
    spansTab.setAttribute("aria-pressed", String(which === "spans"));
    logsTab.setAttribute("aria-pressed", String(which === "logs"));
    for (const part of [field, near, path, only]) part.classList.toggle("away", which === "logs");
    told(which === "logs");
  }
  signal.addEventListener("abort", () => (told = () => {}));
  turn("spans");
  return {
    element: h("div", { class: "trace-bar" }, h("div", { class: "tabs" }, spansTab, logsTab), field, near, path, only),
    /** @param {TraceDetail} detail */
    set: ({ spans, logs }) => {
      say(spansTab, `Spans ${format.exact(spans.length)}`);
      say(logsTab, `Logs ${format.exact(logs.length)}`);
    },
    /** @param {(on: boolean) => void} tell */
    onLogs: (tell) => (told = tell),
    turn,
    zoom,
    /** Switches on what the address says. @param {URLSearchParams} query */
    begin: (query) => {
      if (query.get("path") === "critical") path.click();
      if (query.get("only") === "calls") only.click();
      if (query.has("enlarged")) zoom();
    },
    toggle: (/** @type {"path" | "only"} */ which) => ({ path, only })[which].click(),
  };
}

/** @param {string} label @param {() => void} run */
const tab = (label, run) => h("button", { type: "button", class: "tab", on: { click: run } }, label);

/** @param {Waterfall} waterfall @param {ReturnType<typeof tools>} bar @param {AbortSignal} signal */
export function keys(waterfall, bar, signal) {
  const error = (/** @type {Node} */ { span }) => span.status === 2 || Boolean(span.call?.error);
  bind(
    "Trace",
    {
      j: ["Next span", () => waterfall.move(1)],
      k: ["Span before", () => waterfall.move(-1)],
      "← →": ["Fold, unfold", () => {}],
      "↵": ["Go into what is chosen", () => {}],
      c: ["Critical path", () => bar.toggle("path")],
      o: ["Only calls", () => bar.toggle("only")],
      e: ["Next error", () => waterfall.next(error)],
      m: ["Next model call", () => waterfall.next(({ span }) => span.call !== null && asks(span.call))],
      z: ["Enlarge the chosen span’s time, and back", () => bar.zoom()],
      f: ["Fold or unfold all", () => waterfall.foldAll()],
    },
    signal,
  );
}
