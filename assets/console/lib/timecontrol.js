// The window of time and how often it is read again: one control for all pages.
// @ts-check

import { fill, h } from "./dom.js";
import { day, duration, minute } from "./format.js";
import { REFRESHES, SPANS, range } from "./range.js";

const NAMES = new Map(
  SPANS.map(([name, seconds]) => [
    name,
    `Last ${duration(seconds).replace(/^1 (h|d)$/, (_, unit) => (unit === "h" ? "hour" : "day"))}`,
  ]),
);
const OTHER = "other";

/** The one that is there; a page that is left gives it to the next. @type {HTMLElement | null} */
let made = null;

export function timeControl() {
  return (made ??= make());
}

function make() {
  const spans = h("select", {
    "aria-label": "Window of time",
    on: { change: () => (spans.value === OTHER ? choose() : range.setLast(spans.value)) },
  });
  const refresh = h(
    "select",
    { "aria-label": "Read again", title: "Read again", on: { change: () => (range.refresh = Number(refresh.value)) } },
    REFRESHES.map((seconds) =>
      h("option", { value: String(seconds) }, seconds ? `every ${duration(seconds)}` : "not again"),
    ),
  );
  const own = h("form", {
    class: "time-own",
    hidden: true,
    on: {
      submit: (/** @type {Event} */ event) => {
        event.preventDefault();
        take();
      },
    },
  });
  const step = (/** @type {"back" | "on"} */ how, /** @type {string} */ label, /** @type {string} */ sign) =>
    h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": label,
        title: label,
        on: { click: () => range.shift(how) },
      },
      sign,
    );

  function look() {
    const { from, until, last } = range.value;
    fill(
      spans,
      SPANS.map(([name]) => h("option", { value: name }, NAMES.get(name))),
      h(
        "option",
        { value: OTHER },
        last
          ? "From … until …"
          : `${day(from)} ${minute(from)} – ${day(from) === day(until) ? "" : `${day(until)} `}${minute(until)}`,
      ),
    );
    spans.value = last ?? OTHER;
    refresh.value = String(range.refresh);
    refresh.disabled = last === null;
    if (last) own.hidden = true;
  }

  function choose() {
    const { from, until } = range.value;
    const field = (/** @type {string} */ name, /** @type {string} */ label, /** @type {number} */ at) =>
      h(
        "label",
        null,
        label,
        h("input", { type: "datetime-local", name, step: "1", required: true, value: local(at) }),
      );
    fill(own, field("from", "From", from), field("until", "until", until), h("button", { class: "button" }, "Show"));
    own.hidden = false;
    own.querySelector("input")?.focus();
  }

  function take() {
    const values = new FormData(own);
    const [from, until] = ["from", "until"].map((name) => new Date(String(values.get(name))).getTime() * 1000);
    if (until > from) {
      own.hidden = true;
      range.set(from, until);
    }
  }

  range.addEventListener("settings", look);
  look();
  return h(
    "div",
    { class: "time-control", role: "group", "aria-label": "Time" },
    step("back", "Earlier", "‹"),
    spans,
    step("on", "Later", "›"),
    refresh,
    own,
  );
}

/** As <input type=datetime-local> wants it. @param {number} micros */
function local(micros) {
  const at = new Date(micros / 1000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
