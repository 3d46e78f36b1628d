"""Is it really you? A code of the phone behind the password."""

import segno
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.languages import gettext as _
from booking.services import second_factor
from booking.services.limits import TooManyGuesses
from booking.services.office import the_office
from booking.services.second_factor import WrongCode
from booking.services.sessions import SignedIn, Step
from booking.web import signing_in
from booking.web.access import Audience, open_to
from booking.web.office.pages import pages
from booking.web.office.sign_in import wait_for, wanted

Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@pages.get("/second-step")
@open_to(Audience.ANYONE)
def second_step() -> Page:
    """Ask for a code, or show what a new phone needs to make codes."""
    person = signing_in.half_way()
    if person is None:
        return redirect(url_for("office.sign_in", next=request.args.get("next")), 303)
    if person.step is Step.PROVED:
        return redirect(wanted(), 303)
    return _page(person)


@pages.post("/second-step", endpoint="prove")
@open_to(Audience.ANYONE)
def prove() -> Page:
    """Take the code, and go on to the page that was wanted."""
    person = signing_in.half_way()
    if person is None or person.step is Step.PROVED:
        return redirect(url_for("office.second_step"), 303)
    code, now = request.form.get("code", ""), clock.now()
    try:
        if person.step is Step.CODE:
            signing_in.begin(second_factor.prove(person, code, now=now))
            return redirect(wanted(), 303)
        secret, codes = second_factor.confirm(person, code, now=now)
    except WrongCode:
        sentence = _("This code is wrong or too old. Wait for the next, then try it.")
        return _page(person, sentence), 422
    except TooManyGuesses as limit:
        return _page(person, wait_for(limit)), 429, {"Retry-After": str(limit.seconds)}
    signing_in.begin(secret)
    return render_template("office/recovery_codes.html", codes=codes, wanted=wanted())


def _page(person: SignedIn, complaint: str = "") -> str:
    service = the_office().service
    enrolment = second_factor.enrolment(person, service=service)
    qr = enrolment and segno.make(enrolment.address, micro=False).svg_data_uri(
        border=4, dark="#000", light="#fff"
    )
    return render_template(
        "office/second_step.html",
        person=person,
        enrolment=enrolment,
        qr=qr,
        complaint=complaint,
        wanted=request.values.get("next", ""),
    )
