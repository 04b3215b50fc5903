// Begins: draws the header, learns whether there is a trace store, opens the page of the address.
// @ts-check

import { get } from "./lib/api.js";
import { router } from "./lib/router.js";
import { header, show, stage } from "./lib/shell.js";

let traces = true;

const { open, navigate } = router({
  stage: (route) => {
    current(route);
    return stage(route);
  },
  show,
  traces: () => traces,
});
const { current } = header(navigate);
if (location.pathname.replace(/\/+$/, "") === "/console")
  history.replaceState(null, "", `/console/live${location.search}`);
open(true);

get("/api/status")
  .then(
    (status) => (traces = status.traces !== "off"),
    (problem) => (traces = problem.slug !== "traces-off"),
  )
  .then(() => document.documentElement.toggleAttribute("data-no-traces", !traces));
