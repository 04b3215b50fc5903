// The list of log records. What is new comes in on top while nobody reads further down; else it waits behind a button.
// @ts-check

import { Problem, get, isAbort } from "../../lib/api.js";
import { fill, h } from "../../lib/dom.js";
import * as format from "../../lib/format.js";
import { copy, tag, time } from "../../lib/marks.js";
import { failed, notice, skeleton } from "../../lib/states.js";
import { brief, json, words } from "../../lib/text.js";
import { severity } from "./severity.js";

/** @typedef {import("../../lib/types.js").LogItem} LogItem */
/** @typedef {{ logs: LogItem[], next: string | null }} Page */

/** Records in the page: older ones are let go when new ones come. */
const MOST = 2000;

/** @param {{ onEvent: (name: string) => void }} options */
export function records({ onEvent }) {
  /** @type {Map<number, HTMLElement>} */
  const rows = new Map();
  /** What came while somebody was reading. @type {LogItem[]} */
  let waiting = [];
  /** @type {(() => void) | null} */
  let replace = null;
  const news = h("button", { type: "button", class: "button log-news", hidden: true, on: { click: take } });
  const list = h("ol", { class: "logs" });
  const foot = h("div", { class: "table-foot" });
  const element = h("section", { class: "card log-list" }, news, list, foot);

  const reads = () =>
    list.querySelector(".log[data-open]") !== null ||
    list.getBoundingClientRect().top < -40 ||
    list.contains(document.activeElement);

  /**
   * Shows the newest page. What is older and was loaded stays.
   * @param {LogItem[]} logs @param {string | null} next @param {(after: string) => Promise<Page>} load @param {boolean} fresh it is another list
   */
  function show(logs, next, load, fresh) {
    const unknown = logs.filter((log) => !rows.has(log.id));
    const whole = () => {
      rows.clear();
      fill(list, logs.map(row));
      more(next, load);
    };
    if (fresh || rows.size === 0) {
      [waiting, replace] = [[], null];
      whole();
    } else if (unknown.length === 0) {
      return;
    } else {
      // All of them new: there may be others between them and what is shown.
      replace = unknown.length === logs.length ? whole : replace;
      waiting = unknown;
      if (!reads()) return take();
    }
    look();
  }

  /** Puts in what waits. */
  function take() {
    const asked = document.activeElement === news;
    if (replace) replace();
    else list.prepend(...waiting.map(row));
    for (let last = list.lastElementChild; rows.size > MOST && last; last = list.lastElementChild) {
      rows.delete(Number(/** @type {HTMLElement} */ (last).dataset.id));
      last.remove();
    }
    [waiting, replace] = [[], null];
    look();
    if (asked) {
      scrollTo({ top: 0 });
      /** @type {HTMLElement | null} */ (list.querySelector("[data-row]"))?.focus({ preventScroll: true });
    }
  }

  function look() {
    news.hidden = waiting.length === 0;
    news.textContent = `${replace ? "More than " : ""}${format.plural(waiting.length, "new record")}`;
  }

  /** @param {string | null} next @param {(after: string) => Promise<Page>} load */
  function more(next, load) {
    if (!next) return fill(foot);
    const button = h("button", { type: "button", class: "button plain", on: { click: go } }, "Show older");
    fill(foot, button);
    async function go() {
      button.disabled = true;
      try {
        const page = await load(/** @type {string} */ (next));
        list.append(...page.logs.filter((log) => !rows.has(log.id)).map(row));
        more(page.next, load);
      } catch (error) {
        if (!isAbort(error)) fill(foot, notice(Problem.of(error), go));
      }
    }
  }

  /** @param {LogItem} log */
  function row(log) {
    const { word, state } = severity(log.severity);
    const about = h("div", { class: "log-more", hidden: true });
    const head = h(
      "button",
      {
        type: "button",
        class: "log-head",
        "aria-expanded": "false",
        "data-row": true,
        on: { click: () => toggle(made, head, about, log) },
      },
      h(
        "span",
        { class: "log-time" },
        time(log.at, (at) => (format.when(at).includes(" ") ? format.when(at) : format.clockExact(at))),
      ),
      h("span", { class: `log-severity ${state}` }, word),
      h("span", { class: "log-service" }, tag(log.service)),
      h("span", { class: "log-event quiet" }, h("bdi", null, log.event ?? "")),
      h("bdi", { class: "log-text" }, brief(log.text, 300) || h("span", { class: "quiet" }, "no text")),
    );
    const made = h("li", { class: "log", dataset: { id: log.id } }, head, about);
    if (log.severity >= 17) made.classList.add("failed");
    rows.set(log.id, made);
    return made;
  }

  /** @param {HTMLElement} made @param {HTMLElement} head @param {HTMLElement} about @param {LogItem} log */
  async function toggle(made, head, about, log) {
    const open = about.hidden !== false;
    about.hidden = !open;
    head.setAttribute("aria-expanded", String(open));
    made.toggleAttribute("data-open", open);
    if (!open || about.dataset.whole) return;
    const bones = window.setTimeout(() => fill(about, skeleton(2)), 150);
    try {
      fill(about, whole(await get(`/api/logs/${log.id}`), onEvent));
      about.dataset.whole = "1";
    } catch (error) {
      fill(about, failed(error));
    } finally {
      clearTimeout(bones);
    }
  }

  return { element, show };
}

/** A record with everything. @param {{ log: LogItem, body: any, attributes: Record<string, any>, severity: string }} told @param {(name: string) => void} onEvent */
function whole({ log, body, attributes, severity: said }, onEvent) {
  const fact = (/** @type {string} */ name, /** @type {import("../../lib/dom.js").Children[]} */ ...value) => [
    h("dt", null, name),
    h("dd", null, value),
  ];
  const names = Object.keys(attributes);
  return [
    h("div", { class: "log-body" }, typeof body === "string" || body === null ? words(body ?? "") : json(body)),
    h(
      "dl",
      { class: "log-facts" },
      fact("Time", format.whenExact(log.at)),
      fact("Severity", `${said || severity(log.severity).word} (${log.severity})`),
      fact(
        "Service",
        h("bdi", null, log.service),
        " · ",
        h("a", { href: `/console/logs?run=${log.run}` }, `run ${log.run}`),
      ),
      log.event &&
        fact(
          "Event",
          h(
            "button",
            { type: "button", class: "log-link", on: { click: () => onEvent(/** @type {string} */ (log.event)) } },
            h("bdi", null, log.event),
          ),
        ),
      log.trace &&
        fact(
          "Trace",
          h(
            "a",
            { class: "mono", href: `/console/trace/${log.trace}${log.span ? `?span=${log.span}` : ""}` },
            log.trace,
          ),
        ),
      names.map((name) =>
        fact(
          name,
          typeof attributes[name] === "string" ? words(attributes[name], { cut: 1000 }) : json(attributes[name]),
        ),
      ),
    ),
    h(
      "div",
      { class: "row" },
      copy(() => JSON.stringify({ log, body, attributes }, null, 2), "Copy as JSON"),
    ),
  ];
}
