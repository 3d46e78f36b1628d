"""What do all staff pages share? A language, a navigation, who is signed in."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, has_request_context, request, url_for

from booking.languages import gettext as _
from booking.languages import language_of_code
from booking.models import Role
from booking.services.sessions import SignedIn
from booking.web import dates, reader
from booking.web.signing_in import signed_in

LANGUAGES = ("de", "en")  # what staff pages speak


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of the navigation."""

    label: str
    url: str
    here: bool


# Today first, five at most for anybody (looks.md). Who sees which page is decided
# by the page itself; this only says where somebody will want to go.
NAVIGATION: tuple[tuple[str, frozenset[Role]], ...] = (
    ("counsellor.today", frozenset({Role.COUNSELLOR})),
    ("counsellor.this_week", frozenset({Role.COUNSELLOR})),
    ("counsellor.book", frozenset({Role.COUNSELLOR, Role.FRONT_DESK})),
    ("counsellor.clients", frozenset({Role.COUNSELLOR, Role.FRONT_DESK})),
    ("coordinator.visits_now", frozenset({Role.COORDINATOR})),
    (
        "counsellor.calls",
        frozenset({Role.COUNSELLOR, Role.COORDINATOR, Role.FRONT_DESK}),
    ),
    (
        "counsellor.waiting",
        frozenset({Role.COUNSELLOR, Role.COORDINATOR, Role.FRONT_DESK}),
    ),
    ("counsellor.walk_ins", frozenset({Role.FRONT_DESK})),
    ("office.settings", frozenset({Role.ADMIN})),
    ("office.interpreters", frozenset({Role.ADMIN})),
    ("office.department", frozenset({Role.HEAD})),
    ("office.stand_ins", frozenset({Role.HEAD})),
    ("office.protection", frozenset({Role.DATA_PROTECTION})),
    ("office.journal", frozenset({Role.DATA_PROTECTION})),
    ("office.seen_by", frozenset({Role.DATA_PROTECTION})),
    ("office.processing", frozenset({Role.DATA_PROTECTION})),
)
MOST = 5
# Who has several roles finds these behind another page: the first is left out first.
SPARED = (
    "office.processing",  # behind data protection
    "office.seen_by",  # the same
    "office.journal",  # the same
    "counsellor.waiting",  # behind the calls, and behind today
    "office.interpreters",  # behind the office
    "counsellor.walk_ins",  # behind today, and behind the calls
    "office.stand_ins",  # behind the department, and behind today
    "counsellor.this_week",  # behind today
    "counsellor.book",  # behind today
    "office.protection",  # behind her name at the top
    "office.department",  # the same
)


# Whoever is named to stand in finds this behind a page of hers, or among her places.
STANDING_IN = "counsellor.sick_today"
LEADING_THERE = (Role.COUNSELLOR, Role.FRONT_DESK, Role.COORDINATOR, Role.HEAD)


def init_app(app: Flask) -> None:
    """Speak the staff's language on their pages, and show where they can go."""
    dates.init_app(app)
    app.before_request(_listen)
    app.context_processor(_known)


def first_page(person: SignedIn) -> str:
    """Return the endpoint where this person's day begins."""
    for endpoint, roles in NAVIGATION:
        if person.may(*roles):
            return endpoint
    return "office.welcome"


def _listen() -> None:
    if request.path.startswith("/staff"):
        wanted = request.accept_languages.best_match(LANGUAGES, default=LANGUAGES[0])
        reader.settle(language_of_code(wanted or LANGUAGES[0]))


def _known() -> dict[str, Any]:
    if not has_request_context():
        return {}
    return {
        "navigation": _Navigation(),
        "other_places": _other_places,
        "signed_in": signed_in,
    }


def _other_places() -> list[Entry]:
    """List what her roles open and her navigation has no room for."""
    person, labels = signed_in(), _labels()
    shown = places_of(person.roles) if person else []
    return [
        Entry(labels[endpoint], url_for(endpoint), here=False)
        for endpoint, roles in NAVIGATION
        if person and person.may(*roles) and endpoint not in shown
    ]


class _Navigation:
    """The items of this person, made only by a page that shows them."""

    def __iter__(self) -> Any:
        """Yield what her roles open, today first."""
        person, labels = signed_in(), _labels()
        for endpoint in _places_of(person) if person else ():
            url = url_for(endpoint)
            # “Week” leads on to the week of a day: below it one is still here.
            here = f"{request.path}/".startswith(f"{url}/")
            yield Entry(labels[endpoint], url, here)


def places_of(roles: frozenset[Role]) -> list[str]:
    """Return where these roles lead: five places at most."""
    places = [one for one, of in NAVIGATION if not roles.isdisjoint(of)]
    spared = [one for one in SPARED if one in places][: max(0, len(places) - MOST)]
    return [one for one in places if one not in spared]


def _places_of(person: SignedIn) -> list[str]:
    """Add what she is named for, where no page of her role leads there."""
    places = places_of(person.roles)
    if person.stands_in and not person.may(*LEADING_THERE):
        places.append(STANDING_IN)
    return places


def _labels() -> dict[str, str]:
    return {
        "counsellor.today": _("Today"),
        "counsellor.this_week": _("Week"),
        "counsellor.book": _("Book"),
        "counsellor.clients": _("Clients"),
        "counsellor.waiting": _("Waiting list"),
        "counsellor.walk_ins": _("Open hour"),
        "office.interpreters": _("Interpreters"),
        "office.stand_ins": _("Stand-ins"),
        "office.department": _("Department"),
        "office.protection": _("Data protection"),
        "office.journal": _("Journal"),
        "office.seen_by": _("Who saw what"),
        "office.processing": _("Record of processing"),
        STANDING_IN: _("Somebody is ill today"),
        "coordinator.visits_now": _("Home visits"),
        "counsellor.calls": _("Calls"),
        "office.settings": _("Office"),
    }
