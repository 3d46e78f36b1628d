"""What are the roles and languages of those who work here called?"""

from collections.abc import Callable, Iterable

from booking.languages import gettext as _
from booking.languages import name_of_language
from booking.models import Role


def role_name(role: str) -> str:
    """Say what somebody may do."""
    words: dict[Role, Callable[[], str]] = {
        Role.COUNSELLOR: lambda: _("counsellor"),
        Role.FRONT_DESK: lambda: _("front desk"),
        Role.COORDINATOR: lambda: _("coordinator"),
        Role.HEAD: lambda: _("head of department"),
        Role.DATA_PROTECTION: lambda: _("data protection officer"),
        Role.ADMIN: lambda: _("office admin"),
    }
    return str(words[Role(role)]())


def roles_named(roles: Iterable[Role]) -> str:
    """Say what somebody may do, role by role."""
    return ", ".join(role_name(role) for role in Role if role in roles)


def languages_named(codes: Iterable[str]) -> str:
    """Name languages, by the alphabet."""
    return ", ".join(sorted(map(name_of_language, codes)))
