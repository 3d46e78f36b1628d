"""What did the client answer? Every line of the check page, with its way to change."""

from collections.abc import Iterator

from booking.languages import gettext as _
from booking.models import Reach
from booking.services.appointments import Person
from booking.web.client import showing
from booking.web.client.answers import Answers
from booking.web.client.contact_forms import (
    PersonForm,
    reminders,
    safe_hours,
    ways_to_reach,
)
from booking.web.client.forms import place_name
from booking.web.client.showing import Answer
from booking.web.client.steps import Step
from booking.web.client.visit_forms import DoorForm
from booking.web.visit_fields import part_name


def lines(answers: Answers, form: PersonForm) -> list[Answer]:
    """Return every answer in the order of the pages."""
    change = answers.post("client.you")
    return [*_about_the_talk(answers), *_about_the_person(form, change)]


def lines_of_wish(
    answers: Answers, door_form: DoorForm, form: PersonForm
) -> list[Answer]:
    """Return every answer about a visit at home, in the order of the pages."""
    change = answers.post("client.contact")
    return [
        *_about_place_and_language(answers),
        *_about_the_days(answers),
        *_about_the_door(answers, door_form),
        *_about_the_person(form, change),
    ]


def _about_the_talk(answers: Answers) -> Iterator[Answer]:
    wish, start = answers.wish, answers.start
    if wish is None or start is None:
        return
    when = showing.in_words(start)
    yield Answer(_("Day"), when.day_label, ltr=False, change=answers.post("client.day"))
    yield Answer(
        _("Time"),
        _("%(time)s %(part)s", time=when.time_label, part=when.part_label),
        ltr=False,
        change=answers.post("client.time"),
    )
    yield from _about_place_and_language(answers)


def _about_place_and_language(answers: Answers) -> Iterator[Answer]:
    wish = answers.wish
    if wish is None:
        return
    yield Answer(
        _("Place"),
        place_name(wish.place),
        ltr=False,
        change=answers.post("client.place"),
    )
    spoken = showing.language_name(wish.language)
    if wish.interpreter:
        spoken = _("%(language)s, with an interpreter", language=spoken)
    yield Answer(
        _("Language"), spoken, ltr=False, change=answers.post("client.language")
    )


def _about_the_days(answers: Answers) -> Iterator[Answer]:
    change = answers.post("client.visit")
    days = showing.weekdays_in_words(answers.weekdays)
    yield Answer(_("Days"), days, ltr=False, change=change)
    parts = "; ".join(part_name(part) for part in answers.parts_of_day)
    yield Answer(_("Time of the day"), parts, ltr=False, change=change)
    if answers.from_day:
        first = showing.day_label(answers.from_day)
        yield Answer(_("Not before"), first, ltr=False, change=change)


def _about_the_door(answers: Answers, form: DoorForm) -> Iterator[Answer]:
    change = answers.post("client.address")
    form.validate()
    door = form.door()
    where = ", ".join(
        part for part in (door.street, f"{door.postcode} {door.town}".strip()) if part
    )
    yield Answer(_("Address"), where, ltr=True, change=change)
    for label, value in (
        (_("Entrance"), door.entrance),
        (_("Floor"), door.floor),
        (_("Room or flat"), door.room),
        (_("Name at the bell"), door.bell),
    ):
        if value:
            yield Answer(label, value, ltr=False, change=change)
    if door.call_from_downstairs:
        how = _("We call you from downstairs")
        yield Answer(_("At the door"), how, ltr=False, change=change)


def _about_the_person(form: PersonForm, change: Step) -> Iterator[Answer]:
    person = form.person()
    yield Answer(_("Name"), person.name, ltr=False, change=change)
    if person.supporter:
        yield Answer(_("Booked by"), person.supporter, ltr=False, change=change)
    reach = " ".join(showing.chosen(ways_to_reach(), [person.reach]))
    yield Answer(_("How we may reach you"), reach, ltr=False, change=change)
    if person.phone:
        yield Answer(_("Phone number"), person.phone, ltr=True, change=change)
    if person.reach is Reach.CALL:
        hours = " ".join(showing.chosen(safe_hours(), [person.safe_hours]))
        if person.no_message:
            hours = _("%(hours)s, leave no message", hours=hours)
        yield Answer(_("When we may call"), hours, ltr=False, change=change)
    if person.email:
        yield Answer(_("E-mail address"), person.email, ltr=True, change=change)
    yield from _about_reminder_and_letters(person, change)
    yield Answer(_("People"), str(person.people), ltr=True, change=change)
    if person.woman_preferred:
        yield Answer(
            _("Your wish"), _("To talk with a woman"), ltr=False, change=change
        )


def _about_reminder_and_letters(person: Person, change: Step) -> Iterator[Answer]:
    if person.address:
        address = person.address.replace("\n", ", ")
        yield Answer(_("Address"), address, ltr=True, change=change)
    if person.remind_days is not None:
        when = " ".join(showing.chosen(reminders(), [str(person.remind_days)]))
        yield Answer(_("Reminder"), when, ltr=False, change=change)
