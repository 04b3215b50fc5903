// Runs before the first paint, so that the page never flashes in the wrong colours.
"use strict";
try {
  const theme = localStorage.getItem("zeroth.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  if (sessionStorage.getItem("zeroth.presenter")) document.documentElement.dataset.presenter = "";
} catch {
  // Storage is switched off: the system's theme it is.
}
