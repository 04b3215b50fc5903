// How values of a metric are written: the units of OTLP (UCUM) in words.
// @ts-check

import * as format from "../../lib/format.js";

const BYTES = /** @type {Record<string, number>} */ ({
  By: 1,
  KBy: 1e3,
  kBy: 1e3,
  MBy: 1e6,
  GBy: 1e9,
  KiBy: 1024,
  MiBy: 1024 ** 2,
  GiBy: 1024 ** 3,
  B: 1,
  bytes: 1,
});
const SECONDS = /** @type {Record<string, number>} */ ({
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  µs: 1e-6,
  ns: 1e-9,
  min: 60,
  h: 3600,
  d: 86_400,
  seconds: 1,
  milliseconds: 1e-3,
});

/**
 * @param {string} unit as OTLP tells it @param {string} view
 * @param {{ kind: string }} metric
 * @returns {(value: number) => string}
 */
export function unit(unit, view, metric) {
  const counted = metric.kind.endsWith("histogram") && view === "rate";
  const rate = view === "rate" ? "/s" : "";
  if (counted) return (value) => `${format.count(value)}/s`;
  if (unit in SECONDS) return (value) => format.duration(value * SECONDS[unit]) + rate;
  if (unit in BYTES) return (value) => format.bytes(value * BYTES[unit]) + rate;
  if (unit === "%") return (value) => format.share(value / 100) + rate;
  if (/^\{?(USD|usd|dollars?)\}?$/.test(unit)) return (value) => format.dollars(value) + rate;
  // `{request}` is what is counted, `1` is nothing in particular.
  const word = unit === "1" || !unit || unit.startsWith("{") ? "" : ` ${unit}`;
  return (value) => format.count(value) + word + rate;
}
