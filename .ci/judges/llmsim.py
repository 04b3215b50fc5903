"""Our adapters play a game against llmsim, another simulator of models in Rust, which counts tokens with tiktoken.

    python3 .ci/judges/llmsim.py GAME LLMSIM MODEL streamed|whole

GAME and LLMSIM are addresses, MODEL and whether its answers are streamed are what the game was told. What llmsim
answers stands in `llmsim/script.json`, one entry after the other: six for two setups, then the turns below in their
order. In OpenAI's protocol a mark in the player's words asks for one of `llmsim/scenarios` instead.
`.ci/judge llmsim BINARY` starts both anew for each protocol, streamed and whole.
"""

import json
import pathlib
import sys
import time

from table import TURN_SENTENCE, Table, call, more
from verdict import check, close, same, skipped

GAME, LLMSIM, MODEL, MODE = sys.argv[1:]
PROVIDER, NAME = MODEL.split(":")
STREAMED = MODE == "streamed"
SCRIPT = json.loads((pathlib.Path(__file__).parent / "llmsim/script.json").read_text())["turns"]
TEXTS = [turn["text"] for turn in SCRIPT if turn["type"] == "assistant"]

table = None


def stats():
    return json.loads(call(LLMSIM + "/llmsim/stats")[2])


def play(words, calls, attempts, stream=False):
    """Plays a turn that has to leave these calls and attempts, for each error.type; gives what the player got."""
    before = table.calls(), table.attempts(), table.turns()
    status, value, pieces = table.say(words, stream)
    same(more(before[0], table.calls()), calls)
    same(more(before[1], table.attempts()), attempts)
    same(table.turns() - before[2], calls.get(None, 0))
    return status, value, pieces


def kept(words, text, failed=None, stream=False):
    status, value, pieces = play(words, {None: 1}, {None: 1, **(failed or {})}, stream)
    same((status, value["response"]), (200, text if text.endswith(TURN_SENTENCE) else f"{text} {TURN_SENTENCE}"))
    same("".join(pieces), value["response"] if stream else "")
    return value


def lost(words, status, kind, attempts):
    got, value, _ = play(words, {kind: 1}, attempts)
    same((got, value["error_type"]), (status, kind))


@check("a game is created")
def _():
    global table
    table = Table(GAME)
    same(table.game["quest"], TEXTS[0])
    # The shared table is laid when the game starts; the script goes on only when both setups are told.
    for _ in range(100):
        if table.calls() == {None: 6}:
            break
        time.sleep(0.05)
    same(table.calls(), {None: 6})
    endpoint = "messages_requests" if PROVIDER == "anthropic" else "completions_requests"
    same((stats()[endpoint], stats()["model_requests"]), (6, {NAME: 6}))


@check("three turns are played, word for word")
def _():
    for words, text, stream in [
        ("I look around.", TEXTS[6], True),
        ("I open the hatch.", TEXTS[7], False),
        ("I climb down.", TEXTS[8], True),
    ]:
        usage = kept(words, text, stream=stream)["usage"]
        same((usage["provider"], usage["model"], usage["simulated"]), (PROVIDER, NAME, False))
        assert usage["cost_usd"] > 0 and usage["output_tokens"] > 5, usage
        same(usage["time_to_first_token_ms"] is not None, STREAMED)
    same((table.calls(), stats()["streaming_requests"]), ({None: 9}, 3 if STREAMED else 0))


@check("failures that may pass are repeated")
def _():
    kept("I knock at the busy door.", TEXTS[9], {"429": 1, "529": 1})
    lost("I knock at the slow door.", 504, "timeout", {"504": 3})


@check("refusals of the request are not")
def _():
    lost("I knock at door 400.", 502, "invalid_request", {"400": 1})
    lost("I knock at door 401.", 502, "unauthorized", {"401": 1})
    lost("I knock at door 404.", 502, "model_not_found", {"404": 1})


@check("a provider that stays broken is an error in the end")
def _():
    lost("I knock at a door behind the script.", 503, "unavailable", {"500": 3})


if PROVIDER == "openai":

    @check("who is asked to wait waits as long")
    def _():
        begun = time.monotonic()
        kept("I knock again. [[llmsim:busy]]", "The door has time for you again.", {"429": 1})
        assert time.monotonic() - begun > 0.7

    @check("an answer that breaks off before anybody heard of it is asked for again")
    def _():
        text = "The page tells of a captain who went down to the engines."
        kept("I read the torn page. [[llmsim:torn]]", text, {"broken": 1})

    @check("thoughts are counted, not told")
    def _():
        usage = kept("I think. [[llmsim:thoughtful]]", "The door opens.", stream=True)["usage"]
        assert usage["output_tokens"] >= 40, usage

    if STREAMED:

        @check("an answer that breaks off or stalls when words were heard is an error")
        def _():
            for words, kind, attempt in [
                ("I read on. [[llmsim:torn]]", "truncated", "broken"),
                ("I wait. [[llmsim:stalled]]", "timeout", "cancelled"),
            ]:
                status, value, pieces = play(words, {kind: 1}, {attempt: 1}, stream=True)
                same((status, value["error_type"]), (200, kind))
                assert pieces and "The page tells of".startswith("".join(pieces)), pieces

else:
    skipped("answers that break off, stall or think", "llmsim plays its scenarios in OpenAI's protocol only")


@check("all tokens are counted as llmsim counts them")
def _():
    told = stats()
    counted = [table.counted(f"gen_ai_client_inference_usage_{kind}_tokens_total") for kind in ("input", "output")]
    same(counted, [{None: told["prompt_tokens"]}, {None: told["completion_tokens"]}])


close()
