"""Which headers protect every answer, errors and static files included?"""

from flask import Flask, Response, make_response, request

from booking.models.running import settings

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",  # the icon and the QR code lie in the page
        "media-src 'self'",  # recordings and the film that the office has uploaded
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# Two pages ask the browser for a passkey, which no page can do without a script:
# one static file of ours (static/passkey.js), nothing inline, nothing to fetch.
WITH_OUR_SCRIPT = f"{CONTENT_POLICY}; script-src 'self'"
ALWAYS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # old phones do not know frame-ancestors
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
A_YEAR = 31_536_000  # seconds
OVER_TLS = ("Strict-Transport-Security", f"max-age={A_YEAR}; includeSubDomains")


def init_app(app: Flask) -> None:
    """Write the headers on every answer; a server reads here what its own need."""
    app.after_request(protect)
    with app.app_context():
        over_tls = settings().public_url.startswith("https://")
    app.extensions["booking.headers"] = ALWAYS | {"Cache-Control": "no-store"}
    app.extensions["booking.headers"] |= dict([OVER_TLS] if over_tls else [])


def protect(response: Response) -> Response:
    """Add what browsers need to know, unless the page said it already."""
    # At once: Werkzeug's setdefault costs as much as a small page, for each of them.
    said = {name for name, _value in response.headers}
    response.headers.extend([one for one in ALWAYS.items() if one[0] not in said])
    if request.is_secure:
        response.headers.setdefault(*OVER_TLS)
    found = response.status_code in {200, 206, 304}
    if found and _is_named_by_its_content():
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    elif response.mimetype != "text/calendar" or not _says_private(response):
        response.headers["Cache-Control"] = "no-store"
    return response


def with_our_script(page: str) -> Response:
    """Let a page run our one script; headers.py says why it is allowed."""
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = WITH_OUR_SCRIPT
    return answer


def _is_named_by_its_content() -> bool:
    """Tell whether the address changes with the content: then it may be kept."""
    if request.endpoint == "static":
        return "v" in request.args
    return request.endpoint == "client.office_file"


def _says_private(response: Response) -> bool:
    """Tell whether a feed has said that its app may keep it, and must ask again."""
    return bool(response.cache_control.private)
