// An answer that comes as it is worded: POST, and server-sent events back. (EventSource only knows GET.)
// @ts-check

import { ask, told } from "./api.js";

/**
 * `await stream("/play", { message }, { token: ({ text }) => … }, { signal })` answers with the data of the event `turn` and
 * throws a Problem for the event `error`, as for whatever fails before the first word.
 * @param {string} path
 * @param {unknown} body
 * @param {Record<string, (data: any) => void>} on what to do with other events, by name
 * @param {import("./api.js").Wishes} [wishes]
 * @returns {Promise<any>}
 */
export async function stream(path, body, on, wishes) {
  const response = await ask("POST", path, body, { accept: "text/event-stream" }, wishes);
  if (!response.headers.get("content-type")?.startsWith("text/event-stream") || !response.body) return response.json();
  for await (const { name, data } of events(response.body)) {
    if (name === "turn") return data;
    if (name === "error") throw told(data);
    on[name]?.(data);
  }
  throw told({
    title: "The answer broke off",
    detail: "The connection ended before the turn did. If the turn was played, it is kept.",
  });
}

/** @param {ReadableStream<Uint8Array>} body */
async function* events(body) {
  const reader = body.pipeThrough(/** @type {any} */ (new TextDecoderStream())).getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const event = read(block);
        if (event) yield event;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** @param {string} block */
function read(block) {
  const name = /^event: ?(.*)$/m.exec(block)?.[1];
  const data = [...block.matchAll(/^data: ?(.*)$/gm)].map((line) => line[1]).join("\n");
  return name && data ? { name, data: JSON.parse(data) } : null;
}
