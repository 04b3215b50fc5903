#!/usr/bin/env python3
"""Did the telemetry of some turns arrive whole?

    read_otlp.py RECEIVED TRACEPARENT...

RECEIVED is what the collector's file exporter wrote: one OTLP/JSON export request a line, of any signal. Each
TRACEPARENT is the header that was sent with one turn. One line a check; the exit status is 1 when anything is missing.
"""

import json
import sys

HTTP, AGENT, CHAT = "POST /play", "invoke_agent Dungeon Master", "chat "
METRICS = (
    "gen_ai.client.inference.duration",
    "gen_ai.client.operation.duration",
    "zeroth.cost.usd",
    "http.server.request.duration",
)
EVENT = "turn_complete"


def main(path, traceparents):
    spans, metrics, events = read(path)
    problems = 0
    for parent in traceparents:
        _, trace_id, caller, _ = parent.split("-")
        trace = {span["spanId"]: span for span in spans if span["traceId"] == trace_id}
        short = trace_id[:8]
        problems += report(f"trace {short}: {HTTP} > {AGENT} > {CHAT}…", spans_missing(trace, caller))
        logged = any(e.get("traceId") == trace_id and e.get("spanId") in trace for e in events)
        problems += report(f"trace {short}: log event {EVENT}", None if logged else "no such record on a span of it")
    for name in METRICS:
        problems += report(f"metric {name}", None if metrics.get(name) else "no data point")
    return 1 if problems else 0


def report(what, missing):
    print(f"ok    {what}" if missing is None else f"FAIL  {what}: {missing}")
    return missing is not None


def spans_missing(trace, caller):
    """What is wrong with one turn's tree of spans, or None."""
    if not trace:
        return "no span of it arrived"
    for span in trace.values():
        if span.get("parentSpanId") not in trace and span.get("parentSpanId") != caller:
            return f"the parent of «{span['name']}» did not arrive"
    if not any(s["name"] == HTTP and s.get("parentSpanId") == caller for s in trace.values()):
        return f"no «{HTTP}» below the caller's span; {names(trace)}"
    agents = [s for s in trace.values() if s["name"] == AGENT and HTTP in above(s, trace)]
    if not agents:
        return f"no «{AGENT}» below «{HTTP}»; {names(trace)}"
    if not any(s["name"].startswith(CHAT) and AGENT in above(s, trace) for s in trace.values()):
        return f"no «{CHAT}…» below «{AGENT}»; {names(trace)}"
    return None


def above(span, trace):
    """The names of a span's ancestors, nearest first."""
    found, seen = [], set()
    while (parent := trace.get(span.get("parentSpanId"))) and parent["spanId"] not in seen:
        seen.add(parent["spanId"])
        found.append(parent["name"])
        span = parent
    return found


def names(trace):
    return "arrived: " + ", ".join(sorted({f"«{span['name']}»" for span in trace.values()}))


def read(path):
    """All spans, the number of data points by metric, and the log records of the event we look for."""
    spans, metrics, events = [], {}, []
    with open(path, encoding="utf-8") as lines:
        for request in map(json.loads, lines):
            spans += inner(request, "resourceSpans", "scopeSpans", "spans")
            for metric in inner(request, "resourceMetrics", "scopeMetrics", "metrics"):
                metrics[metric["name"]] = metrics.get(metric["name"], 0) + points(metric)
            events += filter(is_event, inner(request, "resourceLogs", "scopeLogs", "logRecords"))
    return spans, metrics, events


def inner(request, resources, scopes, items):
    return [item for r in request.get(resources, []) for s in r.get(scopes, []) for item in s.get(items, [])]


def points(metric):
    """A metric's points lie in a field named after its kind: sum, gauge, histogram, …"""
    return sum(len(kind.get("dataPoints", [])) for kind in metric.values() if isinstance(kind, dict))


def is_event(record):
    return record.get("eventName") == EVENT


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    try:
        sys.exit(main(sys.argv[1], sys.argv[2:]))
    except FileNotFoundError:
        sys.exit(f"FAIL  {sys.argv[1]} does not exist: nothing at all arrived")
