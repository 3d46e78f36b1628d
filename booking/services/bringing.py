"""What should somebody bring, for her area of life? Short lines, the office's first."""

from collections.abc import Callable

from flask_babel import gettext as _

from booking.languages import current_language
from booking.models import Topic
from booking.services.texts import BRING, text_of, word_of


def bring_lines(topic: str) -> list[str]:
    """Return what to bring, one thing a line, in the language now spoken."""
    own = text_of(BRING + word_of(topic), current_language().code)
    return lines_of(own) if own else shipped_lines(topic)


def lines_of(text: str) -> list[str]:
    """Return the lines of a text, without the dashes of a list."""
    lines = (line.strip().removeprefix("- ").strip() for line in text.splitlines())
    return [line for line in lines if line]


def shipped_lines(topic: str) -> list[str]:
    """Return our own first lines."""
    return _LINES[Topic(topic)]()


def _language() -> list[str]:
    return [
        _("Certificates of German courses, if you have any"),
        # I18N: the letter from an authority that allows or orders a German course
        _("The letter about your German course, if you have one"),
    ]


def _work() -> list[str]:
    return [
        _("Your residence paper: it says whether you may work"),
        _("Certificates from school, training and work, also in your language"),
        _("A list of the jobs you had, if you have one"),
    ]


def _childcare_and_school() -> list[str]:
    return [
        _("The birth certificate of your child"),
        _("The vaccination booklet of your child, if you have one"),
        _("Letters and certificates from school or childcare"),
    ]


def _housing() -> list[str]:
    return [
        _("Your rental contract and all letters about your home"),
        _("Papers about your income"),
        _("For heating or electricity: the last bill"),
    ]


def _residence() -> list[str]:
    return [
        _("Your residence paper and your passport, if you have one"),
        # I18N: German authorities send letters with deadlines in yellow envelopes
        _("The letter with its envelope: the date on the envelope counts"),
        _("The name and phone number of your lawyer, if you have one"),
    ]


def _health() -> list[str]:
    return [
        _("Your health insurance card, or the paper that you get instead"),
        _("The vaccination booklet and a list of your medicines"),
        _("Letters from doctors, if you want to talk about them"),
    ]


def _leisure() -> list[str]:
    return [
        # I18N: a card for people with little money that makes tickets cheaper
        _("A paper about your income, if you want a lower price"),
    ]


_LINES: dict[Topic, Callable[[], list[str]]] = {
    Topic.LANGUAGE: _language,
    Topic.WORK: _work,
    Topic.CHILDCARE_AND_SCHOOL: _childcare_and_school,
    Topic.HOUSING: _housing,
    Topic.RESIDENCE: _residence,
    Topic.HEALTH: _health,
    Topic.LEISURE: _leisure,
}
