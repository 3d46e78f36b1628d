"""What has somebody asked for? A deed as a form carries it, read strictly."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from flask import abort
from werkzeug.datastructures import MultiDict

from booking.routing import Spot
from booking.services.edit_places import PositionRow
from booking.services.editing import Deed, Wanted

Fields = list[tuple[str, str]]


def wanted_of(form: MultiDict[str, str]) -> Wanted:
    """Read a deed; what no page of ours has sent is a wrong request."""
    spots, seen = form.get("spot", "").split(), set(form.get("seen", "").split())
    if chosen := form.get("position"):
        *spot, version = chosen.split(".")
        spots.append(".".join(spot))
        seen.add(version)
    try:
        return Wanted(
            deed=Deed(form["deed"]),
            visit=UUID(form["visit"]),
            counsellor=_number(form.get("counsellor")),
            spots=tuple(map(_spot, spots)),
            start=_number(form.get("start")),
            interpreter=form.get("interpreter") or None,
            seen=frozenset(seen),
            agreed=form.get("agreed", ""),
        )
    except ValueError:
        abort(400)


def fields_of(wanted: Wanted) -> Fields:
    """Return what a form carries to ask for the same again."""
    return list(_fields(wanted))


def spots_text(spots: Iterable[Spot]) -> str:
    """Write positions as a field carries them."""
    return " ".join(
        f"{one.counsellor}.{one.shift_starts}.{one.position}" for one in spots
    )


def position_text(row: PositionRow) -> str:
    """Write a position with the version of the draft that it is on."""
    return f"{spots_text([row.spot])}.{row.seen}"


def _fields(wanted: Wanted) -> Iterator[tuple[str, str]]:
    yield "deed", wanted.deed
    yield "visit", str(wanted.visit)
    if wanted.counsellor is not None:
        yield "counsellor", str(wanted.counsellor)
    yield "spot", spots_text(wanted.spots)
    if wanted.start is not None:
        yield "start", str(wanted.start)
    if wanted.interpreter:
        yield "interpreter", wanted.interpreter
    yield "seen", " ".join(sorted(wanted.seen))


def _spot(text: str) -> Spot:
    counsellor, start, position = text.split(".")
    if not (counsellor.isdecimal() and start.isdecimal() and position.isdecimal()):
        raise ValueError(text)
    return Spot(counsellor, int(start), int(position))


def _number(text: str | None) -> int | None:
    return int(text) if text else None
