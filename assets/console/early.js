// Runs before the first paint: sets the theme, so that nothing flashes in the wrong colours, and asks for the page's modules
// at once, which the browser would otherwise find one after the other.
"use strict";
{
  const root = document.documentElement;
  try {
    const theme = localStorage.getItem("zeroth.theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    if (sessionStorage.getItem("zeroth.presenter")) root.dataset.presenter = "";
  } catch {
    // Storage is switched off: the system's theme it is.
  }

  /** The pages, and what they consist of beside pages/<page>.js. Only speed depends on it. @type {Record<string, string[]>} */
  const parts = {
    play: ["chooser", "game", "recall", "table", "composer", "prose", "turn", "sheet", "voice", "dice", "unheard"],
    live: ["feed", "minute", "turn"],
    calls: [],
    conversations: [],
    conversation: ["exchange", "turns", "thread", "sums", "content", "speech", "steps"],
    trace: ["waterfall", "row", "axis", "tree", "bar", "details", "facts", "tabs", "logs"],
    dashboards: ["figures", "charts", "lists"],
    errors: ["trends"],
    metrics: ["detail", "graph", "points", "unit"],
    logs: ["records", "severity"],
    runs: ["comparison", "dialogs"],
    connect: ["arrivals", "snippets"],
  };
  const path = location.pathname.replace(/\/+$/, "");
  const page = { "": "play", "/console": "live" }[path] ?? /^\/console\/([a-z]+)/.exec(path)?.[1] ?? "";
  const preload = (/** @type {string} */ path, /** @type {string} */ rel, as = "") =>
    document.head.append(Object.assign(document.createElement("link"), { rel, as, href: `/assets/${path}` }));
  // The sheet itself is put in by the router: after those of the shell, so that it has the last word. What is no
  // page, such as the one that asks for the token, needs none of it.
  if (parts[page]) {
    preload(`styles/${page}.css`, "preload", "style");
    preload(`pages/${page}.js`, "modulepreload");
    for (const part of parts[page]) preload(`pages/${page}/${part}.js`, "modulepreload");
  }
}
