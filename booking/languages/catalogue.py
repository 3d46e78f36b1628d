"""How do translations get from .po files to the page? Read at start, with fallback.

Nothing is compiled and nothing goes stale. Flask-Babel alone would load only the
first catalogue it finds and would mistake ``de@simple`` for ``de``; therefore the
current language decides here, not its Babel locale.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g
from flask_babel import Babel, Domain, force_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from booking.config import shipped
from booking.languages.spoken import LANGUAGES, Language, current_language


class PoDomain(Domain):  # type: ignore[misc]  # Flask-Babel has no types
    """All catalogues of a directory, each with its chain of fallbacks."""

    def __init__(self, directory: Path) -> None:
        super().__init__(str(directory))
        self._by_code = {
            language.code: _chained(directory, language.code) for language in LANGUAGES
        }

    def get_translations(self) -> NullTranslations:
        """Return the texts of the current language."""
        return self._by_code[current_language().code]


@lru_cache
def shipped_texts() -> PoDomain:
    """Return our catalogues: read once a process, not once an application."""
    return PoDomain(shipped("translations"))


def gettext(text: str, /, **values: Any) -> str:
    """Translate a sentence; Flask-Babel's own way looks up more than the language."""
    found: str = shipped_texts().get_translations().ugettext(text)
    return found % values if values else found


class CatalogueBabel(Babel):  # type: ignore[misc]  # Flask-Babel has no types
    """Flask-Babel with our catalogues, for Jinja and for plain ``gettext`` alike."""

    def init_app(self, app: Flask) -> None:
        """Attach to the application and read every catalogue."""
        super().init_app(app, locale_selector=lambda: current_language().locale)
        # A line break in a template is no line break in a sentence.
        app.jinja_env.policies["ext.i18n.trimmed"] = True
        short = {"_": _sentence, "gettext": _sentence, "ngettext": _counted}
        app.jinja_env.globals |= short

    @cached_property
    def domain_instance(self) -> PoDomain:
        """The one domain of the house."""
        return shipped_texts()


# Templates ask here instead of Flask-Babel: a page has many sentences. As with Jinja's
# own gettext, each is a format string, and what is put into it is escaped.
@pass_eval_context
def _sentence(context: EvalContext, text: str, /, **values: Any) -> str:
    if context.autoescape and not values:
        return _whole(shipped_texts().get_translations(), text)
    return _filled(context, gettext(text), values)


@pass_eval_context
def _counted(
    context: EvalContext, one: str, many: str, num: int, /, **values: Any
) -> str:
    found = shipped_texts().get_translations().ungettext(one, many, num)
    return _filled(context, found, {"num": num} | values)


# About as many as there are sentences in all languages that clients read.
@lru_cache(maxsize=16384)
def _whole(spoken: NullTranslations, text: str) -> Markup:
    return Markup(spoken.ugettext(text)) % {}  # noqa: S704 - a sentence of our own


def _filled(context: EvalContext, text: str, values: dict[str, Any]) -> str:
    return (Markup(text) if context.autoescape else text) % values  # noqa: S704 - as above


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak another language for a while, as when writing a letter."""
    before = g.get("language")
    g.language = language
    try:
        with force_locale(language.locale):
            yield
    finally:
        if before is None:
            del g.language
        else:
            g.language = before


def fallbacks(code: str) -> list[str]:
    """Return where texts come from, first choice first: de@simple, then de."""
    base = code.partition("@")[0]
    return list(dict.fromkeys([code, base, base.partition("_")[0]]))


def catalogue_path(directory: Path, code: str) -> Path:
    """Return where the catalogue of a language lies."""
    return directory / code / "LC_MESSAGES" / "messages.po"


def is_translated(message: Message) -> bool:
    """Tell whether a text and each of its plural forms is there, and not a guess."""
    strings = message.string
    if message.fuzzy or not strings:
        return False
    return isinstance(strings, str) or all(strings)


def _chained(directory: Path, code: str) -> NullTranslations:
    paths = [catalogue_path(directory, name) for name in fallbacks(code)]
    found = [_compiled(path) for path in paths if path.is_file()]
    head: NullTranslations = found[0] if found else NullTranslations()
    for fallback in found[1:]:
        head.add_fallback(fallback)
    return head


def _compiled(path: Path) -> Translations:
    with path.open("rb") as source:
        catalog = read_po(source, locale=path.parts[-3].partition("@")[0])
    # A missing plural would else be compiled in English, and never fall back.
    for missing in [one for one in catalog if one.id and not is_translated(one)]:
        catalog.delete(missing.id, missing.context)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)
