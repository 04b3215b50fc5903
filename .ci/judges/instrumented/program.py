"""A program of somebody else's: it talks to a model with the official client, watched by an instrumentation that knows
nothing of Zeroth. Only the usual variables of OpenTelemetry say where its telemetry goes.

    program.py openinference|openllmetry http|grpc SIMULATOR
"""

import sys

import openai
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

QUESTION = "Where does the smoke come from?"
SYSTEM = "You are the ship's engineer. Answer in one sentence."


class Association(SpanProcessor):
    """What OpenLLMetry's own SDK does with `set_association_properties`."""

    def __init__(self, session):
        self.session = session

    def on_start(self, span, parent_context=None):
        span.set_attribute("traceloop.association.properties.session_id", self.session)


def exporter(protocol):
    if protocol == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    else:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    return OTLPSpanExporter()


def instrument(kind, provider, session):
    """Starts the instrumentation; gives back the context in which the session is known to it."""
    if kind == "openinference":
        from openinference.instrumentation import using_session
        from openinference.instrumentation.openai import OpenAIInstrumentor

        OpenAIInstrumentor().instrument(tracer_provider=provider)
        return using_session(session)
    from contextlib import nullcontext

    from opentelemetry.instrumentation.openai import OpenAIInstrumentor

    provider.add_span_processor(Association(session))
    OpenAIInstrumentor().instrument(tracer_provider=provider)
    return nullcontext()


def converse(client):
    """A question, an answer read as it comes, one that goes wrong, and a search."""
    messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": QUESTION}]
    first = client.chat.completions.create(model="gpt-4o-mini", temperature=0.4, max_tokens=200, messages=messages)
    messages += [
        {"role": "assistant", "content": first.choices[0].message.content},
        {"role": "user", "content": "And how do we stop it?"},
    ]
    options = {"include_usage": True}
    for _chunk in client.chat.completions.create(
        model="gpt-4o-mini", messages=messages, stream=True, stream_options=options
    ):
        pass
    try:
        client.chat.completions.create(model="gpt-4o-mini+503", messages=messages)
    except openai.InternalServerError:
        pass
    client.embeddings.create(model="text-embedding-3-small", input="smoke")


def main():
    kind, protocol, simulator = sys.argv[1:]
    name = f"{kind}-{protocol}"
    provider = TracerProvider(resource=Resource.create({"service.name": name}))
    provider.add_span_processor(BatchSpanProcessor(exporter(protocol)))
    trace.set_tracer_provider(provider)
    with instrument(kind, provider, f"talk-{name}"):
        with trace.get_tracer("engine-room").start_as_current_span("alarm"):
            converse(openai.OpenAI(base_url=f"{simulator}/v1", api_key="judge", max_retries=0))
    provider.shutdown()


main()
