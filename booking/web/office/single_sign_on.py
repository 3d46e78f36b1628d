"""Who are you to the town? To its provider and back, to sign in or to say it again.

The way there and back are GETs, as OpenID Connect has it, and yet the way back signs
in, and failures are journaled: the only pages of their kind. What guards them is not a
form's secret but the state in this browser's cookie, which counts once.
"""

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.models.running import settings
from booking.oidc import Attempt, NotSignedOn, Trouble, begun
from booking.services import single_sign_on
from booking.services.limits import TooManyGuesses
from booking.services.sessions import SignedIn
from booking.services.single_sign_on import Returned
from booking.web import attempts, signing_in
from booking.web.access import EVERY_ROLE, Audience, open_to
from booking.web.office import sign_in
from booking.web.office.pages import pages
from booking.web.office.sign_in import is_inside, wait_for, wanted
from booking.web.office.sign_on_words import trouble


@pages.get("/sign-in/provider", endpoint="to_provider")
@open_to(Audience.ANYONE)
def to_provider() -> Response:
    """Lead to the town's provider, to sign in."""
    if not single_sign_on.is_offered() or signing_in.signed_in():
        return redirect(wanted(), 303)
    return _led()


@pages.get("/account/again/provider", endpoint="again_at_provider")
@open_to(*EVERY_ROLE)
def again_at_provider() -> Response:
    """Lead to the town's provider, to say once more who she is."""
    if not single_sign_on.is_offered():
        return redirect(url_for("office.account"), 303)
    return _led(signing_in.person())


@pages.get("/sign-in/oidc", endpoint="from_provider")
@open_to(Audience.ANYONE)
def from_provider() -> Response:
    """Take who comes back from the provider; what came in the address is gone then."""
    attempt = attempts.kept() if single_sign_on.is_offered() else None
    try:
        answer = _taken(attempt)
    except NotSignedOn as failure:
        answer = _back(failure.trouble, attempt)
    except TooManyGuesses as limit:
        answer = make_response(sign_in.page(wait_for(limit)), 429)
        answer.headers["Retry-After"] = str(limit.seconds)
    attempts.forget(answer)
    return answer


@pages.get("/account/again/proved", endpoint="proved_again")
@open_to(*EVERY_ROLE)
def proved_again() -> str:
    """Say that it was she, and how to go on; or why not."""
    return render_template(
        "office/proved_again.html",
        complaint=trouble(),
        is_fresh=signing_in.person().is_fresh(clock.now()),
        settings=settings(),
    )


@pages.get("/sign-out/provider", endpoint="sign_out_at_provider")
@open_to(Audience.ANYONE)
def sign_out_at_provider() -> Response:
    """Lead somebody who has signed out here to where she does so over there."""
    if not single_sign_on.is_offered():
        return redirect(url_for("office.sign_in"), 303)
    try:
        end = single_sign_on.way_out(now=clock.now())
    except NotSignedOn as failure:
        return _back(failure.trouble)
    return redirect(end or url_for("office.sign_in"), 303)


def _led(person: SignedIn | None = None) -> Response:
    wish = request.args.get("next", "")
    wish = wish if is_inside(wish) else ""
    uuid = person.uuid if person else ""
    attempt = begun(now=clock.now(), wanted=wish, person=uuid)
    try:
        address = single_sign_on.way_in(attempt)
    except NotSignedOn as failure:
        return _back(failure.trouble, attempt)
    answer = redirect(address, 303)
    attempts.keep(attempt, answer)
    return answer


def _taken(attempt: Attempt | None) -> Response:
    returned = Returned(
        state=request.args.get("state", ""),
        code=request.args.get("code", ""),
        error=request.args.get("error", ""),
        issuer=request.args.get("iss", ""),
    )
    now, person = clock.now(), signing_in.signed_in()
    if attempt and attempt.person and person:
        single_sign_on.prove_again(attempt, returned, person, now=now)
        return redirect(url_for("office.proved_again"), 303)
    signing_in.begin(single_sign_on.arrive(attempt, returned, now=now))
    wish = attempt.wanted if attempt else ""
    return redirect(wish or url_for("office.start"), 303)


def _back(why: Trouble, attempt: Attempt | None = None) -> Response:
    """Lead back to where she set out, with the sentence for what went wrong."""
    is_again = attempt and attempt.person and signing_in.signed_in()
    page = "office.proved_again" if is_again else "office.sign_in"
    wish = attempt.wanted if attempt else None
    return redirect(url_for(page, trouble=why, next=wish or None), 303)
