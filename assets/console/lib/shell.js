// What stands around every page: header, navigation, theme, presenter mode, the sheet of keys.
// @ts-check

import { loggedIn } from "./access.js";
import { append, fill, h, s, say } from "./dom.js";
import * as keys from "./keys.js";
import { live } from "./live.js";
import { range, store, stored } from "./range.js";
import { ROUTES } from "./router.js";
import { timeControl } from "./timecontrol.js";

/** @typedef {import("./router.js").Route} Route */
/** @typedef {import("./router.js").Stage} Stage */

const root = document.documentElement;

/** Draws the header, once. @param {(address: string) => void} navigate */
export function header(navigate) {
  const links = ROUTES.filter((route) => route.nav).map((route) =>
    h("a", { class: "nav-link", href: route.path, dataset: { page: route.page } }, route.nav),
  );
  const nav = h("nav", { id: "nav", class: "nav", "aria-label": "Pages" }, links);
  const menu = h(
    "button",
    {
      type: "button",
      class: "icon-button menu-button",
      "aria-expanded": "false",
      "aria-controls": "nav",
      "aria-label": "Menu",
      on: {
        click: () => menu.setAttribute("aria-expanded", String(menu.getAttribute("aria-expanded") !== "true")),
      },
    },
    icon("menu"),
  );
  nav.addEventListener("click", () => menu.setAttribute("aria-expanded", "false"));
  const place = /** @type {HTMLElement} */ (document.getElementById("header"));
  fill(
    place,
    h("a", { class: "brand", href: "/" }, mark(), "Zeroth"),
    nav,
    h(
      "div",
      { class: "header-end" },
      pauseButton(),
      button("theme", "Theme: light, dark or the system's", turnTheme),
      button("present", "Presenter mode", present),
      button("keys", "Keyboard", sheet),
      leave(),
    ),
    menu,
  );
  document.body.append(
    h(
      "button",
      {
        type: "button",
        class: "presenter-exit button plain",
        "aria-label": "Leave presenter mode",
        on: { click: present },
      },
      "Leave presenter mode ",
      h("kbd", null, "p"),
    ),
  );
  bindKeys(navigate);
  range.addEventListener("settings", carry);
  return { current: (/** @type {Route | null} */ route) => current(links, route) };
}

/** A page's place: its heading and what is below. @param {Route | null} route @returns {Stage} */
export function stage(route) {
  const heading = h("h1", { tabindex: -1 });
  const noted = h("div", { class: "page-note quiet" });
  const acted = h("div", { class: "page-actions" });
  const head = h("div", { class: "page-head" }, heading, noted, acted, route?.timed ? timeControl() : null);
  const view = h("div", { class: "page-view" });
  const frame = h("div", { class: `page page-${route?.page ?? "none"}` }, head, view);
  return {
    frame,
    view,
    heading: head,
    title: (text) => {
      say(heading, text);
      document.title = text === "Zeroth" ? text : `${text} · Zeroth`;
    },
    note: (...children) => fill(noted, ...children),
    actions: (...children) => fill(acted, ...children),
    announce,
  };
}

/** Puts a page in the place of the one before. @param {Stage} place @param {boolean} first */
export function show(place, first) {
  const main = /** @type {HTMLElement} */ (document.getElementById("main"));
  main.replaceChildren(place.frame);
  // A reader of the screen goes on at the new page's beginning.
  if (!first) main.focus({ preventScroll: true });
}

/** Says something to those who cannot see the page. @param {string} text */
export function announce(text) {
  const place = document.getElementById("announcer");
  if (place) say(place, text);
}

/** @param {HTMLAnchorElement[]} links @param {Route | null} route */
function current(links, route) {
  const page = route?.under ?? route?.page;
  for (const link of links) {
    if (link.dataset.page === page) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  carry();
}

/** The window of time goes along from page to page. */
function carry() {
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(".nav-link"))) {
    const route = ROUTES.find((route) => route.page === link.dataset.page);
    if (!route?.timed) continue;
    const query = range.write(new URLSearchParams()).toString();
    link.href = query ? `${route.path}?${query}` : route.path;
  }
}

// ---- buttons

function pauseButton() {
  const words = h("span", { class: "pause-words" });
  const made = h(
    "button",
    { type: "button", class: "pause-button", on: { click: () => live.pause(!live.paused) } },
    h("span", { class: "pulse", "aria-hidden": "true" }),
    words,
  );
  const look = () => {
    const waiting = live.waiting ? ` · ${live.waiting} new` : "";
    made.dataset.state = live.paused ? "paused" : live.state;
    made.setAttribute("aria-pressed", String(live.paused));
    made.title = live.paused ? "Go on (.)" : "Pause the stream (.)";
    say(words, live.paused ? `Paused${waiting}` : live.state === "lost" ? "Connecting …" : "Pause");
  };
  for (const event of ["pause", "backlog", "state"]) live.addEventListener(event, look);
  look();
  return made;
}

/** Logs out, where one had to log in. */
function leave() {
  const label = "Log out";
  const made = h("button", { class: "icon-button leave-button", "aria-label": label, title: label }, icon("leave"));
  const form = h("form", { method: "post", action: "/console/logout", hidden: true }, made);
  loggedIn().then((inside) => (form.hidden = !inside));
  return form;
}

/** @param {string} name @param {string} label @param {() => void} run */
const button = (name, label, run) =>
  h(
    "button",
    { type: "button", class: `icon-button ${name}-button`, "aria-label": label, title: label, on: { click: run } },
    icon(name),
  );

/** @type {Record<string, string>} */
const PATHS = {
  menu: "M3 5h14M3 10h14M3 15h14",
  theme: "M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14",
  present: "M3 4h14v9H3zM10 13v4M7 17h6",
  leave: "M12 3.5H4v13h8M8.5 10h9M14.5 7l3 3-3 3",
  keys: "M2.5 5.5h15v9h-15zM6 11.5h8M5.5 8.5h0M8.5 8.5h0M11.5 8.5h0M14.5 8.5h0",
};

/** @param {string} name */
const icon = (name) =>
  s("svg", { class: `icon icon-${name}`, viewBox: "0 0 20 20", "aria-hidden": "true" }, s("path", { d: PATHS[name] }));

const mark = () =>
  s(
    "svg",
    { class: "brand-mark", viewBox: "0 0 20 20", "aria-hidden": "true" },
    s("path", { d: "M10 1.5 17.4 5.8v8.4L10 18.5 2.6 14.2V5.8z" }),
    s("circle", { cx: 10, cy: 10, r: 3.25 }),
  );

/** The system's, light, dark, and around again. */
function turnTheme() {
  const next = { "": "light", light: "dark", dark: "" }[root.dataset.theme ?? ""] ?? "";
  if (next) root.dataset.theme = next;
  else delete root.dataset.theme;
  store("zeroth.theme", next);
  announce(next ? `${next} theme` : "the system's theme");
}

/** Large, with much contrast, and without the header. */
function present() {
  const on = root.dataset.presenter === undefined;
  if (on) root.dataset.presenter = "";
  else delete root.dataset.presenter;
  try {
    on ? sessionStorage.setItem("zeroth.presenter", "1") : sessionStorage.removeItem("zeroth.presenter");
  } catch {
    // Then it lasts until the page is loaded again.
  }
  announce(on ? "presenter mode; p leaves it" : "presenter mode is over");
}

// ---- keys

/** @param {(address: string) => void} navigate */
function bindKeys(navigate) {
  const pages = ROUTES.filter((route) => route.nav && route.keys);
  keys.bind("Go to", Object.fromEntries(pages.map((route) => [route.keys, [route.nav, () => navigate(route.path)]])));
  keys.bind("Everywhere", {
    p: ["Presenter mode", present],
    ".": ["Pause or go on", () => live.pause(!live.paused)],
    " ": ["", () => live.pause(!live.paused)],
    t: ["Theme", turnTheme],
    "/": ["Search", () => /** @type {HTMLElement | null} */ (document.querySelector("#main [data-search]"))?.focus()],
    "?": ["This sheet", sheet],
    Escape: ["Leave a field", () => /** @type {HTMLElement | null} */ (document.activeElement)?.blur()],
  });
  keys.bind("Lists", {
    j: ["Next row", () => keys.move(1)],
    k: ["Row before", () => keys.move(-1)],
    Enter: ["Open the row", () => /** @type {HTMLElement | null} */ (document.activeElement)?.click()],
  });
}

/** The sheet of keys. */
function sheet() {
  const columns = [...keys.groups()].map(([group, bindings]) =>
    h(
      "section",
      null,
      h("h3", null, group),
      h(
        "dl",
        { class: "keys" },
        bindings.map((binding) => [
          h(
            "dt",
            null,
            binding.keys
              .split(" ")
              .filter(Boolean)
              .map((key) => [h("kbd", null, key), " "]),
          ),
          h("dd", null, binding.label),
        ]),
      ),
    ),
  );
  dialog("Keyboard", h("div", { class: "keys-columns" }, columns));
}

/**
 * A dialog with a heading, which Escape and a click beside it close.
 * @param {string} title @param {...import("./dom.js").Children} children
 */
export function dialog(title, ...children) {
  const made = h("dialog", {
    class: "dialog",
    "aria-label": title,
    on: {
      close: () => made.remove(),
      click: (/** @type {Event} */ event) => event.target === made && made.close(),
    },
  });
  const close = h(
    "button",
    { type: "button", class: "icon-button", "aria-label": "Close", on: { click: () => made.close() } },
    "✕",
  );
  append(made, [
    h("div", { class: "dialog-head" }, h("h2", null, title), close),
    h("div", { class: "dialog-body" }, children),
  ]);
  document.body.append(made);
  made.showModal();
  return made;
}

export const presenting = () => root.dataset.presenter !== undefined;
export { stored };
