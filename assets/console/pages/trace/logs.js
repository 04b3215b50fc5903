// What was logged in a trace, in the order of time, beside the spans in which it was.
// @ts-check

import { get } from "../../lib/api.js";
import { h } from "../../lib/dom.js";
import { fold } from "../../lib/fold.js";
import * as format from "../../lib/format.js";
import { words } from "../../lib/text.js";
import { region } from "../../lib/states.js";
import { pairsOf } from "../../lib/attributes.js";
import { shade, weight } from "./row.js";

/** @typedef {import("../../lib/types.js").LogItem} LogItem */

const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"];

/** How severe a record is, in a word. @param {number} severity of OTLP */
export const level = (severity) => (severity > 0 ? LEVELS[Math.min(5, Math.floor((severity - 1) / 4))] : "");

/**
 * @param {LogItem[]} logs
 * @param {object} trace
 * @param {number} trace.began
 * @param {(span: string) => import("./tree.js").Node | null} trace.find
 * @param {(span: string) => void} trace.choose
 */
export function logList(logs, { began, find, choose }) {
  return h(
    "div",
    { class: "logs" },
    logs.map((log) => {
      const node = log.span ? find(log.span) : null;
      return h(
        "div",
        { class: "record" },
        record(log, began),
        node
          ? h(
              "button",
              {
                type: "button",
                class: "record-span tag",
                title: "Show its span",
                on: { click: () => choose(node.span.span) },
              },
              h("span", { class: "dot", style: { background: shade(node) } }),
              h("bdi", null, node.span.name),
            )
          : h("span", { class: "record-span quiet" }, log.span ? "not here" : ""),
      );
    }),
  );
}

/** One record, which opens. @param {LogItem} log @param {number} began */
export function record(log, began) {
  const head = [
    h("span", { class: "record-time quiet" }, `+ ${format.duration((log.at - began) / 1e6)}`),
    h("span", { class: `record-level ${weight(log.severity)}` }, level(log.severity)),
    h(
      "span",
      { class: "record-text" },
      log.event ? h("bdi", { class: "mono" }, log.event) : null,
      log.event && log.text ? " " : null,
      log.text ? h("bdi", null, log.text) : null,
    ),
  ];
  return fold(
    head,
    null,
    () => {
      const part = region({ lines: 2 });
      part.load(
        (signal) => get(`/api/logs/${log.id}`, undefined, { signal }),
        (whole) => [
          typeof whole.body === "string" && whole.body !== log.text ? words(whole.body) : null,
          pairsOf([
            ...(typeof whole.body === "object" && whole.body !== null
              ? [/** @type {[string, any]} */ (["body", whole.body])]
              : []),
            ...Object.entries(whole.attributes),
          ]),
        ],
      );
      return part.element;
    },
    { class: "event" },
  );
}
