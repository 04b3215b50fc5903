// Which page an address means, and going from one to another without loading it all again.
// @ts-check

import { access } from "./access.js";
import { Problem } from "./api.js";
import { fill, h } from "./dom.js";
import { range } from "./range.js";
import { failed } from "./states.js";

/** @typedef {{ path: string, page: string, nav?: string, keys?: string, under?: string, timed?: boolean, plain?: boolean }} Route */

/**
 * `page` names pages/<page>.js and styles/<page>.css; `nav` is its word in the header, `keys` goes there, `under` is the page in
 * whose place of the header it stands, `timed` pages have the time control, `plain` ones need no trace store.
 * @type {Route[]}
 */
export const ROUTES = [
  { path: "/", page: "play", nav: "Play", keys: "g p", plain: true },
  { path: "/console/live", page: "live", nav: "Live", keys: "g l" },
  { path: "/console/conversations", page: "conversations", nav: "Conversations", keys: "g v", timed: true },
  { path: "/console/conversation", page: "conversation", under: "conversations" },
  { path: "/console/trace/:trace", page: "trace", under: "calls" },
  { path: "/console/dashboards", page: "dashboards", nav: "Dashboards", keys: "g d", timed: true },
  { path: "/console/calls", page: "calls", nav: "Calls", keys: "g c", timed: true },
  { path: "/console/errors", page: "errors", nav: "Errors", keys: "g e", timed: true },
  { path: "/console/metrics", page: "metrics", nav: "Metrics", keys: "g m", timed: true },
  { path: "/console/logs", page: "logs", nav: "Logs", keys: "g o", timed: true },
  { path: "/console/runs", page: "runs", nav: "Runs", keys: "g r" },
  { path: "/console/connect", page: "connect", nav: "Connect", keys: "g n", plain: true },
];

/**
 * What a page is given.
 * @typedef {object} Context
 * @property {HTMLElement} view its place, empty
 * @property {Record<string, string>} params the parts of the path, such as `trace`
 * @property {URLSearchParams} query of the address
 * @property {AbortSignal} signal aborted when the page is left
 * @property {typeof range} range
 * @property {Promise<boolean>} traces whether there are traces to be seen
 * @property {(address: string, how?: { replace?: boolean }) => void} navigate
 * @property {(changes: Record<string, string | number | null | undefined>, how?: { push?: boolean }) => void} setQuery changes the address, not the page
 * @property {(title: string) => void} title
 * @property {(...children: import("./dom.js").Children[]) => void} note a few words beside the title
 * @property {(...children: import("./dom.js").Children[]) => void} actions buttons beside the title
 * @property {(text: string) => void} announce for those who cannot see the page
 */

/** @typedef {{ title: string, head?: boolean, open: (context: Context) => void | (() => void) | Promise<void | (() => void)> }} Page */

/** @typedef {{ frame: HTMLElement, view: HTMLElement, heading: HTMLElement, title: (text: string) => void, note: Context["note"], actions: Context["actions"], announce: Context["announce"] }} Stage */

/** @param {string} path @returns {{ route: Route, params: Record<string, string> } | null} */
export function match(path) {
  const parts = path.replace(/\/+$/, "").split("/");
  for (const route of ROUTES) {
    const wanted = route.path.replace(/\/+$/, "").split("/");
    if (wanted.length !== parts.length) continue;
    /** @type {Record<string, string>} */
    const params = {};
    const fits = wanted.every((part, index) => {
      if (!part.startsWith(":")) return part === parts[index];
      params[part.slice(1)] = decoded(parts[index]);
      return params[part.slice(1)] !== "";
    });
    if (fits) return { route, params };
  }
  return null;
}

/** A part of a path; empty where it is none. @param {string} part */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}

/**
 * @param {object} shell
 * @param {(route: Route | null) => Stage} shell.stage a place for a page that is not seen yet
 * @param {(stage: Stage, first: boolean) => void} shell.show
 */
export function router({ stage, show }) {
  let leaving = new AbortController();
  /** @type {void | (() => void)} */
  let close;
  let current = "";
  let turn = 0;

  /** @param {boolean} first */
  async function open(first) {
    const mine = (turn += 1);
    const address = new URL(location.href);
    range.read(address.searchParams);
    current = identity(address);
    const found = match(address.pathname);
    const place = stage(found?.route ?? null);
    const left = new AbortController();
    /** @type {Context} */
    const context = {
      view: place.view,
      params: found?.params ?? {},
      query: address.searchParams,
      signal: left.signal,
      range,
      traces: access.then((access) => access === "open"),
      navigate,
      setQuery,
      title: place.title,
      note: place.note,
      actions: place.actions,
      announce: place.announce,
    };
    /** @type {Page} */
    const page = found ? await load(found.route) : lost(address.pathname);
    // Somebody was quicker.
    if (mine !== turn) return;
    leaving.abort();
    close?.();
    close = undefined;
    leaving = left;
    place.title(page.title);
    place.heading.hidden = page.head === false;
    show(place, first);
    try {
      close = await page.open(context);
    } catch (error) {
      fill(
        place.view,
        failed(error, () => open(false)),
      );
    }
  }

  /** @param {string} address @param {{ replace?: boolean }} [how] */
  function navigate(address, { replace = false } = {}) {
    const target = new URL(address, location.href);
    // The window of time comes along, unless the address says another.
    if (!["from", "until", "last"].some((name) => target.searchParams.has(name)) && match(target.pathname))
      range.write(target.searchParams);
    keepPlace();
    history[replace ? "replaceState" : "pushState"](null, "", target);
    if (!replace) scrollTo(0, 0);
    open(false);
  }

  /** @type {Context["setQuery"]} */
  function setQuery(changes, { push = false } = {}) {
    const address = new URL(location.href);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === undefined || value === "") address.searchParams.delete(name);
      else address.searchParams.set(name, String(value));
    }
    if (address.href === location.href) return;
    history[push ? "pushState" : "replaceState"](null, "", address);
    current = identity(address);
  }

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || event.button !== 0) return;
    if (
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey ||
      link.target ||
      link.hasAttribute("download")
    )
      return;
    if (link.origin !== location.origin || !match(link.pathname) || (link.hash && link.pathname === location.pathname))
      return;
    event.preventDefault();
    navigate(link.href);
  });
  history.scrollRestoration = "manual";
  addEventListener("popstate", async (event) => {
    const address = new URL(location.href);
    if (identity(address) === current) return range.read(address.searchParams);
    await open(false);
    returnTo(event.state?.place ?? 0);
  });
  return { open, navigate };
}

/** Remembers where the reader is. */
function keepPlace() {
  history.replaceState({ ...history.state, place: scrollY }, "");
}

/** How long a page may take until it is long enough again, in milliseconds. */
const GROWTH = 1500;

/** Goes to where the reader was, as soon as there is something. @param {number} place */
function returnTo(place) {
  if (place === 0) return scrollTo(0, 0);
  const begun = performance.now();
  const done = new AbortController();
  for (const event of ["wheel", "touchstart", "keydown"])
    addEventListener(event, () => done.abort(), { signal: done.signal, passive: true });
  const attempt = () => {
    if (done.signal.aborted || performance.now() - begun > GROWTH) return done.abort();
    if (document.documentElement.scrollHeight < place + innerHeight) return requestAnimationFrame(attempt);
    scrollTo(0, place);
    done.abort();
  };
  attempt();
}

/** What makes it another page: all but the window of time. @param {URL} address */
function identity(address) {
  const copy = new URL(address);
  for (const name of ["from", "until", "last"]) copy.searchParams.delete(name);
  return copy.pathname + copy.search;
}

/** @param {Route} route @returns {Promise<Page>} */
async function load(route) {
  try {
    const [page, kept] = await Promise.all([
      import(`../pages/${route.page}.js`),
      route.plain || access.then((access) => access !== "off"),
      style(route.page),
    ]);
    return kept ? page : { title: page.title, open: ({ view }) => fill(view, failed(OFF)) };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const problem = new Problem({ title: "This page could not be loaded", detail, remedy: "Reload it." });
    return {
      title: "Not loaded",
      open: ({ view }) =>
        fill(
          view,
          failed(problem, () => location.reload(), "Reload"),
        ),
    };
  }
}

const OFF = new Problem({
  slug: "traces-off",
  title: "The trace store is switched off",
  detail: "This server keeps no traces, so there is nothing to see here. The game can be played all the same.",
});

/** Loads a page's style sheet, once. @param {string} page */
function style(page) {
  const href = `/assets/styles/${page}.css`;
  if (document.querySelector(`link[rel="stylesheet"][href="${href}"]`)) return null;
  return new Promise((resolve, reject) => {
    document.head.append(
      h("link", {
        rel: "stylesheet",
        href,
        on: { load: resolve, error: () => reject(new Error(`${href} is not there`)) },
      }),
    );
  });
}

/** @param {string} path @returns {Page} */
const lost = (path) => ({
  title: "Nothing is here",
  open: ({ view }) =>
    fill(
      view,
      failed(
        new Problem({
          title: "Nothing is here",
          detail: `There is no page ${path}.`,
          remedy: "The header lists the pages.",
        }),
      ),
    ),
});
