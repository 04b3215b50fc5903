// Begins: draws the header, learns whether traces can be seen, opens the page of the address.
// @ts-check

import { access } from "./lib/access.js";
import { router } from "./lib/router.js";
import { header, show, stage } from "./lib/shell.js";

// Where traces are not kept, or not for everyone, nothing leads to them.
access.then((access) => document.documentElement.toggleAttribute("data-no-traces", access !== "open"));

if (location.pathname.replace(/\/+$/, "") === "/console")
  history.replaceState(null, "", `/console/live${location.search}`);

const { open, navigate } = router({
  stage: (route) => {
    current(route);
    return stage(route);
  },
  show,
});
const { current } = header(navigate);
open(true);
