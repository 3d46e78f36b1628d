"""A gateway for text messages on this machine: it answers as it is told."""

import socket
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Gateway:
    """What it says, and what it was sent."""

    status: int = 200
    body: bytes = b'{"success": "100"}'
    headers: dict = field(default_factory=dict)
    mood: str = ""  # "slow", "dribbling", "closing", "garbage", "endless"
    asked: list = field(default_factory=list)
    port: int = 0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/send?from=office"


@contextmanager
def running():
    gateway = Gateway()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads, server.gateway = True, gateway
    gateway.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield gateway
    finally:
        gateway.mood = "gone"
        server.shutdown()
        server.server_close()


class Answer(BaseHTTPRequestHandler):
    """One request, answered in the gateway's mood."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.gateway.asked.append((self.path, dict(self.headers), body))
        with suppress(OSError):  # the caller has hung up, as it should
            self._say(self.server.gateway)

    do_PUT = do_GET = do_POST  # noqa: N815 - the library's names

    def _say(self, gateway):
        if gateway.mood == "closing":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if gateway.mood == "garbage":
            self.wfile.write(b"\x00\xff nonsense\r\n\r\n")
            return
        if gateway.mood == "slow":
            time.sleep(3)
        self.send_response(gateway.status)
        for name, value in gateway.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(gateway.body)
        while gateway.mood in {"endless", "dribbling"}:
            self.wfile.write(b"x" * (65_536 if gateway.mood == "endless" else 1))
            time.sleep(0.05 if gateway.mood == "dribbling" else 0)

    def log_message(self, *_words):
        pass
