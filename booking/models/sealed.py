"""How does a personal field lie in the database? Encrypted, bound to its row."""

from typing import Any, Self, overload
from uuid import uuid4

from booking.models.keyring import keyring
from booking.models.wording import cleaned


class Sealed:
    """A text attribute over a column of bytes; empty text is stored as NULL.

    A column type never sees its row, so the binding to table, column and row
    is done here: the associated data is ``table.column:uuid``.
    """

    def __init__(self, column: str) -> None:
        self.column = column

    @overload
    def __get__(self, row: None, owner: type) -> Self: ...
    @overload
    def __get__(self, row: Any, owner: type) -> str: ...
    def __get__(self, row: Any, owner: type) -> Self | str:
        """Open the field; nothing stored reads as empty text."""
        if row is None:
            return self
        sealed = getattr(row, self.column)
        return "" if sealed is None else keyring().open(sealed, self._place(row))

    def __set__(self, row: Any, text: str | None) -> None:
        """Clean and seal the text."""
        kept = cleaned(text or "")
        # A new row has no uuid before its first flush, but must be bound to it.
        row.uuid = row.uuid or uuid4()
        sealed = keyring().seal(kept, self._place(row)) if kept else None
        setattr(row, self.column, sealed)

    def _place(self, row: Any) -> str:
        return f"{row.__tablename__}.{self.column}:{row.uuid}"
