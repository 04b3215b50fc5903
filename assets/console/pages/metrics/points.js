// Points of a metric's series to what a chart shows: increases of counters (also over a restart), values of gauges, and
// distributions by time.
// @ts-check

/** @typedef {{ name: string, description: string, unit: string, kind: string, temporality: number, monotonic: boolean, series: number }} Metric */
/** @typedef {{ at: number, value: number | null, count: number | null, distribution: any }} Point */
/** `whole` when it began within the window: its first point counts from nothing. @typedef {{ run: number, attributes: Record<string, any>, points: Point[], whole?: boolean }} MetricSeries */
/** @typedef {{ at: number, value: number }} Value */
/** Values between `low` and `high`, and how many there are. @typedef {{ low: number, high: number, count: number }} Bin */
/** @typedef {{ at: number, bins: Bin[], count: number, sum: number, min: number | null, max: number | null }} Distribution */

const CUMULATIVE = 2;

/** Whether a metric counts what happens, so that it has a rate. @param {Metric} metric */
export const counts = (metric) => metric.kind === "sum" && (metric.monotonic || metric.temporality !== CUMULATIVE);
/** @param {Metric} metric */
export const isHistogram = (metric) => metric.kind === "histogram" || metric.kind === "exponential_histogram";

/**
 * How much a counter rose up to each point. Of a cumulative one that began before the window the first point says nothing, and
 * where it falls the program has started again: then all that it counts is new.
 * @param {Metric} metric @param {MetricSeries} series @returns {Value[]}
 */
export function increases(metric, { points, whole }) {
  if (metric.temporality !== CUMULATIVE) return points.map(({ at, value }) => ({ at, value: value ?? 0 }));
  const rises = points.slice(0, whole ? 1 : 0).map(({ at, value }) => ({ at, value: value ?? 0 }));
  for (let index = 1; index < points.length; index += 1) {
    const [before, now] = [points[index - 1].value ?? 0, points[index].value ?? 0];
    rises.push({ at: points[index].at, value: now >= before ? now - before : now });
  }
  return rises;
}

/** What was recorded up to each point. @param {Metric} metric @param {MetricSeries} series @returns {Distribution[]} */
export function distributions(metric, { points, whole }) {
  const all = points.map(distribution);
  if (metric.temporality !== CUMULATIVE) return all;
  const later = all.slice(1).map((now, index) => less(now, all[index]));
  return whole ? [...all.slice(0, 1), ...later] : later;
}

/** @param {Point} point @returns {Distribution} */
function distribution({ at, value, count, distribution }) {
  const told = distribution ?? {};
  const bins = told.bounds ? explicit(told) : exponential(told);
  return { at, bins, count: count ?? 0, sum: value ?? 0, min: told.min ?? null, max: told.max ?? null };
}

/** @param {{ bounds: number[], counts: number[], min?: number | null, max?: number | null }} told @returns {Bin[]} */
function explicit({ bounds, counts, min, max }) {
  return counts.map((count, index) => {
    const last = bounds.at(-1) ?? 1;
    const low = index === 0 ? Math.min(0, bounds[0] ?? 0, min ?? 0) : bounds[index - 1];
    // Beyond the last bound nobody knows how far; the largest value says it where it is told.
    const high = index < bounds.length ? bounds[index] : Math.max(max ?? last * 2, last);
    return { low, high, count };
  });
}

/** @param {{ scale?: number, zero?: number, positive?: any, negative?: any }} told @returns {Bin[]} */
function exponential({ scale = 0, zero = 0, positive, negative }) {
  const base = 2 ** (2 ** -scale);
  const edge = (/** @type {number} */ index) => base ** index;
  const above = (positive?.counts ?? []).map((/** @type {number} */ count, /** @type {number} */ index) => ({
    low: edge(positive.offset + index),
    high: edge(positive.offset + index + 1),
    count,
  }));
  const below = (negative?.counts ?? []).map((/** @type {number} */ count, /** @type {number} */ index) => ({
    low: -edge(negative.offset + index + 1),
    high: -edge(negative.offset + index),
    count,
  }));
  return [...below.reverse(), ...(zero ? [{ low: 0, high: 0, count: zero }] : []), ...above].filter(
    (bin) => bin.count > 0,
  );
}

/** What came between two cumulative points. @param {Distribution} now @param {Distribution} before @returns {Distribution} */
function less(now, before) {
  // It began again: all of it is new.
  if (now.count < before.count) return now;
  const known = new Map(before.bins.map((bin) => [`${bin.low} ${bin.high}`, bin.count]));
  // Of several bounds that grew coarser in between, the old counts are taken where they belong now.
  const moved = before.bins.filter((bin) => !now.bins.some((one) => one.low === bin.low && one.high === bin.high));
  const bins = now.bins.map((bin) => {
    const inside = moved.filter((one) => one.low >= bin.low * 0.999999 && one.high <= bin.high * 1.000001);
    const old = (known.get(`${bin.low} ${bin.high}`) ?? 0) + inside.reduce((sum, one) => sum + one.count, 0);
    return { ...bin, count: Math.max(0, bin.count - old) };
  });
  return { at: now.at, bins, count: now.count - before.count, sum: now.sum - before.sum, min: null, max: null };
}

/** All of them as one. @param {Distribution[]} parts @param {number} at @returns {Distribution} */
export function merged(parts, at) {
  /** @type {Map<string, Bin>} */
  const bins = new Map();
  for (const { bins: each } of parts)
    for (const bin of each) {
      const key = `${bin.low.toPrecision(9)} ${bin.high.toPrecision(9)}`;
      const known = bins.get(key);
      if (known) known.count += bin.count;
      else bins.set(key, { ...bin });
    }
  const sum = (/** @type {(part: Distribution) => number} */ of) => parts.reduce((sum, part) => sum + of(part), 0);
  return {
    at,
    bins: [...bins.values()].sort((one, other) => one.high - other.high),
    count: sum((part) => part.count),
    sum: sum((part) => part.sum),
    min: null,
    max: null,
  };
}

/** The value below which this share of all values lies, as far as the bins tell. @param {Distribution} whole @param {number} share */
export function quantile({ bins }, share) {
  const all = bins.reduce((sum, bin) => sum + bin.count, 0);
  if (!all) return null;
  let rest = all * share;
  for (const bin of bins) {
    if (rest > bin.count || !bin.count) {
      rest -= bin.count;
      continue;
    }
    const part = rest / bin.count;
    // Within a bin of a scale that doubles, values lie evenly on that scale.
    if (bin.low > 0 && bin.high / bin.low < 4) return bin.low * (bin.high / bin.low) ** part;
    return bin.low + (bin.high - bin.low) * part;
  }
  return bins.at(-1)?.high ?? null;
}

/**
 * Seconds that a point of the chart stands for: as the window wants it, but not shorter than what points are apart.
 * @param {MetricSeries[]} series @param {number} length of the window, in seconds
 */
export function stepOf(series, length) {
  const nice = [1, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 10_800, 21_600, 86_400];
  const gaps = series
    .flatMap(({ points }) => points.slice(1).map((point, index) => (point.at - points[index].at) / 1e6))
    .sort((one, other) => one - other);
  const usual = gaps[Math.floor(gaps.length / 2)] ?? 0;
  const wanted = Math.max(length / 120, usual * 0.95);
  return nice.find((step) => step >= wanted) ?? 86_400;
}

/** Values by the step in which they lie. @template Item @param {(Item & { at: number })[]} items @param {number} step @returns {Map<number, (Item & { at: number })[]>} */
export function byStep(items, step) {
  const width = step * 1e6;
  const found = new Map();
  for (const item of items) {
    const at = Math.floor(item.at / width) * width;
    found.set(at, [...(found.get(at) ?? []), item]);
  }
  return found;
}
