"""Plays a little of everything, so that there is something to look at: dialogues, a scenario, a solo game, and teams.

    crowd.py ADDRESS
"""

import json
import sys
import urllib.error
import urllib.request

address = sys.argv[1]


def post(path, body=None, team="default"):
    data = json.dumps(body or {}).encode()
    headers = {"content-type": "application/json", "accept": "application/json", "x-zeroth-team": team}
    request = urllib.request.Request(f"{address}{path}", data, headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:  # faults are put in on purpose
        return json.load(error)


for team in ("red", "blue"):
    for message in ("I look around the bridge.", "What do you make of the silence?", "I open the hatch."):
        post("/play", {"message": message}, team)
game = post("/scenario/start", {"scenario": "silent-relay"}).get("session_id")
for order in ("What do I see?", "/approach diplomacy", "/roll", "/roll", "I listen at the door."):
    post("/scenario/play", {"session_id": game, "input": order})
solo = post("/singleplayer/start").get("session_id")
for order in ("I pry the panel open.", "I call out."):
    post("/singleplayer/play", {"session_id": solo, "input": order})
