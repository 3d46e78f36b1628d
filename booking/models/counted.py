"""How many appointments were there, once nobody can tell any more whose?"""

from datetime import date

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.models.base import Base


class Counted(Base):
    """A number that stays when appointments are erased; it belongs to nobody."""

    __tablename__ = "counted"
    __table_args__ = (CheckConstraint("number > 0", name="number"),)

    month: Mapped[date] = mapped_column(primary_key=True)  # its first day
    type: Mapped[str] = mapped_column(String(40), primary_key=True)  # slug
    status: Mapped[str] = mapped_column(String(10), primary_key=True)
    language: Mapped[str] = mapped_column(String(12), primary_key=True)  # of the talk
    number: Mapped[int]
