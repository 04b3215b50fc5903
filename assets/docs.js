"use strict";
// Shows /openapi.json, and plays a turn. Texts only ever become text nodes, never markup.

const byId = (id) => document.getElementById(id);

/** An element with attributes and children; a string among the children becomes text. */
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) made.setAttribute(key, value);
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

/** Text in which `words` between backticks are code. */
const prose = (text) =>
  (text ?? "").split("`").map((part, index) => (index % 2 ? element("code", null, part) : part));

// ---- what the document says

let api = {};

const schemaName = (schema) => schema?.$ref?.split("/").pop();
const resolve = (schema) => (schema?.$ref ? api.components.schemas[schemaName(schema)] : (schema ?? {}));

/** What a schema is when it is not null. */
function present(schema) {
  const options = schema?.oneOf?.filter((option) => option.type !== "null");
  return options?.length === 1 ? options[0] : schema;
}

/** A schema whose parts, if it is put together from several, are joined; its own come first. */
function joined(schema) {
  const whole = resolve(present(schema));
  const own = (whole.allOf ?? []).filter((part) => part.properties);
  const others = (whole.allOf ?? []).filter((part) => !part.properties);
  const parts = [...own, ...others].map(joined);
  return parts.reduce(
    (sum, part) => ({
      ...sum,
      properties: { ...sum.properties, ...part.properties },
      required: [...(sum.required ?? []), ...(part.required ?? [])],
    }),
    { ...whole },
  );
}

function example(schema) {
  const whole = joined(schema);
  if (whole.example !== undefined) return whole.example;
  if (whole.examples?.length) return whole.examples[0];
  const option = (whole.oneOf ?? whole.anyOf)?.find((each) => each.type !== "null");
  if (option) return example(option);
  const type = [whole.type].flat().find((name) => name !== "null");
  if (type === "array") return [example(whole.items)];
  if (type === "boolean") return true;
  if (type === "integer" || type === "number") return 1;
  if (type === "string") return "…";
  if (whole.additionalProperties) return { name: example(whole.additionalProperties) };
  return Object.fromEntries(Object.entries(whole.properties ?? {}).map(([name, part]) => [name, example(part)]));
}

/** What kind of value it is, in a few words and with links to schemas. */
function kind(schema) {
  if (schema.$ref) return [element("a", { href: `#schema-${schemaName(schema)}` }, schemaName(schema))];
  const options = (schema.oneOf ?? schema.anyOf)?.flatMap((option, index) => [index ? " or " : "", ...kind(option)]);
  if (options) return options;
  const type = [schema.type ?? "object"].flat().join(" or ");
  if (type === "array") return ["array of ", ...kind(schema.items)];
  if (typeof schema.additionalProperties === "object") return ["map of ", ...kind(schema.additionalProperties)];
  return [schema.format && schema.type !== "integer" && schema.format !== "double" ? `${type} (${schema.format})` : type];
}

function fields(schema) {
  const { properties = {}, required = [] } = joined(schema);
  const rows = Object.entries(properties).map(([name, part]) => {
    const optional = required.includes(name) ? "" : ", optional";
    const type = element("span", { class: "type" }, kind(part), optional);
    return element("tr", null, element("td", null, element("code", null, name)),
      element("td", null, type, element("p", null, prose(part.description ?? resolve(part).description))));
  });
  if (rows.length) return element("table", null, rows);
  const options = resolve(schema).oneOf;
  return element("p", { class: "quiet" }, options ? kind({ oneOf: options }) : "No fields.");
}

// ---- operations

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function curl(method, path, body, headers = []) {
  const parts = ["curl -i"];
  if (method !== "GET") parts.push(`-X ${method}`);
  parts.push(location.origin + path);
  for (const header of headers) parts.push(`-H ${quoted(header)}`);
  if (body !== undefined) parts.push("-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(body))}`);
  return parts.join(" ");
}

function requestCurl(path, method, operation) {
  const filled = (operation.parameters ?? [])
    .filter((parameter) => parameter.in === "path")
    .reduce((sum, parameter) => sum.replace(`{${parameter.name}}`, parameter.example ?? parameter.name), path);
  const schema = operation.requestBody?.content?.["application/json"]?.schema;
  if (!schema) return curl(method, filled);
  const body = example(schema);
  // Plain curl plays at the shared table, where there is one.
  if (!joined(schema).required?.includes("session_id")) delete body.session_id;
  return Object.keys(body).length ? curl(method, filled, body) : curl(method, filled);
}

function parameters(list) {
  const rows = list.map((parameter) =>
    element("tr", null, element("td", null, element("code", null, parameter.name)),
      element("td", null, element("span", { class: "type" }, parameter.in, parameter.required ? "" : ", optional"),
        element("p", null, prose(parameter.description)))));
  return [element("h4", null, "Parameters"), element("table", null, rows)];
}

/** What a response may hold, or for a problem the kinds that it may be. */
function content(response) {
  return Object.entries(response.content ?? {}).flatMap(([type, body]) => {
    if (body.examples) {
      const links = Object.keys(body.examples).map((slug) => element("a", { href: `#problem-${slug}` }, slug));
      return [element("p", null, links.flatMap((link, index) => (index ? [", ", link] : [link])))];
    }
    const name = schemaName(body.schema);
    const link = name ? element("a", { href: `#schema-${name}` }, name) : "";
    return [element("p", { class: "type" }, element("code", null, type), " ", link)];
  });
}

function responses(all) {
  const rows = Object.entries(all).map(([status, response]) => {
    const headers = Object.entries(response.headers ?? {}).map(([name, header]) =>
      element("p", { class: "type" }, element("code", null, name), ` ${header.description ?? ""}`));
    const isProblem = Object.keys(response.content ?? {}).includes("application/problem+json");
    return element("tr", null, element("td", null, status),
      element("td", null, isProblem ? [] : element("p", null, prose(response.description)), content(response), headers));
  });
  return [element("h4", null, "Answers"), element("table", null, rows)];
}

function operation(path, method, described) {
  const body = described.requestBody?.content?.["application/json"]?.schema;
  const ok = Object.entries(described.responses).find(([status]) => status.startsWith("2"))?.[1];
  const answer = ok?.content?.["application/json"];
  const shown = answer?.schema && schemaName(answer.schema) ? JSON.stringify(example(answer.schema), null, 2) : null;
  const title = element("summary", null, element("span", { class: `method ${method}` }, method),
    element("span", { class: "path" }, path), element("span", { class: "quiet" }, described.summary ?? ""));
  return element("details", { id: described.operationId }, title, element("div", { class: "inside" },
    described.description ? element("p", null, prose(described.description)) : null,
    element("pre", { class: "curl" }, requestCurl(path, method, described)),
    described.parameters ? parameters(described.parameters) : null,
    body ? [element("h4", null, "Body"), fields(body)] : null,
    shown ? [element("h4", null, "Answer"), element("pre", null, shown)] : null,
    responses(described.responses)));
}

function show() {
  byId("version").textContent = api.info.version;
  for (const tag of api.tags) {
    byId("operations").append(element("h4", null, tag.description));
    for (const [path, item] of Object.entries(api.paths)) {
      for (const [method, described] of Object.entries(item)) {
        if (described.tags.includes(tag.name)) byId("operations").append(operation(path, method.toUpperCase(), described));
      }
    }
  }
  byId("play")?.setAttribute("open", "");
  for (const [name, schema] of Object.entries(api.components.schemas)) {
    byId("schemas").append(element("details", { id: `schema-${name}` }, element("summary", null,
      element("span", { class: "path" }, name), element("span", { class: "quiet" }, schema.description ?? "")),
    element("div", { class: "inside" }, fields(schema))));
  }
}

/** A link to something that was folded away, or was not there yet when the page was loaded. */
function follow() {
  const target = location.hash && byId(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  if (target.tagName === "DETAILS") target.open = true;
  target.scrollIntoView();
}

// ---- the form

const form = document.querySelector("form");

function begin(text) {
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  byId("try-curl").textContent = text;
  for (const [id, hidden] of [["try-curl", false], ["outcome", false], ["words", true], ["answer", true]]) byId(id).hidden = hidden;
  byId("words").textContent = "";
  status("The storyteller thinks …");
}

function status(text, failed = false) {
  byId("status").textContent = text;
  byId("status").classList.toggle("failed", failed);
}

function answer(value) {
  byId("answer").hidden = false;
  byId("answer").textContent = JSON.stringify(value, null, 2);
}

function words(text) {
  byId("words").hidden = false;
  byId("words").append(text);
}

const line = (response) =>
  [response.status, response.statusText, response.headers.get("x-trace-id") && `trace ${response.headers.get("x-trace-id")}`]
    .filter(Boolean).join(" · ");

/** Calls `told` with the name and value of each event. */
async function events(body, told) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (text + value).split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const name = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (name && data) told(name, JSON.parse(data));
    }
  }
}

async function ask(path, body, headers) {
  begin(curl("POST", path, body, headers.accept ? [`Accept: ${headers.accept}`] : []));
  try {
    const content = body === undefined ? {} : { "content-type": "application/json" };
    const response = await fetch(path, { method: "POST", headers: { ...content, ...headers }, body: JSON.stringify(body) });
    status(line(response), !response.ok);
    if (!response.headers.get("content-type")?.startsWith("text/event-stream")) {
      const value = await response.json();
      if (value.response) words(value.response);
      if (value.session_id) byId("session").value = path === "/games" ? value.session_id : byId("session").value;
      return answer(value);
    }
    await events(response.body, (name, value) => {
      if (name === "token") return words(value.text);
      if (name === "error") status(`${value.status} · ${value.title}`, true);
      answer(value);
    });
  } catch (error) {
    status(`No answer: ${error.message}`, true);
  } finally {
    for (const button of form.querySelectorAll("button")) button.disabled = false;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const session = form.session.value.trim();
  const body = { message: form.message.value, ...(session && { session_id: session }) };
  ask("/play", body, form.stream.checked ? { accept: "text/event-stream" } : {});
});
byId("new-game").addEventListener("click", () => ask("/games", undefined, {}));
window.addEventListener("hashchange", follow);

fetch("/openapi.json")
  .then((response) => response.json())
  .then((document) => {
    api = document;
    show();
    follow();
  })
  .catch((error) => byId("operations").append(element("p", { class: "failed" }, `openapi.json cannot be shown: ${error.message}`)));
