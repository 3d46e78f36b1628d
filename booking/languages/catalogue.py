"""How do translations get from .po files to the page? Read at start, with fallback.

Nothing is compiled and nothing goes stale. Flask-Babel alone would load only the
first catalogue it finds and would mistake ``de@simple`` for ``de``; therefore the
current language decides here, not its Babel locale.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g
from flask_babel import Babel, Domain, force_locale

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


class CatalogueBabel(Babel):  # type: ignore[misc]  # Flask-Babel has no types
    """Flask-Babel with our catalogues, for Jinja and for plain ``gettext`` alike."""

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self._directory = directory

    def init_app(self, app: Flask) -> None:
        """Attach to the application and read every catalogue."""
        super().init_app(app, locale_selector=lambda: current_language().locale)
        # A line break in a template is no line break in a sentence.
        app.jinja_env.policies["ext.i18n.trimmed"] = True
        self._shorten_the_way(app)

    def _shorten_the_way(self, app: Flask) -> None:
        """Let templates ask the current language at once: a page has many sentences."""
        spoken = self.domain_instance.get_translations
        app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # added by Jinja's extension
            gettext=lambda text: spoken().ugettext(text),
            ngettext=lambda one, many, n: spoken().ungettext(one, many, n),
            newstyle=True,
            pgettext=lambda context, text: spoken().upgettext(context, text),
            npgettext=lambda context, one, many, n: spoken().unpgettext(
                context, one, many, n
            ),
        )

    @cached_property
    def domain_instance(self) -> PoDomain:
        """The one domain of the house."""
        return PoDomain(self._directory)


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
