"""How is the office read, with all it has decided? In one query, as one row.

Every page asks for it. What lies in other tables comes along as texts of lines and
fields, which are parsed only where they have changed.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    String,
    and_,
    cast,
    func,
    literal_column,
    select,
    true,
)

from booking.models import (
    Base,
    BookableBy,
    ConsultationType,
    Office,
    OfficeFile,
    OfficeText,
    Setting,
    db,
)
from booking.services import unchanged


def read() -> Row[Any]:
    """Read the office with all it has decided: one query, once in a transaction."""
    session = db.session()
    transaction = session.get_transaction()
    seen: tuple[object, Row[Any]] | None = session.info.get(_READ)
    if seen is None or transaction is None or seen[0] is not transaction:
        connection = session.connection()
        row = unchanged.read(connection, _READ, lambda: connection.execute(_ALL).one())
        seen = session.get_transaction(), row
        session.info[_READ] = seen
    return seen[1]


def lines(written: str | None) -> list[list[str]]:
    """Return the fields of each row that came along as one text."""
    return [one.split(_UNIT)[1:] for one in (written or "").split(_RECORD) if one]


def _written(
    *columns: str, of: type[Base], where: ColumnElement[bool] | None = None
) -> ScalarSelect[str]:
    line: ColumnElement[str] = literal_column("''", String)
    for name in columns:
        line = line + _WITHIN + cast(of.__table__.c[name], String)
    rows = select(func.aggregate_strings(line, _BETWEEN))  # type: ignore[arg-type]  # a text would be written out anew each time
    return (rows if where is None else rows.where(where)).scalar_subquery()


_READ = "the office as it was read"
# Between fields and rows of one text: signs that JSON never holds unescaped.
_UNIT, _RECORD = "\x1f", "\x1e"
_ANYONE = literal_column(f"'{BookableBy.ANYONE}'", String)
_WITHIN = literal_column(f"'{_UNIT}'", String)
_BETWEEN = literal_column(f"'{_RECORD}'", String)
# Not its content: a digest stands for that, and the rest of the row lies before it.
_SHOWN_OF_A_FILE = ("slug", "language", "media_type", "digest", "description")
_NOWHERE = select(literal_column("1").label("one")).subquery()
_ALL = (
    select(
        _written("key", "value", of=Setting).label("settings_written"),
        select(func.count(OfficeText.id)).scalar_subquery().label("texts"),
        select(func.max(OfficeText.id)).scalar_subquery().label("newest_text"),
        _written(*_SHOWN_OF_A_FILE, of=OfficeFile).label("files_written"),
        _written(
            *(column.name for column in ConsultationType.__table__.columns),
            of=ConsultationType,
            where=and_(
                ConsultationType.active,
                ConsultationType.bookable_by == _ANYONE,
            ),
        ).label("types_written"),
        *Office.__table__.columns,
    )
    # Decisions may be made before there is an office.
    .select_from(_NOWHERE.outerjoin(Office, true()))
    .order_by(Office.id)
    .limit(1)
)
