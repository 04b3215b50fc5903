"""The official Python client of OpenAI drives `zeroth sim`: it knows its vendor's protocol better than we do.

    pip install openai==3.52.0
    ZEROTH_SIM_KEY=secret zeroth sim --sim-speed instant &
    python .ci/judges/sdk_openai.py http://127.0.0.1:5051 secret

Without a key here and there everything is checked but that a wrong one is refused. `.ci/judge sdk BINARY` does all of
this alone.
"""

import asyncio
import base64
import json
import struct

import openai

from simulator import BASE, HELLO, KEY, SCHEMA, USUAL, Scene, attempts, check, fault, journal, pause, reset, rules
from verdict import close, raised, same, skipped

MODEL, REASONER = "gpt-4o-mini", "gpt-6.1-sol"


def client(kind=openai.OpenAI, **options):
    return kind(base_url=BASE + "/v1", **{**USUAL, **options})


def ask(by=None, headers=None, **more):
    more = {"model": MODEL, "max_tokens": 200, "messages": HELLO, **more}
    return (by or client()).chat.completions.create(extra_headers=headers, **more)


def told(chunks):
    """The text of a stream."""
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


@check("a completion, its usage and its ids")
def _():
    one, two = ask(), ask()
    same(one.choices[0].message.content, two.choices[0].message.content)
    same(one.id, two.id)
    assert one.id.startswith("chatcmpl-") and one._request_id.startswith("req_") and one._request_id != two._request_id
    same((one.model, one.choices[0].finish_reason), (MODEL, "stop"))
    same(one.usage.total_tokens, one.usage.prompt_tokens + one.usage.completion_tokens)
    same((journal()[0]["output_tokens"], journal()[0]["id"]), (one.usage.completion_tokens, one._request_id))


@check("a stream says the same, chunk by chunk")
def _():
    whole = ask()
    chunks = list(ask(stream=True, stream_options={"include_usage": True}))
    same(told(chunks), whole.choices[0].message.content)
    same((chunks[-1].choices, chunks[-1].usage), ([], whole.usage))
    same(chunks[-2].choices[0].finish_reason, "stop")
    same(len({chunk.id for chunk in chunks}), 1)
    assert len(chunks) > 10 and not any(chunk.usage for chunk in ask(stream=True))


@check("twenty at once, asynchronously")
def _():
    async def all_of_them():
        async with client(openai.AsyncOpenAI) as shared:
            return await asyncio.gather(*(ask(shared) for _ in range(20)))

    completions = asyncio.run(all_of_them())
    same(len({completion.choices[0].message.content for completion in completions}), 1)
    same(len({completion._request_id for completion in completions}), 20)


@check("limits, stops, choices and refusals")
def _():
    short = ask(max_tokens=5)
    same((short.choices[0].finish_reason, short.usage.completion_tokens), ("length", 5))
    text = ask().choices[0].message.content
    word = text.split()[3]
    same(ask(stop=[word]).choices[0].message.content, text[: text.find(word)])
    same(len(ask(n=3).choices), 3)
    refused = ask(headers=fault("refusal")).choices[0].message
    assert refused.content is None and refused.refusal
    same(ask(headers=fault("empty")).choices[0].message.content, "")


@check("every error has its class")
def _():
    for name, kind, status in [
        ("status=400", openai.BadRequestError, 400),
        ("401", openai.AuthenticationError, 401),
        ("status=403", openai.PermissionDeniedError, 403),
        ("status=404", openai.NotFoundError, 404),
        ("status=409", openai.ConflictError, 409),
        ("status=413", openai.APIStatusError, 413),
        ("status=422", openai.UnprocessableEntityError, 422),
        ("429=1s", openai.RateLimitError, 429),
        ("500", openai.InternalServerError, 500),
        ("503", openai.InternalServerError, 503),
        ("529", openai.InternalServerError, 503),
        ("context-overflow", openai.BadRequestError, 400),
    ]:
        for stream in (False, True):
            error = raised(openai.APIStatusError, lambda: ask(headers=fault(name), stream=stream))
            same((type(error), error.status_code), (kind, status))
            same(error.request_id, error.response.headers["x-request-id"])
            assert error.type, error
    error = raised(openai.BadRequestError, lambda: ask(headers=fault("context-overflow")))
    same(error.code, "context_length_exceeded")


@check("a bad request says which field, and a wrong path that it is one")
def _():
    error = raised(openai.BadRequestError, lambda: ask(temperature=7))
    same((error.type, error.param), ("invalid_request_error", "temperature"))
    error = raised(openai.BadRequestError, lambda: ask(model=REASONER, temperature=0.5, max_tokens=openai.omit))
    same((error.code, error.param), ("unsupported_parameter", "temperature"))
    raised(openai.NotFoundError, lambda: client().get("/nowhere", cast_to=object))


@check("an error in the stream is raised")
def _():
    error = raised(openai.APIError, lambda: list(ask(headers=fault("stream-error=3"), stream=True)))
    same(error.code, "server_is_overloaded")


@check("retries are made, and told")
def _():
    ask(client(max_retries=2), model=MODEL + "+503*2")
    same(attempts(), [(503, 0), (503, 1), (200, 2)])
    reset()
    rules("500*1")
    ask(client(max_retries=1))
    same(attempts(), [(500, 0), (200, 1)])
    reset()
    raised(openai.InternalServerError, lambda: ask(client(max_retries=1), headers=fault("503")))
    same(attempts(), [(503, 0), (503, 1)])


@check("the client waits as long as it is asked to, if that is not too long")
def _():
    # Left alone it would be back after half a second.
    ask(client(max_retries=1), model=MODEL + "+429=1200ms*1")
    same(attempts(), [(429, 0), (200, 1)])
    assert pause() > 1.1, pause()
    reset()
    raised(openai.RateLimitError, lambda: ask(client(max_retries=2), headers=fault("429=300s")))
    same(len(journal()), 1)


@check("connections that break are errors")
def _():
    for stream in (False, True):
        raised(openai.APIConnectionError, lambda: list(ask(headers=fault("reset=3"), stream=stream)))
        raised(json.JSONDecodeError, lambda: list(ask(headers=fault("malformed"), stream=stream)))
    raised(openai.APITimeoutError, lambda: ask(client(timeout=0.3), headers=fault("timeout")))
    raised(json.JSONDecodeError, lambda: ask(headers=fault("cut=3")))
    # A stream that ends too early is no error to this client; nobody has said why it ended.
    for headers, model in [(fault("cut=3"), MODEL), (None, MODEL + "+cut=3")]:
        chunks = list(ask(headers=headers, model=model, stream=True))
        assert told(chunks) and not any(chunk.choices[0].finish_reason for chunk in chunks), chunks


@check("strange ways to travel are no hindrance")
def _():
    text = ask().choices[0].message.content
    for name in ("crlf", "byte-by-byte", "slow-first-token=100ms"):
        same(told(ask(headers=fault(name), stream=True)), text)


@check("a tool that has to be called, whole and streamed")
def _():
    tool = {"type": "function", "function": {"name": "scene", "parameters": SCHEMA}}
    choice = ask(tools=[tool], tool_choice="required").choices[0]
    same((choice.finish_reason, choice.message.tool_calls[0].function.name), ("tool_calls", "scene"))
    Scene.model_validate_json(choice.message.tool_calls[0].function.arguments)
    pieces, names = [], []
    for chunk in ask(tools=[tool], tool_choice="required", stream=True):
        for call in chunk.choices[0].delta.tool_calls or []:
            pieces.append(call.function.arguments or "")
            names += [call.function.name] if call.function.name else []
    same(("".join(pieces), names), (choice.message.tool_calls[0].function.arguments, ["scene"]))
    assert len(pieces) > 2, pieces


@check("JSON by a schema, and without one")
def _():
    schema = {"type": "json_schema", "json_schema": {"name": "scene", "strict": True, "schema": SCHEMA}}
    Scene.model_validate_json(ask(response_format=schema).choices[0].message.content)
    parsed = client().chat.completions.parse(model=MODEL, messages=HELLO, response_format=Scene)
    assert isinstance(parsed.choices[0].message.parsed, Scene), parsed
    assert isinstance(json.loads(ask(response_format={"type": "json_object"}).choices[0].message.content), dict)


@check("embeddings, in numbers and in base64")
def _():
    # The client asks for base64 when nobody says otherwise, and then finds no numbers if it is strict.
    lenient = client(_strict_response_validation=False).embeddings.create
    model = "text-embedding-3-small"
    made = lenient(model=model, input=["one", "two words"])
    same(([len(datum.embedding) for datum in made.data], made.usage.total_tokens > 1), ([1536, 1536], True))
    plain = client().embeddings.create(model=model, input="one", encoding_format="float").data[0].embedding
    raw = lenient(model=model, input="one", encoding_format="base64").data[0].embedding
    raw = raw if isinstance(raw, list) else list(struct.unpack("<1536f", base64.b64decode(raw)))
    assert all(abs(a - b) < 1e-6 for a, b in zip(plain, raw)) and len(plain) == len(raw) == 1536
    same(len(lenient(model=model, input="one", dimensions=64).data[0].embedding), 64)
    same(raised(openai.BadRequestError, lambda: lenient(model=model, input=[])).param, "input")


@check("responses, whole, streamed, by a schema and with a tool")
def _():
    responses = client().responses
    whole = responses.create(model=REASONER, input="Hello")
    same(whole.status, "completed")
    with responses.stream(model=REASONER, input="Hello") as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_response()
    same((final.output_text, final.usage), (whole.output_text, whole.usage))
    same((kinds[0], kinds[-1]), ("response.created", "response.completed"))
    assert isinstance(responses.parse(model=REASONER, input="Hello", text_format=Scene).output_parsed, Scene)
    tool = {"type": "function", "name": "scene", "parameters": SCHEMA, "strict": True}
    forced = {"model": REASONER, "input": "Hello", "tools": [tool], "tool_choice": "required"}
    called = responses.create(**forced).output[0]
    same((called.type, called.name), ("function_call", "scene"))
    Scene.model_validate_json(called.arguments)
    events = list(responses.create(**forced, stream=True))
    pieces = [event.delta for event in events if event.type == "response.function_call_arguments.delta"]
    same("".join(pieces), called.arguments)


@check("responses that fail or are cut short say so")
def _():
    def events(name):
        return list(client().responses.create(model=MODEL, input="Hello", stream=True, extra_headers=fault(name)))

    # To this client it is an event like any other.
    last = events("stream-error=2")[-1]
    same((last.type, last.code), ("error", "server_is_overloaded"))
    same(events("cut=2")[-1].type, "response.output_text.delta")
    short = client().responses.create(model=MODEL, input="Hello, tell me of lighthouses.", max_output_tokens=16)
    same((short.status, short.incomplete_details.reason), ("incomplete", "max_output_tokens"))
    raised(openai.RateLimitError, lambda: events("429=1s"))


@check("models are listed")
def _():
    assert [model.object for model in client().models.list()] == ["model"]
    same(client().models.retrieve("any").id, "any")


if KEY:

    @check("a wrong key is refused, and told to nobody")
    def _():
        error = raised(openai.AuthenticationError, lambda: ask(client(api_key="wrong-key")))
        same(error.status_code, 401)
        assert "wrong-key" not in json.dumps([journal(), error.body])

else:
    skipped("a wrong key is refused", "any key is right for a simulator without one")


close()
