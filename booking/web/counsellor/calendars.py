"""How does a counsellor get her appointments into her own calendar app?"""

from uuid import UUID

from flask import abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import Field, Form, RadioField, ValidationError
from wtforms.fields.choices import SelectChoice

from booking import clock
from booking.languages import gettext as _
from booking.models import MAILED_LEVELS, FeedLevel, FeedScope, Reach, Role
from booking.services import accounts, feeds, invitations
from booking.services.feeds import UnknownSubscription
from booking.services.letters import ways_out
from booking.web.access import Audience, only_fresh, open_to
from booking.web.counsellor.pages import pages
from booking.web.signing_in import person
from booking.web.subscribing import (
    DeviceForm,
    device,
    level_hints,
    level_name,
    shown_once,
)

Page = str | Response | tuple[str, int]

NONE = "none"  # instead of a level: no invitations
FOREIGN = "counsellor.sources"  # the page about calendars that block time, once it is


class MailboxForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Shall appointments come into her own mailbox, and what may they say there?"""

    mailbox = RadioField(validate_choice=False)

    def __init__(self, *sent: object, **facts: object) -> None:
        super().__init__(*sent, **facts)
        self.mailbox.choices = [
            SelectChoice(NONE, _("No invitations")),
            *(SelectChoice(one.value, level_name(one)) for one in MAILED_LEVELS),
        ]

    def validate_mailbox(self, field: Field) -> None:
        """Accept what was offered."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose what comes into your mailbox."))

    def level(self) -> FeedLevel | None:
        """Return what a valid form asks for."""
        return None if self.mailbox.data == NONE else FeedLevel(self.mailbox.data)


@pages.get("/calendar")
@open_to(Audience.COUNSELLOR, Audience.COORDINATOR)
def calendar() -> str:
    """List the devices that read along, and offer to add one."""
    return _page(DeviceForm(scopes=_scopes()), _mailbox())


@pages.post("/calendar/subscriptions")
@open_to(Audience.COUNSELLOR, Audience.COORDINATOR)
@only_fresh
def subscribe() -> Page:
    """Open a feed, and show its address: now, and never again."""
    form = DeviceForm(request.form, scopes=_scopes())
    if not form.validate():
        return _page(form, _mailbox()), 422
    level, shows = FeedLevel(form.level.data), FeedScope(form.shows.data)
    token = feeds.subscribe(
        person().id, form.name, now=clock.now(), level=level, shows=shows
    )
    return render_template(
        "counsellor/subscribed.html",
        hint=level_hints()[level],
        lag=_lag(shows),
        **shown_once(token),
    )


@pages.post("/calendar/subscriptions/<uuid:subscription>/revocation")
@open_to(Audience.COUNSELLOR, Audience.COORDINATOR)
def revoke(subscription: UUID) -> Response:
    """Close a feed: its address opens nothing any more."""
    try:
        feeds.revoke(subscription, now=clock.now(), staff=person().id)
    except UnknownSubscription:
        abort(404)
    return redirect(url_for("counsellor.calendar"), 303)


@pages.post("/calendar/invitations")
@open_to(Audience.COUNSELLOR)
def invite() -> Page:
    """Send her appointments to her own mailbox too, or no longer."""
    form = MailboxForm(request.form)
    if not form.validate():
        return _page(DeviceForm(scopes=_scopes()), form), 422
    invitations.choose(person().id, form.level(), now=clock.now())
    return redirect(url_for("counsellor.calendar", saved="mailbox"), 303)


@pages.get("/calendar/invitations")
@pages.get("/calendar/subscriptions")
@pages.get("/calendar/subscriptions/<uuid:_subscription>/revocation")
@open_to(Audience.COUNSELLOR, Audience.COORDINATOR)
def back_to_calendar(_subscription: UUID | None = None) -> Response:
    """Lead somebody who reloads a deed back to the list."""
    return redirect(url_for("counsellor.calendar"), 303)


def _scopes() -> list[FeedScope]:
    """Return what this person may subscribe to, by her roles."""
    of = {FeedScope.OWN: Role.COUNSELLOR, FeedScope.ROUTES: Role.COORDINATOR}
    return [scope for scope, role in of.items() if person().may(role)]


def _mailbox() -> MailboxForm:
    chosen = invitations.level_of(person().id)
    return MailboxForm(mailbox=chosen.value if chosen else NONE)


def _page(form: DeviceForm, mailbox: MailboxForm) -> str:
    mine = feeds.subscriptions_of(person().id)
    return render_template(
        "counsellor/calendar.html",
        form=form,
        mailbox=mailbox,
        devices=[
            device(one, url_for("counsellor.revoke", subscription=one.uuid))
            for one in mine
            if one.revoked_at is None
        ],
        hints=level_hints(),
        lag=_lag(*_scopes()),
        counsels=person().may(Role.COUNSELLOR),
        address=accounts.address_of(person().id),
        mails=Reach.EMAIL in ways_out(),
        saved=request.args.get("saved") == "mailbox",
        foreign=url_for(FOREIGN) if FOREIGN in current_app.view_functions else "",
    )


def _lag(*scopes: FeedScope) -> str:
    """Say how late a calendar app may be, and what comes sooner."""
    if FeedScope.OWN in scopes and Reach.EMAIL in ways_out():
        return str(
            _(
                "Calendar apps may lag by up to 24 hours. So what changes on the day "
                "itself also comes to you by e-mail."
            )
        )
    return str(
        _("Calendar apps may lag by up to 24 hours. What counts is the page “Today”.")
    )
