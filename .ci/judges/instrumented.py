"""Programs that others instrumented send to Zeroth, and are found in its console with their words, tokens and costs.

    instrumented.py CONSOLE SIMULATOR [GRPC]
"""

import json
import os
import subprocess
import sys
import urllib.parse
import urllib.request

import verdict
from verdict import check, same

console, simulator = sys.argv[1:3]
grpc = sys.argv[3] if len(sys.argv) > 3 else None


def get(path, **query):
    url = f"{console}{path}?{urllib.parse.urlencode(query)}"
    request = urllib.request.Request(url, headers={"accept": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def run(kind, protocol, endpoint):
    place = os.path.join(os.path.dirname(os.path.abspath(__file__)), "instrumented", "program.py")
    settings = {
        **os.environ,
        "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
        "OTEL_EXPORTER_OTLP_INSECURE": "true",
        "OTEL_BSP_SCHEDULE_DELAY": "100",
    }
    command = [sys.executable, place, kind, protocol, simulator]
    done = subprocess.run(command, env=settings, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Failed to export" not in done.stderr, done.stderr[-2000:]


def judge(kind, protocol, endpoint):
    name = f"{kind}-{protocol}"
    print(f"\n{name}", flush=True)

    @check("the program ends well, and nothing of its telemetry is refused")
    def _():
        run(kind, protocol, endpoint)

    calls = []

    @check("its conversation is there: three answers, of which one failed")
    def _():
        detail = get("/api/conversation", name=f"talk-{name}")
        calls.extend(call for call in detail["calls"] if call["operation"] in ("chat", "text_completion"))
        same(detail["conversation"]["service"], name)
        same(len(calls), 3)
        same([bool(call["error"]) for call in calls], [False, False, True])

    @check("model and provider are understood")
    def _():
        for call in calls[:2]:
            assert call["model"].startswith("gpt-4o-mini"), call
            same(call["provider"], "openai")

    @check("tokens are counted, of streamed answers too, and costs are computed from them")
    def _():
        for call in calls[:2]:
            assert call["tokens"]["input"] > 10 and call["tokens"]["output"] > 3, call
            assert call["cost"] > 0, call
            same(call["cost_source"], "computed")

    @check("what was said can be read")
    def _():
        assert "smoke" in calls[0]["said"]["input"], calls[0]["said"]
        assert len(calls[0]["said"]["output"]) > 10, calls[0]["said"]
        assert "how do we stop it" in calls[1]["said"]["input"], calls[1]["said"]

    @check("a span tells its messages and parameters")
    def _():
        content = get(f"/api/traces/{calls[0]['trace']}/spans/{calls[0]['span']}")["content"]
        assert "engineer" in json.dumps(content), content
        same(content["parameters"]["temperature"], 0.4)

    @check("all of it is one trace, below the program's own span")
    def _():
        trace = get(f"/api/traces/{calls[0]['trace']}")
        roots = [span["name"] for span in trace["spans"] if not span["parent"]]
        same(roots, ["alarm"])
        same(len({call["trace"] for call in calls}), 1)
        assert any(span["call"] and span["call"]["operation"] == "embeddings" for span in trace["spans"]), trace


for kind in ("openinference", "openllmetry"):
    judge(kind, "http", console)
    if grpc:
        judge(kind, "grpc", grpc)
verdict.close()
