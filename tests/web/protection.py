"""What protects the reader of an answer? Every test of a page asks this of each."""

import re

# Spelt out: were it read from the product, a hole there would be one here.
ALWAYS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; "
    "img-src 'self' data:; media-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
HSTS = "max-age=31536000; includeSubDomains"
FOR_EVER = "public, max-age=31536000, immutable"
MAY_BE_KEPT = {  # by its path; everything else is kept by nobody
    r"/static/.+": {"no-store", FOR_EVER},
    r"/files/.+": {"no-store", FOR_EVER},
    r"/feeds/.+\.ics": {"no-store", "private, no-cache"},
}
# The only pages with a script: one file of ours asks the browser for a passkey.
PASSKEYS = {
    *("/staff/account/passkeys", "/staff/account/passkeys/challenge"),
    *("/staff/passkey", "/staff/passkey/challenge"),
}
OUR_SCRIPT = b'src="/static/passkey.js?'
TELLS_OF_US = ("Server", "X-Powered-By", "Via")


def unprotected(answer):
    """Say everything that is wrong with the headers of an answer."""
    headers, asked = answer.headers, answer.request
    for name, value in _asked_of(answer).items():
        if headers.getlist(name) != [value]:
            yield f"{name}: {headers.getlist(name)}"
    if headers.get("Cache-Control") not in _ways_to_keep(asked.path):
        yield f"Cache-Control: {headers.get('Cache-Control')}"
    tls = [HSTS] if asked.scheme == "https" else []
    if headers.getlist("Strict-Transport-Security") != tls:
        yield "Strict-Transport-Security"
    if answer.status_code != 304 and not headers.get("Content-Type"):
        yield "nobody says what it is"
    yield from (f"tells of {name}" for name in TELLS_OF_US if name in headers)
    for cookie in headers.getlist("Set-Cookie"):
        if not {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; ")):
            yield f"a careless cookie: {cookie}"


def _asked_of(answer):
    path = answer.request.path
    if path not in PASSKEYS or OUR_SCRIPT not in answer.get_data():
        return ALWAYS
    policy = "Content-Security-Policy"
    return ALWAYS | {policy: ALWAYS[policy] + "; script-src 'self'"}


def _ways_to_keep(path):
    for pattern, ways in MAY_BE_KEPT.items():
        if re.fullmatch(pattern, path):
            return ways
    return {"no-store"}
