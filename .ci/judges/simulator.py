"""What both SDK judges need of `zeroth sim`: its address, its faults and its journal, for checks that begin anew."""

import json
import sys
import typing
import urllib.request
from datetime import datetime

import pydantic

import verdict

BASE = sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:5051"
KEY = sys.argv[2] if len(sys.argv) > 2 else None
# A strict client minds fields that are missing or of another type than its own, which it lets pass otherwise.
USUAL = {"api_key": KEY or "any", "max_retries": 0, "_strict_response_validation": True}
HELLO = [{"role": "user", "content": "Hello, what can you tell me about lighthouses?"}]
SCHEMA = {
    "type": "object",
    "properties": {"mood": {"enum": ["calm", "tense"]}, "danger": {"type": "integer"}, "text": {"type": "string"}},
    "required": ["mood", "danger", "text"],
    "additionalProperties": False,
}


class Scene(pydantic.BaseModel):
    """What fits the schema."""

    mood: typing.Literal["calm", "tense"]
    danger: int
    text: str


def admin(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {USUAL['api_key']}", "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(BASE + path, data, headers, method=method)) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def reset():
    """No faults, and an empty journal."""
    admin("DELETE", "/admin/faults")
    admin("POST", "/admin/reset")


def check(name):
    return verdict.check(name, before=reset)


def rules(text):
    """Faults for whoever asks, as `ZEROTH_SIM_FAULTS` would have them."""
    admin("PUT", "/admin/faults", {"rules": text})


def fault(text):
    """The header that asks for a fault."""
    return {"x-zeroth-fault": text}


def journal():
    return admin("GET", "/admin/journal")["requests"]


def attempts():
    """What each request was answered with, and which attempt its client said it was."""
    return [(entry["status"], entry["retry"]) for entry in journal()]


def pause():
    """Seconds between the first request and the second."""
    first, second = (datetime.fromisoformat(entry["at"].replace("Z", "+00:00")) for entry in journal()[:2])
    return (second - first).total_seconds()
