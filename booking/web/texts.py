"""Which words stand on a page that the office may write itself?

Our own first texts are templates of plain text, translated like every page; the
office's replace them, language by language. Both are rendered alike.
"""

from collections.abc import Callable
from datetime import date
from urllib.parse import urlsplit

from flask import render_template
from markupsafe import Markup

from booking.languages import (
    Language,
    current_language,
    day_in_words,
    language_of_code,
    speaking,
)
from booking.languages import gettext as _
from booking.models import Topic
from booking.models.running import settings
from booking.services.bringing import bring_lines, shipped_lines
from booking.services.texts import BRING, HELP, LEICHTE_SPRACHE, text_of, word_of
from booking.web.decided import decided
from booking.web.prose import rendered

GERMAN = "de"
# When these pages were last tested as the accessibility statement says.
ASSESSED_ON = date(2026, 11, 25)
TOPIC_OF_WORD = {word_of(topic): topic for topic in Topic}


def shown_text(slug: str) -> Markup:
    """Return a text as the page shows it, in the language now spoken."""
    written_in = GERMAN if slug == LEICHTE_SPRACHE else current_language().code
    return rendered(text_of(slug, written_in) or shipped_text(slug))


def shipped_text(slug: str) -> str:
    """Return our own words, in the language now spoken."""
    if slug.startswith(BRING):
        lines = shipped_lines(TOPIC_OF_WORD[slug.removeprefix(BRING)])
        return "\n".join(f"- {line}" for line in lines)
    return render_template(
        f"papers/{slug}.txt",
        decided=decided(),
        bring_lines=bring_lines,
        site=urlsplit(settings().public_url).netloc,
        assessed_on=day_in_words(ASSESSED_ON, today=date.min),
    ).strip()


def shipped_text_in(slug: str, language: Language) -> str:
    """Return our own words in another language than the page's."""
    with speaking(language):
        return shipped_text(slug)


def languages_of(slug: str) -> tuple[Language, ...]:
    """Return the languages in which the office may write this text."""
    if slug == LEICHTE_SPRACHE:  # a way of writing German
        return (language_of_code(GERMAN),)
    return decided().languages


def areas() -> list[tuple[str, str]]:
    """List the areas of life: how addresses write them, and their names."""
    return [(word_of(topic), area_name(topic)) for topic in Topic]


def area_name(topic: str) -> str:
    """Name an area of life as a heading does."""
    names: dict[Topic, Callable[[], str]] = {
        Topic.LANGUAGE: lambda: _("Learning German"),
        Topic.WORK: lambda: _("Work and training"),
        Topic.CHILDCARE_AND_SCHOOL: lambda: _("Childcare and school"),
        Topic.HOUSING: lambda: _("Housing"),
        # I18N: the area of life: the right to stay in Germany and its papers
        Topic.RESIDENCE: lambda: _("Residence"),
        Topic.HEALTH: lambda: _("Health"),
        Topic.LEISURE: lambda: _("Free time"),
    }
    return names[Topic(topic)]()


def help_slug(topic: str) -> str:
    """Return the name of the text about an area of life."""
    return HELP + word_of(topic)
