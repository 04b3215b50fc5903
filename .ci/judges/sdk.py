"""The official Python clients drive `zeroth sim`: they know their vendors' protocols better than we do.

    pip install anthropic==2.11.0 openai==3.52.0
    ZEROTH_SIM_SPEED=instant zeroth sim &
    python .ci/judges/sdk.py http://127.0.0.1:5051

One line for each check; the exit code is 1 when one failed. It resets the simulator and empties its journal.
"""

import base64
import json
import struct
import sys
import urllib.request

import anthropic
import openai

BASE = sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:5051"
CLAUDE, GPT = "claude-sonnet-4-6", "gpt-4o-mini"
HELLO = [{"role": "user", "content": "Hello, what can you tell me about lighthouses?"}]
SCHEMA = {
    "type": "object",
    "properties": {"mood": {"enum": ["calm", "tense"]}, "danger": {"type": "integer"}, "text": {"type": "string"}},
    "required": ["mood", "danger", "text"],
    "additionalProperties": False,
}

failures = 0


def check(name):
    """Runs a check at once and prints what became of it."""

    def run(body):
        global failures
        admin("POST", "/admin/reset")
        try:
            body()
            print(f"ok      {name}")
        except Exception as problem:  # whatever a client throws is what we want to read
            failures += 1
            print(f"FAILED  {name}: {type(problem).__name__}: {problem}")

    return run


def admin(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(BASE + path, data, method=method)) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def journal():
    return admin("GET", "/admin/journal")["requests"]


def claude(**options):
    return anthropic.Anthropic(base_url=BASE, api_key="any", **{"max_retries": 0, **options})


def gpt(**options):
    return openai.OpenAI(base_url=BASE + "/v1", api_key="any", **{"max_retries": 0, **options})


def same(got, expected):
    assert got == expected, f"{got!r} is not {expected!r}"


def fault(text):
    return {"x-zeroth-fault": text}


def raised(kind, call):
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


def ask_claude(client=None, headers=None, **more):
    more = {"model": CLAUDE, "max_tokens": 200, "messages": HELLO, **more}
    return (client or claude()).messages.create(extra_headers=headers, **more)


def ask_gpt(client=None, headers=None, **more):
    more = {"model": GPT, "max_tokens": 200, "messages": HELLO, **more}
    return (client or gpt()).chat.completions.create(extra_headers=headers, **more)


# Anthropic


@check("anthropic: a message, its usage and its ids")
def _():
    one, two = ask_claude(), ask_claude()
    same(one.content[0].text, two.content[0].text)
    same(one.id, two.id)
    assert one.id.startswith("msg_") and one._request_id.startswith("req_") and one._request_id != two._request_id
    same((one.model, one.stop_reason, one.role), (CLAUDE, "end_turn", "assistant"))
    counted = claude().messages.count_tokens(model=CLAUDE, messages=HELLO)
    same(counted.input_tokens, one.usage.input_tokens)
    assert one.usage.output_tokens > 10


@check("anthropic: a stream says the same, event by event")
def _():
    whole = ask_claude()
    with claude().messages.stream(model=CLAUDE, max_tokens=200, messages=HELLO) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_message()
    same(final.content[0].text, whole.content[0].text)
    same((final.stop_reason, final.usage.output_tokens), ("end_turn", whole.usage.output_tokens))
    raw = [event.type for event in ask_claude(stream=True)]
    same((raw[0], raw[-1]), ("message_start", "message_stop"))
    assert raw.count("content_block_delta") > 10 and "content_block_stop" in raw and kinds[0] == "message_start"


@check("anthropic: limits, stops and refusals are stop reasons")
def _():
    short = ask_claude(max_tokens=5)
    same((short.stop_reason, short.usage.output_tokens), ("max_tokens", 5))
    word = ask_claude().content[0].text.split()[3]
    stopped = ask_claude(stop_sequences=[word])
    same((stopped.stop_reason, stopped.stop_sequence), ("stop_sequence", word))
    refused = ask_claude(headers=fault("refusal"))
    same((refused.stop_reason, refused.stop_details.type, refused.content), ("refusal", "refusal", []))
    same(ask_claude(headers=fault("empty")).content, [])


@check("anthropic: every error has its class")
def _():
    for name, kind, status in [
        ("status=400", anthropic.BadRequestError, 400),
        ("401", anthropic.AuthenticationError, 401),
        ("status=403", anthropic.PermissionDeniedError, 403),
        ("status=404", anthropic.NotFoundError, 404),
        ("status=409", anthropic.ConflictError, 409),
        ("status=422", anthropic.UnprocessableEntityError, 422),
        ("429=1s", anthropic.RateLimitError, 429),
        ("500", anthropic.InternalServerError, 500),
        ("503", anthropic.InternalServerError, 503),
        ("529", anthropic.InternalServerError, 529),
        ("context-overflow", anthropic.BadRequestError, 400),
    ]:
        for stream in (False, True):
            error = raised(kind, lambda: ask_claude(headers=fault(name), stream=stream))
            same(error.status_code, status)
            same(error.body["type"], "error")
            same(error.body["request_id"], error.response.headers["request-id"])
            same(error.request_id, error.response.headers["request-id"])


@check("anthropic: an error in the stream is raised")
def _():
    error = raised(anthropic.APIStatusError, lambda: list(ask_claude(headers=fault("stream-error=3"), stream=True)))
    same(error.body["error"]["type"], "overloaded_error")


@check("anthropic: retries are made, and told")
def _():
    ask_claude(claude(max_retries=2), model=CLAUDE + "+529*2")
    same([(entry["status"], entry["retry"]) for entry in journal()], [(529, 0), (529, 1), (200, 2)])
    admin("POST", "/admin/reset")
    wait = {**fault("429=20ms"), "x-zeroth-should-retry": "false"}
    raised(anthropic.RateLimitError, lambda: ask_claude(claude(max_retries=2), headers=wait))
    same(len(journal()), 1)
    again = {**fault("status=400"), "x-zeroth-should-retry": "true"}
    raised(anthropic.BadRequestError, lambda: ask_claude(claude(max_retries=1), headers=again))
    same(len(journal()), 3)


@check("anthropic: connections that break are errors")
def _():
    raised(Exception, lambda: list(ask_claude(headers=fault("reset=3"), stream=True)))
    raised(anthropic.APITimeoutError, lambda: ask_claude(claude(timeout=0.3), headers=fault("timeout")))
    raised(Exception, lambda: list(ask_claude(headers=fault("malformed"), stream=True)))
    # A stream that ends too early is no error to this client; the message is without its end.
    kinds = [event.type for event in ask_claude(headers=fault("cut=3"), stream=True)]
    assert "message_stop" not in kinds and kinds.count("content_block_delta") == 3


@check("anthropic: strange ways to travel are no hindrance")
def _():
    text = ask_claude().content[0].text
    for name in ("crlf", "byte-by-byte", "slow-first-token=100ms"):
        told = [e.delta.text for e in ask_claude(headers=fault(name), stream=True) if e.type == "content_block_delta"]
        same("".join(told), text)


@check("anthropic: the cache is written and read")
def _():
    system = [{"type": "text", "text": "Be exact. " * 600, "cache_control": {"type": "ephemeral"}}]
    first, second = (ask_claude(system=system).usage for _ in range(2))
    assert first.cache_creation_input_tokens > 1024 and first.cache_read_input_tokens == 0
    same(second.cache_read_input_tokens, first.cache_creation_input_tokens)
    same(first.cache_creation.ephemeral_5m_input_tokens, first.cache_creation_input_tokens)


@check("anthropic: a tool that has to be called, and JSON by a schema")
def _():
    tool = {"name": "scene", "description": "Paints", "input_schema": SCHEMA}
    choice = {"type": "tool", "name": "scene"}
    message = ask_claude(tools=[tool], tool_choice=choice)
    same((message.stop_reason, message.content[0].type, message.content[0].name), ("tool_use", "tool_use", "scene"))
    same(sorted(message.content[0].input), ["danger", "mood", "text"])
    with claude().messages.stream(
        model=CLAUDE, max_tokens=200, messages=HELLO, tools=[tool], tool_choice=choice
    ) as stream:
        same(stream.get_final_message().content[0].input, message.content[0].input)
    made = ask_claude(output_config={"format": {"type": "json_schema", "schema": SCHEMA}})
    assert json.loads(made.content[0].text)["mood"] in ("calm", "tense")


@check("anthropic: models are listed")
def _():
    models = list(claude().models.list())
    assert models and models[0].type == "model"
    same(claude().models.retrieve("claude-opus-5-5").id, "claude-opus-5-5")


@check("anthropic: the default version knows no temperature")
def _():
    error = raised(anthropic.BadRequestError, lambda: ask_claude(extra_body={"temperature": 0.5}))
    assert "Extra inputs are not permitted" in str(error), error


# OpenAI


@check("openai: a completion, its usage and its ids")
def _():
    one, two = ask_gpt(), ask_gpt()
    same(one.choices[0].message.content, two.choices[0].message.content)
    same(one.id, two.id)
    assert one.id.startswith("chatcmpl-") and one._request_id.startswith("req_")
    same((one.model, one.choices[0].finish_reason), (GPT, "stop"))
    same(one.usage.total_tokens, one.usage.prompt_tokens + one.usage.completion_tokens)


@check("openai: a stream says the same, chunk by chunk")
def _():
    whole = ask_gpt()
    chunks = list(ask_gpt(stream=True, stream_options={"include_usage": True}))
    told = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    same(told, whole.choices[0].message.content)
    same((chunks[-1].choices, chunks[-1].usage.completion_tokens), ([], whole.usage.completion_tokens))
    same(chunks[-2].choices[0].finish_reason, "stop")
    same(len({chunk.id for chunk in chunks}), 1)


@check("openai: limits, stops, choices and refusals")
def _():
    short = ask_gpt(max_tokens=5)
    same((short.choices[0].finish_reason, short.usage.completion_tokens), ("length", 5))
    text = ask_gpt().choices[0].message.content
    word = text.split()[3]
    same(ask_gpt(stop=[word]).choices[0].message.content, text[: text.find(word)])
    same(len(ask_gpt(n=3).choices), 3)
    refused = ask_gpt(headers=fault("refusal")).choices[0].message
    assert refused.content is None and refused.refusal
    same(ask_gpt(headers=fault("empty")).choices[0].message.content, "")


@check("openai: every error has its class")
def _():
    for name, kind, status in [
        ("status=400", openai.BadRequestError, 400),
        ("401", openai.AuthenticationError, 401),
        ("status=403", openai.PermissionDeniedError, 403),
        ("status=404", openai.NotFoundError, 404),
        ("status=409", openai.ConflictError, 409),
        ("status=422", openai.UnprocessableEntityError, 422),
        ("429=1s", openai.RateLimitError, 429),
        ("500", openai.InternalServerError, 500),
        ("503", openai.InternalServerError, 503),
        ("529", openai.InternalServerError, 503),
        ("context-overflow", openai.BadRequestError, 400),
    ]:
        for stream in (False, True):
            error = raised(kind, lambda: ask_gpt(headers=fault(name), stream=stream))
            same(error.status_code, status)
            same(error.request_id, error.response.headers["x-request-id"])
            assert error.type, error
    same(raised(openai.BadRequestError, lambda: ask_gpt(headers=fault("context-overflow"))).code, "context_length_exceeded")


@check("openai: an error in the stream is raised")
def _():
    error = raised(openai.APIError, lambda: list(ask_gpt(headers=fault("stream-error=3"), stream=True)))
    same(error.code, "server_is_overloaded")


@check("openai: retries are made, and told")
def _():
    ask_gpt(gpt(max_retries=2), model=GPT + "+503*2")
    same([(entry["status"], entry["retry"]) for entry in journal()], [(503, 0), (503, 1), (200, 2)])
    admin("POST", "/admin/reset")
    raised(openai.RateLimitError, lambda: ask_gpt(gpt(max_retries=2), headers=fault("429=300s")))
    same(len(journal()), 1)


@check("openai: connections that break are errors")
def _():
    raised(Exception, lambda: list(ask_gpt(headers=fault("reset=3"), stream=True)))
    raised(openai.APITimeoutError, lambda: ask_gpt(gpt(timeout=0.3), headers=fault("timeout")))
    raised(Exception, lambda: list(ask_gpt(headers=fault("malformed"), stream=True)))


@check("openai: strange ways to travel are no hindrance")
def _():
    text = ask_gpt().choices[0].message.content
    for name in ("crlf", "byte-by-byte"):
        chunks = ask_gpt(headers=fault(name), stream=True)
        same("".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices), text)


@check("openai: a tool that has to be called, and JSON by a schema")
def _():
    tool = {"type": "function", "function": {"name": "scene", "parameters": SCHEMA}}
    choice = ask_gpt(tools=[tool], tool_choice="required").choices[0]
    same((choice.finish_reason, choice.message.tool_calls[0].function.name), ("tool_calls", "scene"))
    arguments = json.loads(choice.message.tool_calls[0].function.arguments)
    same(sorted(arguments), ["danger", "mood", "text"])
    told = ""
    for chunk in ask_gpt(tools=[tool], tool_choice="required", stream=True):
        for call in chunk.choices[0].delta.tool_calls or []:
            told += call.function.arguments or ""
    same(json.loads(told), arguments)
    schema = {"type": "json_schema", "json_schema": {"name": "scene", "strict": True, "schema": SCHEMA}}
    made = ask_gpt(response_format=schema).choices[0].message.content
    assert json.loads(made)["mood"] in ("calm", "tense")
    assert isinstance(json.loads(ask_gpt(response_format={"type": "json_object"}).choices[0].message.content), dict)


@check("openai: embeddings, in numbers and in base64")
def _():
    model = "text-embedding-3-small"
    made = gpt().embeddings.create(model=model, input=["one", "two words"])
    same([len(datum.embedding) for datum in made.data], [1536, 1536])
    plain = gpt().embeddings.create(model=model, input="one", encoding_format="float").data[0].embedding
    raw = gpt().embeddings.create(model=model, input="one", encoding_format="base64").data[0].embedding
    raw = raw if isinstance(raw, list) else list(struct.unpack("<1536f", base64.b64decode(raw)))
    assert all(abs(a - b) < 1e-6 for a, b in zip(plain, raw)) and len(plain) == len(raw) == 1536
    same(len(gpt().embeddings.create(model=model, input="one", dimensions=64).data[0].embedding), 64)


@check("openai: responses, whole, streamed and with a tool")
def _():
    whole = gpt().responses.create(model="gpt-6.1-sol", input="Hello")
    same(whole.status, "completed")
    with gpt().responses.stream(model="gpt-6.1-sol", input="Hello") as stream:
        kinds = [event.type for event in stream]
        same(stream.get_final_response().output_text, whole.output_text)
    same((kinds[0], kinds[-1]), ("response.created", "response.completed"))
    tool = {"type": "function", "name": "scene", "parameters": SCHEMA, "strict": True}
    called = gpt().responses.create(model="gpt-6.1-sol", input="Hello", tools=[tool], tool_choice="required").output[0]
    same((called.type, sorted(json.loads(called.arguments))), ("function_call", ["danger", "mood", "text"]))
    # This client hands the error over like any other event.
    told = list(gpt().responses.create(model=GPT, input="Hello", stream=True, extra_headers=fault("stream-error=2")))
    same((told[-1].type, told[-1].code), ("error", "server_is_overloaded"))


@check("openai: models are listed")
def _():
    assert [model.object for model in gpt().models.list()] == ["model"]
    same(gpt().models.retrieve("any").id, "any")


sys.exit(1 if failures else 0)
