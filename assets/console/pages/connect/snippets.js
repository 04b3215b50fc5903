// What other programs need to send their telemetry here: variables and a few lines, ready to be copied.
// @ts-check

/** @typedef {{ endpoint: string, token: boolean }} Place where to send, and whether a token is asked for */
/** @typedef {{ title: string, lang: string, text: string }} Step */
/** @typedef {{ id: string, name: string, about: string, steps: (place: Place) => Step[], then?: string }} Way */

/** What stands where the token goes. */
export const TOKEN = "YOUR_TOKEN";

/** @param {Place} place @param {Record<string, string>} [more] */
function variables({ endpoint, token }, more = {}) {
  const all = {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    ...(token ? { OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${TOKEN}` } : {}),
    ...more,
  };
  return lines(all);
}

/** @param {Record<string, string>} all */
const lines = (all) =>
  Object.entries(all)
    .map(([name, value]) => `export ${name}=${/^[\w:/.%=-]+$/.test(value) ? value : JSON.stringify(value)}`)
    .join("\n");

/** @type {Way[]} */
export const WAYS = [
  {
    id: "any",
    name: "Any OpenTelemetry SDK",
    about:
      "Every SDK reads these variables; nothing in the program changes. Spans with GenAI attributes become calls and conversations, all others are kept and shown as they are.",
    steps: (place) => [
      { title: "Before the program starts", lang: "shell", text: variables(place, { OTEL_SERVICE_NAME: "my-app" }) },
    ],
  },
  {
    id: "openinference",
    name: "Python · OpenInference",
    about:
      "Watches the openai client without a change of the program. There are packages of the same kind for Anthropic, LangChain, LlamaIndex and others.",
    steps: (place) => [
      {
        title: "Install",
        lang: "shell",
        text: "pip install opentelemetry-distro opentelemetry-exporter-otlp-proto-http \\\n  openinference-instrumentation-openai",
      },
      {
        title: "Run",
        lang: "shell",
        text: `${variables(place, { OTEL_SERVICE_NAME: "my-app" })}\nopentelemetry-instrument python app.py`,
      },
    ],
    then: 'Put calls into a conversation with using_session("talk-1") of openinference.instrumentation.',
  },
  {
    id: "openllmetry",
    name: "Python · OpenLLMetry",
    about: "Traceloop's SDK switches on instrumentations for the clients, frameworks and vector stores that it finds.",
    steps: ({ endpoint, token }) => [
      { title: "Install", lang: "shell", text: "pip install traceloop-sdk" },
      {
        title: "Where to",
        lang: "shell",
        text: lines({
          TRACELOOP_BASE_URL: endpoint,
          ...(token ? { TRACELOOP_HEADERS: `authorization=Bearer%20${TOKEN}` } : {}),
        }),
      },
      {
        title: "In the program, first of all",
        lang: "python",
        text: 'from traceloop.sdk import Traceloop\n\nTraceloop.init(app_name="my-app")\nTraceloop.set_association_properties({"session_id": "talk-1", "user_id": "ada"})',
      },
    ],
  },
  {
    id: "vercel",
    name: "JavaScript · Vercel AI SDK",
    about: "The AI SDK makes spans when it is asked to; the OpenTelemetry SDK of Node sends them.",
    steps: (place) => [
      { title: "Install", lang: "shell", text: "npm install @opentelemetry/sdk-node" },
      {
        title: "telemetry.mjs",
        lang: "js",
        text: 'import { NodeSDK } from "@opentelemetry/sdk-node";\n\nnew NodeSDK().start();',
      },
      {
        title: "At each call",
        lang: "js",
        text: 'const { text } = await generateText({\n  model,\n  prompt,\n  experimental_telemetry: {\n    isEnabled: true,\n    functionId: "answer",\n    metadata: { sessionId: "talk-1", userId: "ada", team: "care" },\n  },\n});',
      },
      {
        title: "Run",
        lang: "shell",
        text: `${variables(place, { OTEL_SERVICE_NAME: "my-app" })}\nnode --import ./telemetry.mjs app.mjs`,
      },
    ],
  },
  {
    id: "claude-code",
    name: "Claude Code",
    about:
      "It tells its tokens, costs and errors in metrics and log events: they become calls and a conversation for each session.",
    steps: (place) => [
      {
        title: "In the terminal in which it runs",
        lang: "shell",
        text: `${lines({ CLAUDE_CODE_ENABLE_TELEMETRY: "1", OTEL_METRICS_EXPORTER: "otlp", OTEL_LOGS_EXPORTER: "otlp" })}\n${variables(place, { OTEL_METRIC_EXPORT_INTERVAL: "10000" })}\nclaude`,
      },
      {
        title: "Its words, and its spans (beta)",
        lang: "shell",
        text: lines({
          OTEL_LOG_USER_PROMPTS: "1",
          CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: "1",
          OTEL_TRACES_EXPORTER: "otlp",
        }),
      },
    ],
  },
  {
    id: "langfuse",
    name: "Python · Langfuse SDK",
    about:
      "It is built on OpenTelemetry: give its tracer provider a second exporter, and what goes to Langfuse comes here as well.",
    steps: (place) => [
      { title: "Install", lang: "shell", text: "pip install langfuse opentelemetry-exporter-otlp-proto-http" },
      { title: "Where to", lang: "shell", text: variables(place, { OTEL_SERVICE_NAME: "my-app" }) },
      {
        title: "In the program, before the first trace",
        lang: "python",
        text: "from langfuse import Langfuse\nfrom opentelemetry import trace\nfrom opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter\nfrom opentelemetry.sdk.trace import TracerProvider\nfrom opentelemetry.sdk.trace.export import BatchSpanProcessor\n\nprovider = TracerProvider()\nprovider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))\ntrace.set_tracer_provider(provider)\n\nlangfuse = Langfuse()  # joins the provider that is there",
      },
    ],
  },
  {
    id: "collector",
    name: "OpenTelemetry Collector",
    about: "What a collector gets goes on to here, beside where it goes already.",
    steps: ({ endpoint, token }) => [
      {
        title: "In its configuration",
        lang: "yaml",
        text: `exporters:\n  otlphttp/zeroth:\n    endpoint: ${endpoint}${token ? `\n    headers:\n      authorization: "Bearer ${TOKEN}"` : ""}\n\nservice:\n  pipelines:\n    traces:\n      receivers: [otlp]\n      exporters: [otlphttp/zeroth]\n    metrics:\n      receivers: [otlp]\n      exporters: [otlphttp/zeroth]\n    logs:\n      receivers: [otlp]\n      exporters: [otlphttp/zeroth]`,
      },
    ],
  },
  {
    id: "zeroth",
    name: "Zeroth, elsewhere",
    about: "Another Zeroth sends what it does to this one: a game on each laptop of a workshop, one console for all.",
    steps: (place) => [
      {
        title: "On the other machine",
        lang: "shell",
        text: `${variables(place, { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "SPAN_ONLY" })}\nzeroth serve`,
      },
    ],
    then: "The last variable sends the words of players and models, too; leave it out where they are nobody’s business.",
  },
  {
    id: "hand",
    name: "By hand",
    about: "One span with curl, to see that the way is open.",
    steps: ({ endpoint, token }) => [
      {
        title: "In a terminal",
        lang: "shell",
        text: `now=$(date +%s)\ncurl -sS ${endpoint}/v1/traces -H 'content-type: application/json' ${token ? `-H 'authorization: Bearer ${TOKEN}' ` : ""}-d '{"resourceSpans": [{
  "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "by-hand"}}]},
  "scopeSpans": [{"spans": [{
    "traceId": "'$(openssl rand -hex 16)'", "spanId": "'$(openssl rand -hex 8)'", "name": "chat gpt-5.4-mini", "kind": 3,
    "startTimeUnixNano": "'$now'000000000", "endTimeUnixNano": "'$now'800000000",
    "attributes": [
      {"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}},
      {"key": "gen_ai.provider.name", "value": {"stringValue": "openai"}},
      {"key": "gen_ai.request.model", "value": {"stringValue": "gpt-5.4-mini"}},
      {"key": "gen_ai.conversation.id", "value": {"stringValue": "by-hand"}},
      {"key": "gen_ai.usage.input_tokens", "value": {"intValue": 900}},
      {"key": "gen_ai.usage.output_tokens", "value": {"intValue": 120}}]}]}]}]}'`,
      },
    ],
  },
];
