"""What would you like to talk about? Asked behind the link, never shown again."""

from flask import redirect, render_template, request
from flask_babel import gettext as _
from wtforms import Field, Form, RadioField, ValidationError
from wtforms.fields.choices import SelectChoice

from booking import clock
from booking.models import IN_PERSON, Place, Topic
from booking.services import topics
from booking.services.appointments import TooLate
from booking.services.links import WayBack
from booking.web.access import Audience, open_to
from booking.web.client.answers import Step
from booking.web.client.behind import appointment_of, may_change, url_of
from booking.web.client.flow import Page, is_filled_in
from booking.web.client.pages import pages


class TopicForm(Form):  # type: ignore[misc]  # WTForms has no types
    """One of seven areas of life, or none of our business yet."""

    topic = RadioField(validate_choice=False)

    def __init__(self, *answers: object) -> None:
        super().__init__(*answers)
        self.topic.choices = [
            SelectChoice(IN_PERSON, _("I would rather say it in person")),
            *(SelectChoice(topic.value, name) for topic, name in topic_names()),
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
        topic=chosen,
        bring=things_to_bring(chosen) if chosen else [],
        by_phone=way.appointment.type.place == Place.PHONE,
        back=Step(url_of("appointment", token), "get"),
    )


def topic_names() -> list[tuple[Topic, str]]:
    """Name the seven areas of life as a client would."""
    return [
        (Topic.LANGUAGE, _("Learning German")),
        (Topic.WORK, _("Work and training")),
        (Topic.CHILDCARE_AND_SCHOOL, _("Childcare and school")),
        (Topic.HOUSING, _("Housing")),
        # I18N: the right to live in Germany, and the papers that show it
        (Topic.RESIDENCE, _("Residence permit")),
        (Topic.HEALTH, _("Health")),
        (Topic.LEISURE, _("Free time and clubs")),
    ]


def things_to_bring(topic: Topic) -> list[str]:
    """Return what helps at a talk about this, as far as she has it."""
    lines = {
        Topic.LANGUAGE: [
            _("certificates of language courses"),
            _("letters about a course"),
        ],
        Topic.WORK: [
            _("your CV, if you have one"),
            _("certificates from school, training and work"),
            _("your residence document"),
        ],
        Topic.CHILDCARE_AND_SCHOOL: [
            _("letters from the childcare or the school"),
            _("school reports of your children"),
        ],
        Topic.HOUSING: [
            _("your rental contract"),
            _("letters from the landlord or the office that pays the rent"),
        ],
        Topic.RESIDENCE: [
            _("your residence document"),
            _("letters from the immigration office or a court"),
        ],
        Topic.HEALTH: [
            _("your health insurance card"),
            _("letters from doctors or the health insurance"),
        ],
        Topic.LEISURE: [_("a list of what you like to do")],
    }
    return [str(line) for line in lines[topic]]


def _topic_page(way: WayBack, form: TopicForm) -> str:
    return render_template(
        "client/topic.html",
        form=form,
        step=Step(url_of("choose_topic", way.token), "post"),
        back=Step(url_of("appointment", way.token), "get"),
    )
