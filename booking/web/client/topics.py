"""What would you like to talk about? Asked behind the link, never shown again."""

from flask import redirect, render_template, request
from wtforms import Field, Form, RadioField, ValidationError
from wtforms.fields.choices import SelectChoice

from booking import clock
from booking.languages import gettext as _
from booking.models import IN_PERSON, Place, Topic
from booking.services import topics
from booking.services.appointments import TooLate
from booking.services.bringing import bring_lines
from booking.services.links import WayBack
from booking.services.texts import word_of
from booking.web.access import Audience, open_to
from booking.web.client.behind import appointment_of, may_change, url_of
from booking.web.client.flow import Page, is_filled_in
from booking.web.client.pages import pages
from booking.web.client.steps import Step
from booking.web.texts import TOPIC_OF_WORD, areas


class TopicForm(Form):  # type: ignore[misc]  # WTForms has no types
    """One of seven areas of life, or none of our business yet."""

    topic = RadioField(validate_choice=False)

    def __init__(self, *answers: object) -> None:
        super().__init__(*answers)
        self.topic.choices = [
            SelectChoice(IN_PERSON, _("I would rather say it in person")),
            *(SelectChoice(TOPIC_OF_WORD[word], name) for word, name in areas()),
        ]

    def validate_topic(self, field: Field) -> None:
        """Ask again if nothing was chosen."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose what you would like to talk about."))


@pages.get("/<lang:lang>/a/<string:token>/topic")
@open_to(Audience.LINK_HOLDER)
def topic(token: str) -> Page:
    """Ask; what was answered before is not shown to whoever holds the link."""
    way = appointment_of(token)
    if not may_change(way):
        return redirect(url_of("appointment", token), 303)
    return _topic_page(way, TopicForm())


@pages.post("/<lang:lang>/a/<string:token>/topic")
@open_to(Audience.LINK_HOLDER)
def choose_topic(token: str) -> Page:
    """Note it, and say once what to bring.

    No redirect: the topic would stand in an address, and in the browser's history.
    """
    way, form = appointment_of(token), TopicForm(request.form)
    if not is_filled_in(form):
        return _topic_page(way, form), 422
    chosen = None if form.topic.data == IN_PERSON else Topic(form.topic.data)
    try:
        topics.choose(way.appointment.uuid, chosen, now=clock.now())
    except TooLate:
        return redirect(url_of("appointment", token), 303)
    return render_template(
        "client/noted.html",
        help_topic=word_of(chosen) if chosen else None,
        bring=bring_lines(chosen) if chosen else [],
        by_phone=way.appointment.type.place == Place.PHONE,
        back=Step(url_of("appointment", token), "get"),
    )


def _topic_page(way: WayBack, form: TopicForm) -> str:
    return render_template(
        "client/topic.html",
        form=form,
        step=Step(url_of("choose_topic", way.token), "post"),
        back=Step(url_of("appointment", way.token), "get"),
    )
