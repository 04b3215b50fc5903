// Asking the server. What goes wrong is always a Problem: something a person can read.
// @ts-check

/** What a person at the browser can do about it, by kind of problem. @type {Record<string, string>} */
const REMEDIES = {
  "traces-off":
    "Start Zeroth with ZEROTH_TRACES=file to keep traces, or ZEROTH_TRACES=memory to keep them until it stops.",
  unauthorized: "Log in at /console/login with the token of this server.",
  shut: "Whoever runs this server starts it again with ZEROTH_TOKEN set.",
  unreachable: "Is it still running? When it is started again, this page goes on where it was.",
  "model-failed": "The turn was not kept. Try it again; the trace shows what the model said.",
  "model-timeout": "The turn was not kept. Try it again.",
  unavailable: "The turn was not kept. Wait a moment, then try it again.",
  overloaded: "The turn was not kept. Wait a moment, then try it again.",
  "rate-limited": "Wait a moment, then try it again.",
  "shutting-down": "Try it again when the server is back.",
  busy: "Wait until the turn that is being played is over, then try it again.",
  conflict: "Look at how the game stands now, then try it again.",
  "unknown-session": "Begin another game.",
  "shared-table": "Begin a game of your own.",
  internal: "Look at how the game stands before you try it again: the turn may have been kept.",
  "store-unavailable": "Nothing that was answered is lost. Wait a moment, then try it again.",
};

/** Something that went wrong, in words: `title` what, `detail` about this time, `remedy` what to do. */
export class Problem extends Error {
  /** @param {{ status?: number, slug?: string, title: string, detail?: string, type?: string, trace?: string | null, errorType?: string | null, remedy?: string }} told */
  constructor(told) {
    super(told.detail ? `${told.title}: ${told.detail}` : told.title);
    this.name = "Problem";
    this.status = told.status ?? 0;
    this.slug = told.slug ?? "";
    this.title = told.title;
    this.detail = told.detail ?? "";
    this.type = told.type ?? "";
    this.trace = told.trace ?? null;
    this.errorType = told.errorType ?? null;
    this.remedy = told.remedy ?? REMEDIES[this.slug] ?? "";
  }

  /** Whatever was thrown, as a problem. @param {unknown} error */
  static of(error) {
    if (error instanceof Problem) return error;
    const detail = error instanceof Error ? error.message : String(error);
    // Browsers throw a TypeError when nobody answers.
    if (error instanceof TypeError && /fetch|network|load failed/i.test(detail)) {
      return new Problem({ slug: "unreachable", title: "Zeroth does not answer" });
    }
    return new Problem({
      slug: "page",
      title: "This page made a mistake",
      detail,
      remedy: "Reload it. If it happens again, that is a bug.",
    });
  }
}

/** Whether something was given up because nobody wants it any more. @param {unknown} error */
export const isAbort = (error) => error instanceof DOMException && error.name === "AbortError";

/** @typedef {{ signal?: AbortSignal, headers?: Record<string, string> }} Wishes */
/** @typedef {Record<string, string | number | boolean | null | undefined>} Query */

/**
 * `get("/api/calls", { model: "sim-1", limit: 50 }, { signal })`: the answer's JSON. What is null or empty is not sent.
 * @param {string} path @param {Query | URLSearchParams} [query] @param {Wishes} [wishes]
 * @returns {Promise<any>}
 */
export const get = (path, query, wishes) => send("GET", address(path, query), undefined, wishes);
/** @param {string} path @param {unknown} [body] @param {Wishes} [wishes] @returns {Promise<any>} */
export const post = (path, body, wishes) => send("POST", path, body, wishes);
/** @param {string} path @param {unknown} [body] @param {Wishes} [wishes] @returns {Promise<any>} */
export const patch = (path, body, wishes) => send("PATCH", path, body, wishes);
/** @param {string} path @param {Wishes} [wishes] @returns {Promise<any>} */
export const remove = (path, wishes) => send("DELETE", path, undefined, wishes);

/** A path with its query. @param {string} path @param {Query | URLSearchParams} [query] */
export function address(path, query) {
  const pairs = query instanceof URLSearchParams ? query : new URLSearchParams();
  if (query && !(query instanceof URLSearchParams)) {
    for (const [name, value] of Object.entries(query)) {
      if (value !== null && value !== undefined && value !== "" && value !== false) pairs.set(name, String(value));
    }
  }
  const text = pairs.toString();
  return text ? `${path}?${text}` : path;
}

/** @param {string} method @param {string} path @param {unknown} body @param {Wishes} [wishes] */
async function send(method, path, body, wishes) {
  const response = await ask(method, path, body, { accept: "application/json" }, wishes);
  return response.status === 204 ? null : response.json();
}

/**
 * Asks, and answers with a response that is well; throws a Problem otherwise.
 * @param {string} method @param {string} path @param {unknown} body @param {Record<string, string>} headers @param {Wishes} [wishes]
 */
export async function ask(method, path, body, headers, wishes = {}) {
  /** @type {Record<string, string>} */
  const content = body === undefined ? {} : { "content-type": "application/json" };
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: { ...headers, ...content, ...wishes.headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: wishes.signal,
    });
  } catch (error) {
    throw isAbort(error) ? error : Problem.of(error);
  }
  if (response.status === 401 && location.pathname.startsWith("/console")) logIn();
  if (!response.ok) throw await problem(response);
  return response;
}

/** Asks for the token, and comes back to this page. */
function logIn() {
  location.assign(address("/console/login", { next: location.pathname + location.search }));
}

/** @param {Response} response */
async function problem(response) {
  const text = await response.text().catch(() => "");
  try {
    return told(JSON.parse(text), response.status);
  } catch {
    return new Problem({
      status: response.status,
      title: `The server answered ${response.status}`,
      detail: text.slice(0, 300),
    });
  }
}

/** A problem as the server words it. @param {any} value @param {number} [status] */
export function told(value, status) {
  return new Problem({
    status: value.status ?? status,
    slug: String(value.type ?? "").split("#problem-")[1] ?? "",
    title: value.title ?? `The server answered ${status}`,
    detail: [value.detail, ...(value.problems ?? [])].filter(Boolean).join("\n"),
    type: value.type,
    trace: value.trace_id,
    errorType: value.error_type,
    remedy: value.remedy,
  });
}
