"""The official Python client of Anthropic drives `zeroth sim`: it knows its vendor's protocol better than we do.

    pip install anthropic==2.11.0
    ZEROTH_SIM_KEY=secret zeroth sim --sim-speed instant &
    python .ci/judges/sdk_anthropic.py http://127.0.0.1:5051 secret

Without a key here and there everything is checked but that a wrong one is refused. `.ci/judge sdk BINARY` does all of
this alone.
"""

import asyncio
import json
import typing

import anthropic
from anthropic.types.shared import ErrorType

from simulator import BASE, HELLO, KEY, SCHEMA, USUAL, Scene, attempts, check, fault, journal, pause, reset, rules
from verdict import close, raised, same, skipped

MODEL = "claude-sonnet-4-6"


def client(kind=anthropic.Anthropic, **options):
    return kind(base_url=BASE, **{**USUAL, **options})


def ask(by=None, headers=None, **more):
    more = {"model": MODEL, "max_tokens": 200, "messages": HELLO, **more}
    return (by or client()).messages.create(extra_headers=headers, **more)


@check("a message, its usage and its ids")
def _():
    one, two = ask(), ask()
    same(one.content[0].text, two.content[0].text)
    same(one.id, two.id)
    assert one.id.startswith("msg_") and one._request_id.startswith("req_") and one._request_id != two._request_id
    same((one.model, one.stop_reason, one.role), (MODEL, "end_turn", "assistant"))
    counted = client().messages.count_tokens(model=MODEL, messages=HELLO)
    same(counted.input_tokens, one.usage.input_tokens)
    assert one.usage.output_tokens > 10
    same((journal()[0]["output_tokens"], journal()[0]["id"]), (one.usage.output_tokens, one._request_id))


@check("a stream says the same, event by event")
def _():
    whole = ask()
    with client().messages.stream(model=MODEL, max_tokens=200, messages=HELLO) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_message()
    same(final.content[0].text, whole.content[0].text)
    same(final.stop_reason, "end_turn")
    same((final.usage.input_tokens, final.usage.output_tokens), (whole.usage.input_tokens, whole.usage.output_tokens))
    raw = [event.type for event in ask(stream=True)]
    same((raw[0], raw[-1]), ("message_start", "message_stop"))
    assert raw.count("content_block_delta") > 10 and "content_block_stop" in raw and kinds[0] == "message_start"


@check("twenty at once, asynchronously")
def _():
    async def all_of_them():
        async with client(anthropic.AsyncAnthropic) as shared:
            return await asyncio.gather(*(ask(shared) for _ in range(20)))

    messages = asyncio.run(all_of_them())
    same(len({message.content[0].text for message in messages}), 1)
    same(len({message._request_id for message in messages}), 20)


@check("limits, stops and refusals are stop reasons")
def _():
    short = ask(max_tokens=5)
    same((short.stop_reason, short.usage.output_tokens), ("max_tokens", 5))
    word = ask().content[0].text.split()[3]
    stopped = ask(stop_sequences=[word])
    same((stopped.stop_reason, stopped.stop_sequence), ("stop_sequence", word))
    refused = ask(headers=fault("refusal"))
    same((refused.stop_reason, refused.stop_details.type, refused.content), ("refusal", "refusal", []))
    same(ask(headers=fault("empty")).content, [])


@check("every error has its class")
def _():
    # The client has no name for this type, though the documentation does.
    known = {*typing.get_args(ErrorType), "request_too_large"}
    for name, kind, status in [
        ("status=400", anthropic.BadRequestError, 400),
        ("401", anthropic.AuthenticationError, 401),
        ("status=402", anthropic.PaymentRequiredError, 402),
        ("status=403", anthropic.PermissionDeniedError, 403),
        ("status=404", anthropic.NotFoundError, 404),
        ("status=408", anthropic.RequestTimeoutError, 408),
        ("status=409", anthropic.ConflictError, 409),
        ("status=413", anthropic.ContentTooLargeError, 413),
        ("status=422", anthropic.UnprocessableEntityError, 422),
        ("429=1s", anthropic.RateLimitError, 429),
        ("500", anthropic.InternalServerError, 500),
        ("503", anthropic.ServiceUnavailableError, 503),
        ("status=504", anthropic.GatewayTimeoutError, 504),
        ("529", anthropic.OverloadedError, 529),
        ("context-overflow", anthropic.BadRequestError, 400),
    ]:
        for stream in (False, True):
            error = raised(anthropic.APIStatusError, lambda: ask(headers=fault(name), stream=stream))
            same((type(error), error.status_code), (kind, status))
            same(error.body["type"], "error")
            same(error.body["request_id"], error.response.headers["request-id"])
            same(error.request_id, error.response.headers["request-id"])
            assert error.type in known and error.api_message, (name, error.body)


@check("a bad request says which field, and a wrong path that it is one")
def _():
    error = raised(anthropic.BadRequestError, lambda: ask(messages=[{"role": "bard", "content": "La"}]))
    assert error.api_message.startswith("messages.0.role: "), error
    error = raised(anthropic.BadRequestError, lambda: ask(extra_body={"temperature": 0.5}))
    assert "Extra inputs are not permitted" in str(error), error
    same(raised(anthropic.NotFoundError, lambda: client().get("/v1/nowhere", cast_to=object)).type, "not_found_error")


@check("an error in the stream is raised")
def _():
    error = raised(anthropic.APIStatusError, lambda: list(ask(headers=fault("stream-error=3"), stream=True)))
    same(error.body["error"]["type"], "overloaded_error")


@check("retries are made, and told")
def _():
    ask(client(max_retries=2), model=MODEL + "+529*2")
    same(attempts(), [(529, 0), (529, 1), (200, 2)])
    reset()
    rules("503*1")
    ask(client(max_retries=1))
    same(attempts(), [(503, 0), (200, 1)])
    reset()
    raised(anthropic.OverloadedError, lambda: ask(client(max_retries=1), headers=fault("529")))
    same(attempts(), [(529, 0), (529, 1)])


@check("the client waits as long as it is asked to, and asks again only if that is advised")
def _():
    # Left alone it would be back after half a second.
    ask(client(max_retries=1), model=MODEL + "+429=1200ms*1")
    same(attempts(), [(429, 0), (200, 1)])
    assert pause() > 1.1, pause()
    reset()
    never = {**fault("429=20ms"), "x-zeroth-should-retry": "false"}
    raised(anthropic.RateLimitError, lambda: ask(client(max_retries=2), headers=never))
    same(len(journal()), 1)
    again = {**fault("status=400"), "x-zeroth-should-retry": "true"}
    raised(anthropic.BadRequestError, lambda: ask(client(max_retries=1), headers=again))
    same(len(journal()), 3)


@check("connections that break are errors")
def _():
    raised(anthropic.APIConnectionError, lambda: ask(headers=fault("reset=3")))
    # Within a stream the error of the HTTP library underneath comes through.
    error = raised(Exception, lambda: list(ask(headers=fault("reset=3"), stream=True)))
    same(type(error).__name__, "RemoteProtocolError")
    raised(anthropic.APITimeoutError, lambda: ask(client(timeout=0.3), headers=fault("timeout")))
    for stream in (False, True):
        raised(json.JSONDecodeError, lambda: list(ask(headers=fault("malformed"), stream=stream)))
    raised(json.JSONDecodeError, lambda: ask(headers=fault("cut=3")))
    # A stream that ends too early is no error to this client; the message is without its end.
    for headers, model in [(fault("cut=3"), MODEL), (None, MODEL + "+cut=3")]:
        kinds = [event.type for event in ask(headers=headers, model=model, stream=True)]
        assert "message_stop" not in kinds and kinds.count("content_block_delta") == 3, kinds


@check("strange ways to travel are no hindrance")
def _():
    text = ask().content[0].text
    for name in ("crlf", "byte-by-byte", "slow-first-token=100ms"):
        deltas = [e.delta.text for e in ask(headers=fault(name), stream=True) if e.type == "content_block_delta"]
        same("".join(deltas), text)


@check("the cache is written and read")
def _():
    system = [{"type": "text", "text": "Be exact. " * 600, "cache_control": {"type": "ephemeral"}}]
    first, second = (ask(system=system).usage for _ in range(2))
    assert first.cache_creation_input_tokens > 1024 and first.cache_read_input_tokens == 0
    same(second.cache_read_input_tokens, first.cache_creation_input_tokens)
    same(first.cache_creation.ephemeral_5m_input_tokens, first.cache_creation_input_tokens)


@check("a tool that has to be called, whole and streamed")
def _():
    tool = {"name": "scene", "description": "Paints", "input_schema": SCHEMA}
    forced = {"tools": [tool], "tool_choice": {"type": "tool", "name": "scene"}}
    message = ask(**forced)
    same((message.stop_reason, message.content[0].type, message.content[0].name), ("tool_use", "tool_use", "scene"))
    Scene.model_validate(message.content[0].input)
    with client().messages.stream(model=MODEL, max_tokens=200, messages=HELLO, **forced) as stream:
        pieces = [event.partial_json for event in stream if event.type == "input_json"]
        same(stream.get_final_message().content[0].input, message.content[0].input)
    same(json.loads("".join(pieces)), message.content[0].input)
    assert len(pieces) > 2, pieces


@check("JSON by a schema")
def _():
    made = ask(output_config={"format": {"type": "json_schema", "schema": SCHEMA}})
    Scene.model_validate_json(made.content[0].text)
    # Their own subclass of a message does not pass their own strict check.
    lenient = client(_strict_response_validation=False)
    parsed = lenient.messages.parse(model=MODEL, max_tokens=200, messages=HELLO, output_format=Scene)
    assert isinstance(parsed.parsed_output, Scene), parsed


@check("models are listed")
def _():
    models = list(client().models.list())
    assert models and models[0].type == "model"
    same(client().models.retrieve("claude-opus-5-5").id, "claude-opus-5-5")


if KEY:

    @check("a wrong key is refused, and told to nobody")
    def _():
        error = raised(anthropic.AuthenticationError, lambda: ask(client(api_key="wrong-key")))
        same((error.status_code, error.type), (401, "authentication_error"))
        assert "wrong-key" not in json.dumps([journal(), error.body])

else:
    skipped("a wrong key is refused", "any key is right for a simulator without one")


close()
