// Begins: draws the header, learns whether there is a trace store, opens the page of the address.
// @ts-check

import { get } from "./lib/api.js";
import { router } from "./lib/router.js";
import { header, show, stage } from "./lib/shell.js";

const traces = get("/api/status").then(
  (status) => status.traces !== "off",
  (problem) => problem.slug !== "traces-off",
);
traces.then((there) => document.documentElement.toggleAttribute("data-no-traces", !there));

if (location.pathname.replace(/\/+$/, "") === "/console")
  history.replaceState(null, "", `/console/live${location.search}`);

const { open, navigate } = router({
  stage: (route) => {
    current(route);
    return stage(route);
  },
  show,
  traces,
});
const { current } = header(navigate);
open(true);
