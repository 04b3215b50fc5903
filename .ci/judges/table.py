"""A player at Zeroth's table, by HTTP: what it is told does not depend on who the model is."""

import json
import re
import urllib.error
import urllib.request

from verdict import same

TURN_SENTENCE = "It is your turn, Data."


def call(url, body=None, method=None, accept=None):
    """Status, headers and text of an answer, whatever its status."""
    headers = {"Content-Type": "application/json"} | ({"Accept": accept} if accept else {})
    data = None if body is None else json.dumps(body).encode()
    try:
        answer = urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method), timeout=30)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.headers, answer.read().decode()


def more(before, after):
    """What was counted in between, by its kind."""
    return {kind: count - before.get(kind, 0) for kind, count in after.items() if count != before.get(kind, 0)}


class Table:
    """A game of its own at the server at `base`."""

    def __init__(self, base):
        self.base = base
        status, _, text = call(base + "/games", method="POST")
        same((status, text if status != 201 else ""), (201, ""))
        self.game = json.loads(text)

    def say(self, words, stream=False):
        """Plays a turn: its status, its last value (the turn or the problem) and the words that came on the way."""
        body = {"message": words, "session_id": self.game["session_id"]}
        accept = "text/event-stream" if stream else "application/json"
        status, headers, text = call(self.base + "/play", body, accept=accept)
        if not headers["content-type"].startswith("text/event-stream"):
            return status, json.loads(text), []
        events = [dict(line.split(": ", 1) for line in block.split("\n")) for block in text.strip().split("\n\n")]
        last = events.pop()
        same({event["event"] for event in events} - {"token"}, set())
        assert last["event"] in ("turn", "error"), last
        return status, json.loads(last["data"]), [json.loads(event["data"])["text"] for event in events]

    def turns(self):
        """How many turns are kept."""
        return len(json.loads(call(f"{self.base}/sessions/{self.game['session_id']}")[2])["turns"])

    def counted(self, metric):
        """A metric's sum for each error.type; None where there is none."""
        sums = {}
        for labels, value in re.findall(rf"^{metric}{{(.*)}} (\S+)$", call(self.base + "/metrics")[2], re.MULTILINE):
            kind = re.search(r'(?:^|,)error_type="(\w+)"', labels)
            kind = kind and kind[1]
            sums[kind] = sums.get(kind, 0) + float(value)
        return sums

    def calls(self):
        """How many model calls ended, for each error.type."""
        return self.counted("gen_ai_client_inference_duration_seconds_count")

    def attempts(self):
        """How many HTTP attempts were made towards the provider, for each error.type."""
        return self.counted("http_client_request_duration_seconds_count")
