"""Who did or read what? Append-only; the database refuses to change a row."""

from datetime import datetime

from sqlalchemy import DDL, JSON, ForeignKey, Index, String, event
from sqlalchemy.orm import Mapped, mapped_column

from booking.models.base import Instant, Record


class JournalEntry(Record):
    """One deed or one look at a file. It names fields, never their contents."""

    __tablename__ = "journal_entry"
    __table_args__ = (Index(None, "about"), Index(None, "at"))

    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(20))  # client, staff, worker, command
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    deed: Mapped[str] = mapped_column(String(40))
    about: Mapped[str] = mapped_column(String(60))
    fields: Mapped[list[str]] = mapped_column(JSON, default=list)


class JournalSeal(Record):
    """One link of the chain by which a changed or missing line shows.

    ``digest`` is an HMAC over the link before, what this one covers, and the lines'
    own hash; its key lies outside the database and never rotates.
    """

    __tablename__ = "journal_seal"

    first_entry: Mapped[int]  # ids, both included
    last_entry: Mapped[int] = mapped_column(unique=True)
    first_at: Mapped[datetime] = mapped_column(Instant)  # of the oldest line
    lines_hash: Mapped[bytes]
    digest: Mapped[bytes]
    sealed_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def mark(self) -> str:
        """A short name of this link, for the log."""
        return self.digest.hex()[:16]


APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER journal_append_only BEFORE UPDATE ON journal_entry "
        "BEGIN SELECT RAISE(ABORT, 'journal_append_only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE integrity_constraint_violation "
        "USING MESSAGE = 'journal_append_only'; END $$",
        "CREATE TRIGGER journal_append_only BEFORE UPDATE ON journal_entry "
        "FOR EACH ROW EXECUTE FUNCTION journal_append_only()",
    ),
}
for _dialect, _statements in APPEND_ONLY.items():
    for _statement in _statements:
        _rule = DDL(_statement).execute_if(dialect=_dialect)  # type: ignore[no-untyped-call]  # SQLAlchemy's own gap
        event.listen(JournalEntry.__table__, "after_create", _rule)
