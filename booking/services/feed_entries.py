"""What does a calendar app see of an appointment? When, what, roughly where.

A client's name or street only on a counsellor's own subscription that asked for it, in
an office that allows it; an interpreter and a coordinator never see them here.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Row
from sqlalchemy.orm import Session

from booking.calendars import CalendarEvent, Certainty, ShownAs
from booking.languages import language_of_code, name_of_language, speaking
from booking.models import (
    Appointment,
    FeedLevel,
    Interpreter,
    InterpreterKind,
    Office,
    Place,
    RequestState,
    StaffMember,
    VisitRequest,
)
from booking.scheduling import TimeWindow
from booking.services import feed_rows
from booking.services.feed_polls import Feed, Kind, Reader

OF_THE_OFFICE = "de"  # feeds speak the office's language


def events(
    session: Session, reader: Reader, appointments: Collection[int]
) -> Iterator[tuple[int, CalendarEvent]]:
    """Say some appointments, each by its number, in the office's language."""
    if not appointments:
        return
    in_words = _busy if reader.level is FeedLevel.BUSY else _IN_WORDS[reader.kind]
    with speaking(language_of_code(OF_THE_OFFICE)):
        for row in feed_rows.facts(session, reader, appointments):
            yield row.id, in_words(row, reader)


def name_of(session: Session, feed: Feed) -> str:
    """Return how a feed's calendar is called."""
    if feed.reader.kind is Kind.ROUTES:
        with speaking(language_of_code(OF_THE_OFFICE)):
            # I18N: how a coordinator's calendar is called that shows all home visits
            return str(_("All routes"))
    if feed.reader.kind is Kind.INTERPRETER:
        return short(session.get_one(Interpreter, feed.owner_id).name)
    return short(session.get_one(StaffMember, feed.owner_id).name)


def address_of(office: Office) -> str:
    """Return where the office is, as the look-up of a feed gives it too."""
    street = f"{office.street} {office.house_number}"
    return f"{office.name}, {street}, {office.postcode} {office.town}"


def short(name: str) -> str:
    """Return “A. Sommer”: enough for her own list of calendars."""
    first, space, rest = name.strip().partition(" ")
    return f"{first[:1]}. {rest}" if space else first


def _bare(row: Row[Any], reader: Reader) -> CalendarEvent:
    bare = CalendarEvent(
        uid=str(row.uuid),
        sequence=row.sequence,
        changed_at=row.changed_at,
        window=TimeWindow(row.starts_at, row.ends_at),
        summary="",
        location="",
    )
    return _as_asked(bare, row) if reader.kind is Kind.INTERPRETER else bare


def _as_asked(event: CalendarEvent, row: Row[Any]) -> CalendarEvent:
    """Let it stand as she was last told of it; until her yes it is not settled.

    Her yes changes the entry as a move does: both raise its sequence.
    """
    if row.state is None:
        return event
    said_yes = row.state == RequestState.CONFIRMED
    return replace(
        event,
        sequence=2 * row.told + said_yes,
        changed_at=row.answered_at or row.asked_at,
        status=Certainty.CONFIRMED if said_yes else Certainty.TENTATIVE,
    )


def _busy(row: Row[Any], reader: Reader) -> CalendarEvent:
    shown_as = ShownAs.FREE if reader.kind is Kind.ROUTES else ShownAs.BUSY
    return replace(_bare(row, reader), summary=_("Busy"), shown_as=shown_as)


def _to_counsellor(row: Row[Any], reader: Reader) -> CalendarEvent:
    at_home = row.place == Place.HOME
    full = reader.level is FeedLevel.FULL
    named = f" {_client(row).name}" if full else ""
    return replace(
        _bare(row, reader),
        summary=f"{_what(row)} {_reference(row)}{named}",
        location=_street(row) if full and at_home else _where(row, reader),
        url=f"{reader.url}/staff/appointments/{row.uuid}",
        category=_("Home visit") if at_home else _("Counselling"),
        shown_as=ShownAs.AWAY if at_home else ShownAs.BUSY,
    )


def _to_interpreter(row: Row[Any], reader: Reader) -> CalendarEvent:
    language = "" if row.language == "other" else name_of_language(row.language)
    what = _("Interpreting %(language)s", language=language).strip()
    return replace(
        _bare(row, reader),
        summary=f"{what} {_reference(row)}",
        location=_joined_from(row, reader),
        category=_("Interpreting"),
        shown_as=ShownAs.AWAY if row.place == Place.HOME else ShownAs.BUSY,
    )


def _to_coordinator(row: Row[Any], reader: Reader) -> CalendarEvent:
    """Say whose visit it is; it takes none of the coordinator's own time."""
    driver = StaffMember(uuid=row.counsellor, name_sealed=row.counsellor_sealed)
    return replace(
        _bare(row, reader),
        summary=f"{short(driver.name)}: {_what(row)} {_reference(row)}",
        location=_where(row, reader),
        url=f"{reader.url}/staff/routes/{row.day}",
        category=_("Home visit"),
        shown_as=ShownAs.FREE,
    )


def _what(row: Row[Any]) -> str:
    if row.position:
        # I18N: in a counsellor's calendar: the third of her six home visits that day
        return str(
            _("Home visit %(number)s/%(all)s", number=row.position, all=row.stops)
        )
    if row.place == Place.HOME:
        return str(_("Home visit"))
    if row.place == Place.PHONE:
        return str(_("Counselling by phone"))
    return str(_("Counselling"))


def _reference(row: Row[Any]) -> str:
    """Return the short name that staff's pages show too."""
    return str((row.wish or row.uuid).hex[:5].upper())


def _where(row: Row[Any], reader: Reader) -> str:
    """Say the office's address; of a visit the town alone: a street tells a name."""
    if row.place == Place.HOME:
        return _wish(row, town_sealed=row.town_sealed).town
    return "" if row.place == Place.PHONE else reader.office


def _joined_from(row: Row[Any], reader: Reader) -> str:
    """Say where an interpreter joins the talk."""
    if row.joins_by == InterpreterKind.PHONE or row.place == Place.PHONE:
        return str(_("On the phone"))
    if row.joins_by == InterpreterKind.VIDEO:
        return str(_("By video"))
    return _where(row, reader)


def _street(row: Row[Any]) -> str:
    """Say where a visit leads to, in full."""
    if row.wish is None:
        return _client(row).address
    return _wish(
        row,
        street_sealed=row.street_sealed,
        postcode_sealed=row.postcode_sealed,
        town_sealed=row.town_sealed,
    ).address


def _wish(row: Row[Any], **sealed: bytes | None) -> VisitRequest:
    return VisitRequest(uuid=row.wish, **sealed)


def _client(row: Row[Any]) -> Appointment:
    return Appointment(
        uuid=row.uuid, name_sealed=row.name_sealed, address_sealed=row.address_sealed
    )


_IN_WORDS: dict[Kind, Callable[[Row[Any], Reader], CalendarEvent]] = {
    Kind.COUNSELLOR: _to_counsellor,
    Kind.INTERPRETER: _to_interpreter,
    Kind.ROUTES: _to_coordinator,
}
