// The shapes of the API, for the type checker and for readers. They are those of src/traces/read. Times are microseconds
// since 1970, spans of time seconds, costs US dollars.
// @ts-check

/** @typedef {{ input: number | null, output: number | null, cache_read: number | null, cache_write: number | null, reasoning: number | null }} TokenCounts */

/**
 * @typedef {object} CallItem
 * @property {number} id
 * @property {string} trace empty where a log record told it
 * @property {string} span
 * @property {string} name
 * @property {number} at
 * @property {number} duration
 * @property {number | null} ttft
 * @property {number} run
 * @property {string} service
 * @property {string} operation
 * @property {string | null} provider
 * @property {string | null} model
 * @property {string | null} agent
 * @property {string | null} component
 * @property {string | null} conversation
 * @property {string | null} team
 * @property {string | null} user
 * @property {string | null} error
 * @property {string | null} finish
 * @property {TokenCounts} tokens
 * @property {number | null} cost
 * @property {"reported" | "simulated" | "computed" | null} cost_source
 */

/** @typedef {{ calls: number, errors: number, input: number, output: number, cost: number, at_least: boolean }} Total */
/** @typedef {{ calls: CallItem[], total: Total, next: string | null, unsearched: number | null }} CallPage */

/** @typedef {{ at: number, calls: number, errors: Record<string, number>, input: number, output: number, cache_read: number, cache_write: number, reasoning: number, cost: number, duration: [number, number, number] | null, ttft: [number, number, number] | null }} Bucket */
/** @typedef {{ name: string | null, step: number, total: Bucket, buckets: Bucket[] }} Line */

/** @typedef {{ value: string, calls: number }} Facet */
/** @typedef {{ services: Facet[], operations: Facet[], providers: Facet[], models: Facet[], components: Facet[], teams: Facet[], errors: Facet[] }} Facets */

/** @typedef {{ name: string, run: number, service: string, component: string | null, team: string | null, user: string | null, first: number, last: number, calls: number, steps: number, errors: number, input: number, output: number, cost: number }} ConversationItem */

/** @typedef {{ id: number, at: number, run: number, service: string, severity: number, event: string | null, text: string, trace: string | null, span: string | null }} LogItem */

/** @typedef {{ id: number, span: string, parent: string | null, name: string, kind: number, status: number, service: string, at: number, duration: number, call: CallItem | null, subtree?: { calls: number, errors: number, input: number, output: number, cost: number } }} TraceSpan */
/** @typedef {{ trace: string, spans: TraceSpan[], more_spans: boolean, logs: LogItem[], critical?: string[] }} TraceDetail */

/** @typedef {{ error: string, service: string, model: string | null, component: string | null, count: number, first: number, last: number, example: [string, string] | null }} ErrorGroup */
/** @typedef {{ id: number, service: string, instance: string | null, label: string | null, paused: boolean, first: number, last: number, spans: number, calls: number, errors: number, logs: number }} RunItem */

/** @typedef {{ version: string, now: number, traces: "file" | "memory" | "off", health: any, number: number }} Status */

export {};
