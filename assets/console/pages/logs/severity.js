// How severe a record is, by OTLP's numbers.
// @ts-check

/** `least` is the smallest number of it. @type {{ least: number, word: string, state: string, choice: string }[]} */
export const SEVERITIES = [
  { least: 0, word: "–", state: "quiet", choice: "" },
  { least: 5, word: "debug", state: "quiet", choice: "debug and up" },
  { least: 9, word: "info", state: "", choice: "info and up" },
  { least: 13, word: "warn", state: "warn-text", choice: "warn and up" },
  { least: 17, word: "error", state: "error-text", choice: "error and up" },
  { least: 21, word: "fatal", state: "error-text", choice: "fatal" },
];
const TRACE = { least: 1, word: "trace", state: "quiet", choice: "" };

/** @param {number} number */
export const severity = (number) =>
  number >= 1 && number < 5 ? TRACE : (SEVERITIES.findLast(({ least }) => number >= least) ?? SEVERITIES[0]);

/** What one can choose: at least so severe. */
export const CHOICES = SEVERITIES.filter(({ choice }) => choice).map(({ least, choice }) => ({
  value: String(least),
  label: choice,
}));
