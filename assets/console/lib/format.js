// Numbers and times for people: few digits, and always a unit.
// @ts-check

const NONE = "–";

/** @param {number} value @param {number} digits */
const fixed = (value, digits) =>
  value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** Three significant digits, or a whole number. @param {number} value */
function three(value) {
  const size = Math.abs(value);
  if (size >= 99.95 || Number.isInteger(value)) return fixed(value, 0);
  return fixed(value, size >= 9.995 ? 1 : 2);
}

/** @typedef {number | null | undefined} Maybe */

/** @param {Maybe} value @returns {value is number} */
const known = (value) => typeof value === "number" && Number.isFinite(value);

/** A span of time in seconds: `840 µs`, `12.4 ms`, `1.65 s`, `2 min 5 s`, `3 h 20 min`, `4 d 2 h`. @param {Maybe} seconds */
export function duration(seconds) {
  if (!known(seconds)) return NONE;
  const size = Math.abs(seconds);
  if (size === 0) return "0 s";
  if (size < 0.0009995) return `${three(seconds * 1e6)} µs`;
  if (size < 0.9995) return `${three(seconds * 1e3)} ms`;
  if (size < 59.95) return `${three(seconds)} s`;
  const whole = Math.round(seconds);
  if (size < 3599.5) return pair(whole, 60, "min", 1, "s");
  if (size < 86400) return pair(whole, 3600, "h", 60, "min");
  return pair(whole, 86400, "d", 3600, "h");
}

/** @param {number} whole @param {number} large @param {string} name @param {number} small @param {string} other */
function pair(whole, large, name, small, other) {
  const rest = Math.floor((whole % large) / small);
  return rest ? `${Math.floor(whole / large)} ${name} ${rest} ${other}` : `${Math.floor(whole / large)} ${name}`;
}

/** How many: `7`, `1,284`, `12.4 k`, `3.1 M`. @param {Maybe} value */
export function count(value) {
  if (!known(value)) return NONE;
  const size = Math.abs(value);
  if (size < 9999.5) return Number.isInteger(value) ? fixed(value, 0) : three(value);
  if (size < 999_500) return `${three(value / 1e3)} k`;
  if (size < 999_500_000) return `${three(value / 1e6)} M`;
  return `${three(value / 1e9)} G`;
}

/** Every digit: `12,431`. @param {Maybe} value */
export const exact = (value) => (known(value) ? fixed(value, 0) : NONE);

/** Tokens, without the word. @param {Maybe} value */
export const tokens = count;

/** US dollars: `$0.0090`, `$1.24`, `$1,310`; never `$0.00` for what cost something. @param {Maybe} usd */
export function dollars(usd) {
  if (!known(usd)) return NONE;
  const size = Math.abs(usd);
  const sign = usd < 0 ? "−" : "";
  if (size === 0) return "$0";
  if (size < 0.0001) return `${sign}<$0.0001`;
  if (size < 0.995) return `${sign}$${fixed(size, 4)}`;
  if (size < 999.5) return `${sign}$${fixed(size, 2)}`;
  return `${sign}$${size < 99_950 ? fixed(size, 0) : count(size).replace(" ", " ")}`;
}

/** A share of one: `4.2 %`. @param {Maybe} share */
export function share(share) {
  if (!known(share)) return NONE;
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return "<0.1 %";
  if (percent < 100 && percent > 99.9) return ">99.9 %";
  return `${Math.abs(percent) < 9.95 ? fixed(percent, 1).replace(/\.0$/, "") : fixed(percent, 0)} %`;
}

/** Bytes: `812 B`, `4.5 KB`, `120 MB`. @param {Maybe} value */
export function bytes(value) {
  if (!known(value)) return NONE;
  if (value < 1000) return `${fixed(value, 0)} B`;
  if (value < 999_500) return `${three(value / 1e3)} KB`;
  if (value < 999_500_000) return `${three(value / 1e6)} MB`;
  return `${three(value / 1e9)} GB`;
}

/** A word in the right number: `plural(1, "call")`, `plural(3, "try", "tries")`. @param {number} number @param {string} one @param {string} [many] */
export const plural = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

// ---- times: microseconds since 1970

/** @param {number} micros */
const date = (micros) => new Date(micros / 1000);
const two = (/** @type {number} */ value) => String(value).padStart(2, "0");

/** The local time of day, to the second: `14:03:27`. @param {number} micros */
export function clock(micros) {
  const at = date(micros);
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** The same to the millisecond. @param {number} micros */
export const clockExact = (micros) => `${clock(micros)}.${String(date(micros).getMilliseconds()).padStart(3, "0")}`;

/** The local time of day to the minute. @param {number} micros */
export const minute = (micros) => clock(micros).slice(0, 5);

/** `21 Nov`. @param {number} micros */
export const day = (micros) => date(micros).toLocaleDateString("en-GB", { day: "numeric", month: "short" });

/** The time, with the day where it is not today: `14:03:27`, `21 Nov 14:03`. @param {number} micros */
export function when(micros) {
  const today = date(Date.now() * 1000).toDateString() === date(micros).toDateString();
  return today ? clock(micros) : `${day(micros)} ${minute(micros)}`;
}

/** Everything, with the zone: for titles and copying. @param {number} micros */
export const whenExact = (micros) =>
  `${date(micros).toLocaleDateString("en-CA")} ${clockExact(micros)} (${Intl.DateTimeFormat().resolvedOptions().timeZone})`;

/** `just now`, `12 s ago`, `4 min ago`, `3 h ago`, `2 d ago`. @param {number} micros @param {number} [now] */
export function ago(micros, now = Date.now() * 1000) {
  const seconds = Math.max(0, (now - micros) / 1e6);
  if (seconds < 2) return "just now";
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86400)} d ago`;
}
