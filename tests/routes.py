"""How do tests build an application for each of them, and its 140 routes only once?

For every route Werkzeug writes a little program that makes its addresses, and compiles
it: two thirds of the time it takes to build an application. The program follows from
what is written in the route alone, and keeps nothing: one process needs it once.
"""

from werkzeug.routing import Rule

compiled = Rule._compile_builder
_known = {}


def remembered(rule: Rule, append_unknown: bool = True):  # noqa: FBT001, FBT002 - Werkzeug's own signature
    """Return the program that makes the addresses of a route."""
    if rule.defaults:  # may hold anything; we have none
        return compiled(rule, append_unknown)
    key = (rule.rule, tuple(rule._trace), append_unknown)
    if key not in _known:
        _known[key] = compiled(rule, append_unknown)
    return _known[key]


def remember() -> None:
    """Let every application of this process share them."""
    Rule._compile_builder = remembered
