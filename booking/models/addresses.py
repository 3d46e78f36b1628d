"""Where is a house? The office's own address book; no stranger's server is asked."""

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.models.base import Record


class AddressBookEntry(Record):
    """One public address with its coordinates (WGS 84, degrees)."""

    __tablename__ = "address_book_entry"
    __table_args__ = (
        UniqueConstraint("postcode", "town", "street", "house_number"),
        CheckConstraint(
            "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180",
            name="on_earth",
        ),
    )

    street: Mapped[str] = mapped_column(String(120))
    house_number: Mapped[str] = mapped_column(String(20))
    postcode: Mapped[str] = mapped_column(String(10))
    town: Mapped[str] = mapped_column(String(80))
    latitude: Mapped[float]
    longitude: Mapped[float]
