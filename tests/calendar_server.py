"""A stranger's calendar server on this machine: honest, broken or wicked, by path.

It speaks TLS with certificates of its own making; which one it shows depends on the
name that is called. What it is asked, and by which name, it writes down.
"""

import gzip
import socket
import ssl
import threading
import time
import zlib
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"
TAG, MODIFIED = '"v1"', "Mon, 01 Mar 2027 07:00:00 GMT"
GOOD, OLD, OTHER, STRANGE = (
    f"{name}.example" for name in ("calendar", "expired", "other", "self-signed")
)


@dataclass
class CalendarServer:
    """Where it listens, whom it was called, what it was asked."""

    port: int = 0
    authority: bytes = b""
    names: list = field(default_factory=list)
    asked: list = field(default_factory=list)  # path and headers
    leaving: threading.Event = field(default_factory=threading.Event)


@contextmanager
def running(folder):
    server = CalendarServer()
    with _listening(server) as http:
        http.socket = _dressed(http.socket, server, folder)
        threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server
        finally:
            server.leaving.set()
            http.shutdown()


@contextmanager
def silent():
    """Take calls and never say a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def _listening(server):
    http = _Server(("127.0.0.1", 0), _Answer)
    http.daemon_threads, http.known = True, server
    server.port = http.server_port
    return http


class _Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """Whoever hangs up, or does not trust us, is no news."""


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.known.asked.append((self.path, dict(self.headers)))
        self.close_connection = True
        deed, _, words = self.path.lstrip("/").partition("?")
        with suppress(OSError):
            getattr(self, deed.split("/")[0].replace("-", "_"))(words)

    def say(self, body=CALENDAR, status=200, **headers):
        self.send_response(status)
        for name, value in ({"Content_Length": len(body)} | headers).items():
            if value is not None:
                self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(body)

    def calendar(self, _words):
        self.say(ETag=TAG, Last_Modified=MODIFIED)

    def conditional(self, _words):
        known = self.headers.get("If-None-Match") == TAG
        same = self.headers.get("If-Modified-Since") == MODIFIED
        self.say(b"" if known or same else CALENDAR, 304 if known or same else 200)

    def unasked(self, _words):
        self.say(b"", 304)

    def to(self, words):
        self.say(b"moved", 302, Location=unquote(words))

    def afar(self, _words):
        self.say(b"", 302, Location="/" + "a" * 2_000)

    def hops(self, words):
        left = int(words)
        if not left:
            return self.calendar("")
        return self.say(b"", 301 + left % 2, Location=f"hops?{left - 1}")

    def loop(self, _words):
        self.say(b"", 307, Location="/loop")

    def slow_loop(self, _words):
        time.sleep(0.25)
        self.say(b"", 308, Location="/slow-loop")

    def nowhere(self, _words):
        self.say(b"", 302)

    def status(self, words):
        self.say(b"oh", int(words))

    def page(self, _words):
        self.say(b"\xef\xbb\xbf\r\n<!DOCTYPE html><title>Sign in</title>")

    def gzipped(self, _words):
        self.say(gzip.compress(CALENDAR), Content_Encoding="gzip")

    def gzipped_twice(self, _words):
        both = gzip.compress(CALENDAR[:20]) + gzip.compress(CALENDAR[20:])
        self.say(both, Content_Encoding="GZIP")

    def deflated(self, _words):
        self.say(zlib.compress(CALENDAR), Content_Encoding="deflate")

    def deflated_bare(self, _words):
        self.say(zlib.compress(CALENDAR)[2:-4], Content_Encoding="deflate")

    def gzip_broken_off(self, _words):
        self.say(gzip.compress(CALENDAR)[:-12], Content_Encoding="gzip")

    def gzip_not_at_all(self, _words):
        self.say(Content_Encoding="gzip")

    def encoded(self, words):
        self.say(Content_Encoding=words)

    def bomb(self, _words):
        """Begin a gigabyte of zeros; each flushed block can be sent again."""
        packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
        first = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
        block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
        self.say(first, Content_Encoding="gzip", Content_Length=None)
        for _ in range(1023):
            self.wfile.write(block)

    def hollow(self, _words):
        """Send blocks that are zipped well, and empty."""
        packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
        first = packer.compress(b"x") + packer.flush(zlib.Z_FULL_FLUSH)
        self.say(first, Content_Encoding="gzip", Content_Length=None)
        while not self.server.known.leaving.is_set():
            self.wfile.write(b"\x00\x00\x00\xff\xff" * 10_000)

    def endless(self, _words):
        self.say(b"", Content_Length=None)
        while not self.server.known.leaving.is_set():
            self.wfile.write(b"X" * 65_536)

    def exactly(self, words):
        self.say(b"X" * int(words))

    def too_short(self, _words):
        self.say(Content_Length=len(CALENDAR) + 1)

    def too_long(self, _words):
        self.say(Content_Length=len(CALENDAR) - 1)

    def two_lengths(self, _words):
        self.say(Content_Length=f"5, {len(CALENDAR)}")

    def chunked(self, words):
        self.say(b"", Transfer_Encoding="chunked", Content_Length=None)
        for at in range(0, len(CALENDAR), 7):
            piece = CALENDAR[at : at + 7]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"" if words == "broken-off" else b"0\r\n\r\n")

    def dripping(self, words):
        if words == "body":
            self.say(b"", Content_Length=None)
        while not self.server.known.leaving.is_set():
            self.wfile.write(b"H")
            time.sleep(0.02)

    def mute(self, _words):
        self.server.known.leaving.wait(5)

    def garbage(self, _words):
        self.wfile.write(b"\x00\xff nonsense\r\n\r\n")

    def closing(self, _words):
        pass

    def odd_header(self, _words):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\nBEGIN:VCALENDAR")

    def odd_tag(self, _words):
        self.say(ETag="ü" * 3, Last_Modified="x" * 201)

    def headers_of(self, words):
        """Send 100 kB of headers, in one line or in ninety."""
        lines = int(words)
        self.say(**{f"X-{n}": "y" * (100_000 // lines) for n in range(lines)})

    def choosy(self, _words):
        agent = self.headers.get("User-Agent", "")
        self.say(status=200 if "like Chrome/" in agent else 500)

    def log_message(self, *_words):
        pass


def _dressed(line, server, folder):
    now = datetime.now(UTC)
    key, root = ec.generate_private_key(ec.SECP256R1()), None
    root = _certificate("An authority", key, key, root, now + timedelta(days=9))
    server.authority = root.public_bytes(serialization.Encoding.PEM)
    later, before = now + timedelta(days=1), now - timedelta(hours=1)
    stranger = ec.generate_private_key(ec.SECP256R1())
    contexts = {
        GOOD: _context(folder, GOOD, key, root, later),
        OLD: _context(folder, OLD, key, root, before),
        OTHER: _context(folder, GOOD, key, root, later),
        STRANGE: _context(folder, STRANGE, stranger, None, later),
    }

    def choose(line, name, _context):
        server.names.append(name)
        line.context = contexts.get(name, contexts[GOOD])

    contexts[GOOD].sni_callback = choose
    return contexts[GOOD].wrap_socket(
        line, server_side=True, do_handshake_on_connect=False
    )


def _context(folder, name, authority, root, until):
    key = ec.generate_private_key(ec.SECP256R1())
    made = _certificate(name, key, authority, root, until)
    path = folder / f"{made.serial_number}.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def _certificate(name, key, authority, root, until):
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    is_authority = key is authority
    usage = dict.fromkeys(
        (
            *("digital_signature", "content_commitment", "key_encipherment"),
            *("data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"),
            *("encipher_only", "decipher_only"),
        ),
        False,
    )
    usage["key_cert_sign" if is_authority else "digital_signature"] = True
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(root.subject if root else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - timedelta(days=30))
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name.replace(" ", "-"))]),
            critical=False,
        )
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()),
            critical=False,
        )
        .sign(authority, hashes.SHA256())
    )
