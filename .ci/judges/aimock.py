"""Our adapters play a game against aimock, whose author knows neither us nor our simulator.

    python3 .ci/judges/aimock.py GAME AIMOCK MODEL streamed|whole

GAME and AIMOCK are addresses, MODEL and whether its answers are streamed are what the game was told. What aimock
answers stands in `aimock/`: `game.json`, where a request without the right prompt and words finds no answer, and
`faults.json`. Its journal is what the provider saw. `.ci/judge aimock BINARY` starts both anew for each protocol,
streamed and whole.
"""

import json
import pathlib
import sys

from table import TURN_SENTENCE, Table, call, more
from verdict import check, close, same

GAME, AIMOCK, MODEL, MODE = sys.argv[1:]
PROVIDER, NAME = MODEL.split(":")
STREAMED = MODE == "streamed"
PATH = {"anthropic": "/v1/messages", "openai": "/v1/chat/completions"}[PROVIDER]
FIXTURES = json.loads((pathlib.Path(__file__).parent / "aimock/game.json").read_text())["fixtures"]
ANSWERS = {fixture["match"]["userMessage"]: fixture["response"] for fixture in FIXTURES}

table = None


def journal():
    return json.loads(call(AIMOCK + "/__aimock/journal")[2])


def play(words, stream=False):
    """What became of a turn: the player's status and last value, the pieces, and the statuses of all attempts."""
    same(call(AIMOCK + "/__aimock/reset/journal", method="POST")[0], 200)
    status, value, pieces = table.say(words, stream)
    return status, value, pieces, [entry["response"]["status"] for entry in journal()]


def kept(words, attempts, stream=False):
    """Plays a turn that has to be kept; gives its value and its pieces."""
    before, turns = table.calls(), table.turns()
    status, value, pieces, seen = play(words, stream)
    same((status, seen), (200, attempts))
    assert value["response"].endswith(TURN_SENTENCE), value
    same((more(before, table.calls()), table.turns() - turns), ({None: 1}, 1))
    return value, pieces


def lost(words, expected, kind, attempts):
    """Plays a turn that has to fail, and to leave no other trace than one failed call."""
    before, turns = table.calls(), table.turns()
    status, value, _, seen = play(words)
    same((status, value["error_type"], seen), (expected, kind, attempts))
    same((more(before, table.calls()), table.turns() - turns), ({kind: 1}, 0))
    assert PROVIDER in value["detail"] or NAME in value["detail"] or "_BASE_URL" in value["detail"], value


@check("a game is created")
def _():
    global table
    table = Table(GAME)
    setup = [table.game["protagonist"]["description"], table.game["storyteller"]["description"], table.game["quest"]]
    subjects = ("protagonist", "storyteller", "quest")
    same(setup, [ANSWERS[f"Subject: {subject}"]["content"] for subject in subjects])
    same({(entry["path"], entry["response"]["status"]) for entry in journal()}, {(PATH, 200)})


@check("three turns are played, word for word, with all that was said before and with their usage")
def _():
    heard = []
    for words, stream in [("I look around.", False), ("I open the hatch.", True), ("I climb down.", True)]:
        value, pieces = kept(words, [200], stream)
        same(journal()[0]["headers"]["accept"], "text/event-stream" if STREAMED else "application/json")
        answer = ANSWERS[words]
        text = answer["content"]
        same(value["response"], text if text.endswith(TURN_SENTENCE) else f"{text} {TURN_SENTENCE}")
        same("".join(pieces), value["response"] if stream else "")
        heard.append(("user", words))
        messages = [(message["role"], message["content"]) for message in journal()[0]["body"]["messages"]]
        same(messages[3 - len(messages) :], heard)
        same([role for role, _ in messages[:3]][1:], ["user", "assistant"])
        heard.append(("assistant", value["response"]))
        usage = value["usage"]
        same((usage["provider"], usage["model"], usage["simulated"]), (PROVIDER, NAME, False))
        tokens = (answer["usage"]["prompt_tokens"], answer["usage"]["completion_tokens"])
        same((usage["input_tokens"], usage["output_tokens"]), tokens)
        assert usage["cost_usd"] > 0, usage
        same(usage["time_to_first_token_ms"] is not None, STREAMED)
        assert len(pieces) > 20 or words != "I open the hatch." or not STREAMED, pieces


@check("no call failed and no attempt was repeated")
def _():
    calls = table.calls()
    same((calls, table.attempts()), ({None: calls[None]}, {None: calls[None]}))
    same(table.counted("zeroth_turns_total"), {None: 3})


@check("refusals of the request are not repeated")
def _():
    for status, kind in [
        (400, "invalid_request"),
        (401, "unauthorized"),
        (403, "unauthorized"),
        (404, "model_not_found"),
        (413, "context_overflow"),
    ]:
        lost(f"I knock at door {status}.", 502, kind, [status])


@check("failures of the provider are repeated, then told")
def _():
    for status in (500, 503, 529):
        lost(f"I knock at door {status}.", 503, "unavailable", [status] * 3)
    lost("I pull the fuse.", 503, "unavailable", [500] * 3)


@check("who is asked to wait a second waits it; who is asked to wait minutes does not")
def _():
    kept("I knock at the busy door.", [429, 200])
    first, second = (entry["timestamp"] for entry in journal())
    assert second - first > 950, (first, second)
    lost("I knock at the very busy door.", 429, "rate_limited", [429])


@check("a provider that sleeps is left and asked again")
def _():
    # aimock writes a request down when it answers it, and nobody waits for the first answer.
    kept("I wake the sleeper.", [200])
    same(table.attempts()["cancelled"], 1)


@check("a connection that breaks is made again")
def _():
    lost("I pull the plug.", 502, "unreachable", [0] * 3)


@check("a stream that breaks in the middle is an error after some words")
def _():
    if not STREAMED:
        # There is no middle: aimock breaks streams only.
        kept("I read the torn page.", [200])
        return
    turns = table.turns()
    status, value, pieces, seen = play("I read the torn page.", stream=True)
    same((status, value["error_type"], seen, table.turns()), (200, "truncated", [200], turns))
    assert "The page tells of a captain".startswith("".join(pieces)[:20]) and pieces, pieces


@check("answers that are none are errors, and not repeated")
def _():
    lost("I read the empty page.", 502, "empty", [200])
    lost("I read the garbled page.", 502, "bad_response", [200])
    # aimock has no such reason in Anthropic's protocol, and then only the lack of words is left.
    lost("I read the forbidden page.", 502, "refused" if PROVIDER == "openai" else "empty", [200])


close()
