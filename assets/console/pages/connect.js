// Connect: what another program needs to send its telemetry here, and whether it arrives.
// @ts-check

import { fill, h } from "../lib/dom.js";
import { copy } from "../lib/marks.js";
import { stored, store } from "../lib/range.js";
import { arrivals } from "./connect/arrivals.js";
import { TOKEN, WAYS } from "./connect/snippets.js";

export const title = "Connect";

/** @typedef {import("./connect/snippets.js").Way} Way */

const KEPT = "zeroth.connect.token";

/** @param {import("../lib/router.js").Context} context */
export function open(context) {
  const { view, signal, traces } = context;
  let way = WAYS.find(({ id }) => id === context.query.get("with")) ?? WAYS[0];
  const token = h("input", {
    type: "checkbox",
    checked: stored(KEPT) === "1",
    on: { change: () => (store(KEPT, token.checked ? "1" : ""), look()) },
  });
  const tabs = h("nav", { class: "connect-ways", "aria-label": "Programs" });
  const steps = h("div", { class: "connect-steps" });
  const arrived = arrivals(signal, traces);
  view.append(
    h(
      "div",
      { class: "connect" },
      h("section", { class: "card connect-where" }, where(token)),
      arrived.element,
      h("section", { class: "card connect-how" }, tabs, steps),
    ),
  );

  function look() {
    fill(
      tabs,
      WAYS.map((one) =>
        h(
          "a",
          {
            href: `/console/connect?with=${one.id}`,
            "aria-current": one === way ? "true" : null,
            "data-row": true,
            on: { click: (/** @type {MouseEvent} */ event) => choose(event, one) },
          },
          one.name,
        ),
      ),
    );
    fill(
      steps,
      h("h2", null, way.name),
      h("p", { class: "quiet" }, way.about),
      way
        .steps({ endpoint: location.origin, token: token.checked })
        .map((step) =>
          h(
            "figure",
            { class: "snippet" },
            h("figcaption", null, h("span", null, step.title), copy(step.text)),
            h("pre", { tabindex: 0, "aria-label": step.title }, h("code", null, step.text)),
          ),
        ),
      way.then && h("p", { class: "quiet" }, way.then),
      token.checked && h("p", { class: "quiet" }, "Put your token in the place of ", h("code", null, TOKEN), "."),
    );
  }

  /** @param {MouseEvent} event @param {Way} next */
  function choose(event, next) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    way = next;
    context.setQuery({ with: next.id });
    look();
    /** @type {HTMLElement | null} */ (tabs.querySelector("[aria-current]"))?.focus();
  }

  look();
}

/** @param {HTMLElement} token the choice whether one is needed */
const where = (token) => [
  h("h2", null, "Send it to"),
  h("p", { class: "connect-address" }, h("code", null, location.origin), copy(location.origin)),
  h(
    "dl",
    { class: "connect-facts" },
    h("dt", null, "Protocol"),
    h(
      "dd",
      null,
      "OTLP over HTTP, protobuf or JSON, at ",
      h("code", null, "/v1/traces"),
      ", ",
      h("code", null, "/v1/metrics"),
      " and ",
      h("code", null, "/v1/logs"),
    ),
    h("dt", null, "Usual ports"),
    h(
      "dd",
      null,
      h("code", null, "zeroth serve --otlp-http 4318 --otlp-grpc 4317"),
      " takes what is sent where SDKs try first, gRPC too",
    ),
    h("dt", null, "Containers"),
    h(
      "dd",
      null,
      "there, this machine is usually ",
      h("code", null, "host.docker.internal"),
      ", and Zeroth must listen for others: ",
      h("code", null, "--host 0.0.0.0"),
      " with ",
      h("code", null, "ZEROTH_TOKEN"),
    ),
  ),
  h(
    "label",
    { class: "connect-token" },
    token,
    h("span", null, "This server was started with ", h("code", null, "ZEROTH_TOKEN"), ": show where it goes"),
  ),
];
