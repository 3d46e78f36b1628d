"""What does a page say when something went wrong? What to do next, and whom to call."""

import logging
from collections.abc import Callable

from flask import Flask, Response, make_response, render_template, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from booking.languages import gettext as _
from booking.languages import language_from_browser, language_of_path
from booking.models.storage import UnsoundDatabase
from booking.services.limits import TooManyGuesses
from booking.services.office import NoOffice
from booking.services.writing import NoTurn
from booking.web import reader

log = logging.getLogger(__name__)

A_FEW_MINUTES = 120  # seconds, for programs; people read it in the sentence


def init_app(app: Flask) -> None:
    """Answer every error with a page of ours."""
    app.register_error_handler(Exception, _unexpected)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(TooManyGuesses, _too_many)
    app.register_error_handler(NoOffice, _unavailable)
    app.register_error_handler(UnsoundDatabase, _unavailable)
    app.register_error_handler(DBAPIError, _unavailable)
    app.register_error_handler(PoolTimeoutError, _unavailable)
    app.register_error_handler(NoTurn, _unavailable)


def _words(status: int) -> tuple[str, str]:
    """Return the heading and the sentence for a status."""
    words: dict[int, Callable[[], tuple[str, str]]] = {
        400: lambda: (_("We did not understand that"), _("Go back and try again.")),
        403: lambda: (_("This page is closed"), _("You may not open this page.")),
        404: lambda: (
            _("We did not find this page"),
            _("The link is wrong, or the appointment is over. Check every letter."),
        ),
        405: lambda: (_("We did not understand that"), _("Go back and try again.")),
        413: lambda: (_("That was too much"), _("Write less and try again.")),
        429: lambda: (
            _("Too many attempts"),
            _("Wait one hour and try again, or call us."),
        ),
        503: lambda: (
            _("We cannot do this at the moment"),
            _("Nothing is lost. Try again in a few minutes, or call us."),
        ),
    }
    return words.get(status, words[503])()


def _http(error: HTTPException) -> Response:
    if error.response is not None or error.code is None:
        return make_response(error.get_response())
    answer = _page(error.code)
    for name, value in error.get_headers():
        if name == "Allow":
            answer.headers[name] = value
    return answer


def _too_many(error: TooManyGuesses) -> Response:
    answer = _page(429)
    answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _unexpected(error: Exception) -> Response:
    # Flask itself would log the path, and with it a client's link.
    log.error("An answer failed.", exc_info=error)
    return _page(500)


def _unavailable(error: Exception) -> Response:
    # The statement's parameters may be personal: only the kind of fault is logged.
    log.error("unavailable", extra={"fault": type(error).__name__})
    answer = _page(503)
    answer.headers["Retry-After"] = str(A_FEW_MINUTES)
    return answer


def _page(status: int) -> Response:
    # An address that leads nowhere may still begin with a language.
    named = language_of_path(request.path.split("/")[1])
    reader.settle(named or language_from_browser(request.accept_languages))
    heading, sentence = _words(status)
    page = render_template(
        "errors/error.html", status=status, heading=heading, sentence=sentence
    )
    return make_response(page, status)
