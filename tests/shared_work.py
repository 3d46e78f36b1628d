"""What need thousands of applications not each do anew? Templates, and rules of addresses.

Every test has an application of its own. Jinja would translate a page's twenty templates
to Python for each, and Werkzeug write two functions for each of 350 rules: together a
third of the whole run. What they make depends on nothing but the source, or the rule.
"""

from collections.abc import Callable, Hashable
from typing import ClassVar

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class Templates(BytecodeCache):
    """What was translated in this process, by Jinja's own key (name and file)."""

    def __init__(self) -> None:
        self._translated: dict[str, tuple[str, object]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Hand out what was made of the very same source."""
        source, code = self._translated.get(bucket.key, ("", None))
        bucket.code = code if source == bucket.checksum else None

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it for the next application."""
        self._translated[bucket.key] = (bucket.checksum, bucket.code)


class RuleOfAddresses(Rule):
    """A rule whose builder is the one that an equal rule had before."""

    _builders: ClassVar[dict[Hashable, Builder]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Builder:  # noqa: FBT001, FBT002 - Werkzeug's
        equal = self.rule, tuple(self._trace), repr(self.defaults), append_unknown
        if equal not in self._builders:
            self._builders[equal] = super()._compile_builder(append_unknown)
        return self._builders[equal]


def share() -> None:
    """Let all applications of this process share both."""
    Flask.jinja_options = Flask.jinja_options | {"bytecode_cache": Templates()}
    Flask.url_rule_class = RuleOfAddresses
