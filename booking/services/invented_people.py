"""Who works in the invented office, and what are its clients called?"""

import random
from collections.abc import Iterator

from booking.models import Role
from booking.services.accounts import NewStaffMember

# Invented people: names, languages, share of a full post, a woman or not.
TEAM = (
    ("Ayla Sommer", {"de", "tr", "en"}, 100, True),
    ("Nadia Haddad", {"de", "ar", "fr"}, 80, True),
    ("Olena Winter", {"de", "uk", "ru"}, 100, True),
    ("Farid Nikzad", {"de", "fa", "fa_AF"}, 100, False),
    ("Miriam Lenz", {"de", "en"}, 50, True),
    ("Rojin Berger", {"de", "ku", "ar"}, 75, True),
    ("Jonas Falk", {"de", "en", "fr"}, 100, False),
)
OTHERS = (
    ("Karin Amtmann", {Role.ADMIN}),
    ("Theo Empfang", {Role.FRONT_DESK}),
    ("Sabine Leitner", {Role.HEAD}),
    ("Dirk Schutz", {Role.DATA_PROTECTION}),
)
FIRST_NAMES = (
    *("Amal", "Bahar", "Dilan", "Elif", "Farah", "Goran", "Hiwa", "Iman", "Jamal"),
    *("Kawa", "Layla", "Mahmoud", "Nour", "Olha", "Parwin", "Rashid", "Samira"),
    *("Tesfay", "Walid", "Yusuf", "Zahra", "Selam", "Abdi", "Hodan", "Petro"),
)
LAST_NAMES = (
    *("Beispiel", "Muster", "Probe", "Demir-Muster", "Al-Mithal", "Namuna"),
    *("Zrazok", "Mesele", "Tusaale", "Ornek", "Mînak", "Exemple"),
)


def team(counsellors: int) -> Iterator[NewStaffMember]:
    """Yield so many counsellors, and one of every other role."""
    for number in range(counsellors):
        name, languages, share, is_woman = TEAM[number % len(TEAM)]
        again = number // len(TEAM)
        yield NewStaffMember(
            name=f"{name} {again + 1}" if again else name,
            email=_email(name, again),
            roles=frozenset(
                {Role.COUNSELLOR, Role.COORDINATOR}
                if number == 0
                else {Role.COUNSELLOR}
            ),
            languages=frozenset(languages),
            post_share=share,
            daily_maximum=7,
            is_woman=is_woman,
        )
    for name, roles in OTHERS:
        yield NewStaffMember(name=name, email=_email(name, 0), roles=frozenset(roles))


def a_name(chance: random.Random) -> str:
    """Invent a name."""
    return f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"


def _email(name: str, again: int) -> str:
    return f"{name.lower().replace(' ', '.')}{again or ''}@example.org"
