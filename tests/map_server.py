"""A town's own map server on this machine: it speaks the formats of five programs.

Nominatim, Photon and Pelias for addresses; OSRM and Valhalla for travel times. What it
is asked, it writes down; ``mood`` lets it be slow, broken or wicked.
"""

import json
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

KIRCHSTRASSE = {
    "street": "Kirchstraße",
    "number": "11",
    "postcode": "73033",
    "town": "Göppingen",
    "at": (48.7025, 9.6528),
}


@dataclass
class MapServer:
    """What it knows, what it was asked, how it feels."""

    places: list = field(default_factory=lambda: [KIRCHSTRASSE])
    seconds: object = lambda here, there: 0 if here == there else 600
    most: int = 100  # points in one question
    mood: str = ""  # "slow", "garbage", "broken", "refusing", "elsewhere"
    asked: list = field(default_factory=list)  # path, query, body, headers
    port: int = 0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def running():
    known = MapServer()
    http = ThreadingHTTPServer(("127.0.0.1", 0), _Answer)
    http.daemon_threads, http.known, known.port = True, known, http.server_port
    threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield known
    finally:
        http.shutdown()
        http.server_close()


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        known = self.server.known
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length)) if length else None
        query = {name: value[0] for name, value in parse_qs(parts.query).items()}
        known.asked.append((parts.path, query, body, dict(self.headers)))
        with suppress(OSError):
            self._say(known, parts.path, query, body)

    do_POST = do_GET  # noqa: N815 - the library's names

    def _say(self, known, path, query, body):
        if known.mood == "slow":
            time.sleep(3)
        if known.mood == "broken":
            return self._send(500, {"error": f"cannot read {self.path}"})
        if known.mood == "garbage":
            return self._send(200, {"hello": [["x", {}]], "features": [3]})
        if known.mood == "elsewhere":
            return self._send(302, {}, {"Location": "http://127.0.0.1:1/"})
        for noun, answer in FORMATS.items():
            if noun in path:
                return self._send(*answer(known, path, query, body))
        return self._send(404, {})

    def _send(self, status, said, headers=()):
        content = json.dumps(said).encode()
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_words):
        """Nobody reads it."""


def _nominatim(known, _path, _query, _body):
    return 200, [
        {
            "lat": str(one["at"][0]),
            "lon": str(one["at"][1]),
            "display_name": f"{one['street']}, Deutschland",
            "address": {
                "house_number": one["number"],
                "road": one["street"],
                "town": one["town"],
                "postcode": one["postcode"],
            },
        }
        for one in known.places
    ]


def _features(known, names):
    return 200, {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {
                    "type": "Point",
                    "coordinates": [one["at"][1], one["at"][0]],
                },
                "properties": {
                    "street": one["street"],
                    "housenumber": one["number"],
                    names[0]: one["postcode"],
                    names[1]: one["town"],
                    "name": f"{one['street']} {one['number']}",
                },
            }
            for one in known.places
        ],
    }


def _photon(known, _path, _query, _body):
    return _features(known, ("postcode", "city"))


def _pelias(known, _path, _query, _body):
    return _features(known, ("postalcode", "locality"))


def _osrm(known, path, query, _body):
    points = [
        tuple(float(part) for part in reversed(pair.split(",")))
        for pair in path.rpartition("/")[2].split(";")
    ]
    if len(points) > known.most:
        return 400, {"code": "TooBig", "message": "Too many table coordinates"}
    from_, to = (
        [int(one) for one in query[name].split(";")] if name in query else None
        for name in ("sources", "destinations")
    )
    here = [points[one] for one in from_] if from_ else points
    there = [points[one] for one in to] if to else points
    rows = [[known.seconds(a, b) for b in there] for a in here]
    return 200, {"code": "Ok", "durations": rows}


def _valhalla(known, _path, _query, body):
    here, there = (
        [(one["lat"], one["lon"]) for one in body[side]]
        for side in ("sources", "targets")
    )
    if len(here) > known.most or len(there) > known.most:
        return 400, {"error_code": 150, "error": "Exceeded max locations: 50"}
    rows = [
        [
            {"time": known.seconds(a, b), "distance": 1, "from_index": i, "to_index": j}
            for j, b in enumerate(there)
        ]
        for i, a in enumerate(here)
    ]
    return 200, {"sources_to_targets": rows, "units": "kilometers"}


FORMATS = {
    "/v1/search": _pelias,
    "/search": _nominatim,
    "/api": _photon,
    "/table/v1/": _osrm,
    "/sources_to_targets": _valhalla,
}
