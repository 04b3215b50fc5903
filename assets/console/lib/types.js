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

/** @typedef {{ at: number, calls: number, errors: Record<string, number>, input: number, output: number, cache_read: number, cache_write: number, reasoning: number, cost: number, saved: number, duration: [number, number, number] | null, ttft: [number, number, number] | null }} Bucket */
/** @typedef {{ name: string | null, step: number, total: Bucket, buckets: Bucket[] }} Line */

/** @typedef {{ value: string, calls: number }} Facet */
/** @typedef {{ services: Facet[], operations: Facet[], providers: Facet[], models: Facet[], components: Facet[], teams: Facet[], errors: Facet[] }} Facets */

/** @typedef {{ name: string, run: number, service: string, component: string | null, team: string | null, user: string | null, first: number, last: number, calls: number, steps: number, errors: number, input: number, output: number, cost: number, cost_source: CallItem["cost_source"] | "mixed" }} ConversationItem */

/** @typedef {{ id: number, at: number, run: number, service: string, severity: number, event: string | null, text: string, trace: string | null, span: string | null }} LogItem */

/** @typedef {{ id: number, span: string, parent: string | null, name: string, kind: number, status: number, service: string, at: number, duration: number, call: CallItem | null, subtree: Subtree, critical: number | null }} TraceSpan */
/** @typedef {{ calls: number, errors: number, input: number, output: number, cost: number }} Subtree */
/** @typedef {{ trace: string, spans: TraceSpan[], more_spans: boolean, logs: LogItem[], critical: string[] }} TraceDetail */

/** @typedef {{ id: number, trace: string, span: string, parent: string | null, name: string, kind: number, at: number, end: number, status: { code: number, message: string }, attributes: Record<string, any>, events: { name: string, at: number, attributes: Record<string, any> }[], links: { trace: string, span: string, attributes: Record<string, any> }[], resource: Record<string, any>, scope: { name: string, version: string, attributes: Record<string, any> }, call: CallItem | null, content: Call | null }} SpanDetail */

// What was said: src/traces/call.rs and content.rs. What is not known is not there.

/** @typedef {{ type: "text" | "reasoning", text: string } | { type: "tool_call", id?: string, name: string, arguments?: string } | { type: "tool_result", id?: string, result: string } | { type: "media", modality: string, mime?: string, uri?: string, file_id?: string, bytes?: number } | { type: "other", kind: string, text: string }} Part */
/** @typedef {{ role: string, name?: string, parts: Part[] }} Message */
/** @typedef {{ system?: Part[], input?: Message[], output?: Message[], tools?: { name: string, kind?: string, description?: string, parameters?: string }[], documents?: { id?: string, score?: number, content?: string }[], arguments?: string, result?: string }} Content */
/** @typedef {{ name: string, score?: number, label?: string, explanation?: string, annotator?: string }} Evaluation */
/** @typedef {{ operation: string, dialect: string, component?: string, provider?: string, request_model?: string, model?: string, prompt?: { name: string, version?: string }, parameters?: Record<string, any>, stream?: boolean, finish?: string[], response_id?: string, tool?: { name: string, id?: string, kind?: string, description?: string }, error?: { kind: string, message?: string }, content?: Content, evaluations?: Evaluation[] }} Call */

/** What was new in a call of a conversation. @typedef {{ input: string, output: string, cut: boolean }} Said */
/** @typedef {CallItem & { said: Said }} ThreadCall */
/** @typedef {{ conversation: ConversationItem, calls: ThreadCall[], next: number | null }} ConversationDetail */

/** @typedef {{ error: string, service: string, model: string | null, component: string | null, count: number, first: number, last: number, example: [string, string] | null }} ErrorGroup */
/** @typedef {{ id: number, service: string, instance: string | null, label: string | null, paused: boolean, first: number, last: number, spans: number, calls: number, errors: number, logs: number }} RunItem */

/** @typedef {{ version: string, now: number, traces: "file" | "memory" | "off", health: any, number: number }} Status */

export {};
