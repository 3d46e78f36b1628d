"""Who gets in where? Every address and every role, with somebody else's objects.

The table at the end is what came out, read line by line by hand: an address that it
does not know fails, and so does one that lets in somebody else than it says.
"""

from uuid import uuid4

import pytest

from booking.models import Role
from tests import make
from tests.web.reading import Page
from tests.web.test_every_page import NOT_PAGES
from tests.web.test_every_page import staff_arguments as _theirs

staff_arguments = _theirs  # the objects of a counsellor with every role
NOBODY = "nobody"
ROLES = (*(role.value for role in Role), NOBODY)
CLOSED = {403, 404}
OPEN_TO_ALL = {"office.sign_in", "office.signed_in", "office.sign_out"}
OPEN_TO_ALL |= {"office.second_step", "office.prove"}
OPEN_TO_ALL |= {"office.to_provider", "office.from_provider"}
OPEN_TO_ALL |= {"office.sign_out_at_provider"}
OPEN_TO_ALL |= {"office.forgotten", "office.ask_link"}
OPEN_TO_ALL |= {"office.ask_passkey", "office.sign_in_by_passkey"}
OPEN_TO_ALL |= {"office.back_from_passkey", "office.back_from_challenge"}
OPEN_TO_ALL |= {"office.sign_in_link", "office.set_password"}  # to who has the link


def addresses(app, known):
    """Yield endpoint, method and address of everything behind the staff's door."""
    values = known | {"_noun": None, "lang": "de", "token": "x"}
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/staff") or rule.endpoint in NOT_PAGES:
            continue
        if "_noun" in rule.arguments or rule.endpoint in OPEN_TO_ALL:
            continue  # these lead back to the page before
        own = {
            name: values.get(f"{name} of {rule.endpoint}", values.get(name, uuid4()))
            for name in rule.arguments
        }
        with app.test_request_context():
            path = app.url_map.bind("localhost").build(rule.endpoint, own)
        for method in sorted(rule.methods & {"GET", "POST"}):
            yield rule.endpoint, method, path


def let_in(app, browser, known, role):
    """Return what opens for somebody who has this one role, and no object of hers."""
    token = ""
    if role != NOBODY:
        make.sign_in(browser, make.staff_member(Role(role)))
        page = Page(browser.get("/staff/account"))
        token = page.form("/sign-out").fields["csrf_token"]
    found = set()
    # What is opened first, so that no deed has taken its object away.
    for endpoint, method, path in sorted(addresses(app, known), key=lambda one: one[1]):
        if method == "GET":
            answer = browser.get(path)
        else:
            answer = browser.post(path, data={"csrf_token": token})
        if answer.status_code == 303 and "/staff/sign-in" in answer.location:
            continue
        assert answer.status_code < 500, (endpoint, method)
        if answer.status_code not in CLOSED | {400}:
            found.add(endpoint)
    return found


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_what_the_table_says_and_nothing_else(
    app, browser_like, staff_arguments, role
):
    browser = app.test_client()
    found = let_in(app, browser, staff_arguments, role)
    said = {
        endpoint
        for roles, endpoints in TABLE.items()
        if role in roles.split()
        for endpoint in endpoints.split()
    }
    assert found - said == set(), "somebody gets in who should not"
    assert said - found == set(), "somebody does not get in any more"


def test_every_address_behind_the_door_is_in_the_table(app, staff_arguments):
    """One that is new says here who opens somebody else's, or that nobody does."""
    known = {one for endpoints in TABLE.values() for one in endpoints.split()}
    known |= set(NOBODY_ELSES.split())
    found = {endpoint for endpoint, _, _ in addresses(app, staff_arguments)}
    assert found - known == set()
    assert known - found == set()


# By endpoint: the roles that open it with somebody else's object, or without any.
TABLE = {
    "admin": """
        counsellor.change_hours counsellor.end_hours counsellor.one_line
        office.add_interpreter office.add_open_hour office.add_staff office.add_vehicle
        office.back_from_return office.back_to_feedback office.back_to_files
        office.back_to_interpreters_calendar office.back_to_settings office.booking
        office.calendars office.change_interpreter office.change_staff office.close
        office.closures office.disable_staff office.end_open_hour office.feedback
        office.files office.hours office.hours_of office.interpreter office.interpreters
        office.retention office.save_retention
        office.interpreters_calendar office.keep_file office.languages
        office.new_interpreter office.new_staff office.open_hours office.reset_staff
        office.responsible office.retire_vehicle office.routes office.save_booking
        office.save_calendars office.save_languages office.save_responsible
        office.save_routes office.save_travel office.send_vehicle_away office.settings
        office.staff office.staff_member office.subscribe_interpreter
        office.take_down_file office.take_vehicle_back office.text office.texts
        office.travel office.vehicles office.visit_settings
    """,
    "coordinator": """
        coordinator.back_from_distance coordinator.back_from_edit
        coordinator.back_from_illness coordinator.back_from_proposals
        coordinator.back_to_board coordinator.back_to_place
        coordinator.back_to_progress coordinator.back_to_ways
        coordinator.bring_together coordinator.call_off coordinator.change_wish
        coordinator.choose_place coordinator.comparison coordinator.discard
        coordinator.forget_way coordinator.keep coordinator.keep_apart
        coordinator.load coordinator.place coordinator.plan coordinator.plan_without
        coordinator.progress coordinator.propose coordinator.publish coordinator.put
        coordinator.refuse_day coordinator.spell_place coordinator.visit_places
        coordinator.visits coordinator.visits_now coordinator.ways coordinator.wish
        coordinator.withdraw_wish
    """,
    "data_protection": """
        office.exports office.hand_out office.journal office.processing
        office.protection office.search_journal office.seen_by office.show_seen_by
    """,
    "head data_protection": """
        counsellor.see_emergency counsellor.tell_of_emergency
    """,
    "counsellor head data_protection": """
        counsellor.emergencies
    """,
    "counsellor": """
        coordinator.back_from_answers coordinator.back_from_marks
        counsellor.absences counsellor.add_hours counsellor.add_source
        counsellor.begin_file counsellor.break_glass counsellor.call_next counsellor.call_number
        counsellor.conflicts counsellor.contacts counsellor.contacts_of_day
        counsellor.day counsellor.enter_absence counsellor.give_away
        counsellor.hours counsellor.invite counsellor.new_client
        counsellor.new_hours counsellor.new_source counsellor.note_contact
        counsellor.outcome counsellor.sources counsellor.this_week counsellor.today
        counsellor.unrecorded counsellor.walk_in_seen counsellor.week
    """,
    "front_desk": """
        counsellor.back_to_search counsellor.call_off counsellor.called_off
        counsellor.reached
    """,
    "head": """
        counsellor.homes office.archive office.department office.name_stand_in
        office.stand_ins
    """,
    "counsellor coordinator": """
        coordinator.routes counsellor.back_to_calendar counsellor.calendar
        counsellor.subscribe
    """,
    "counsellor front_desk": """
        counsellor.back_to_clients counsellor.book counsellor.book_again
        counsellor.bookings counsellor.came counsellor.clients counsellor.found
        counsellor.look_again counsellor.search counsellor.search_clients
        counsellor.take_wish counsellor.walk_in counsellor.walk_in_again
        counsellor.walk_in_left counsellor.walk_ins counsellor.wishes
    """,
    "counsellor head": """
        counsellor.back_to_home
    """,
    "counsellor front_desk coordinator": """
        counsellor.back_from_posted counsellor.called_back counsellor.calls
        counsellor.post counsellor.posted counsellor.taken_off counsellor.waiting
    """,
    "counsellor front_desk coordinator head": """
        counsellor.call_in_sick counsellor.sick
    """,
    "counsellor front_desk coordinator head data_protection admin": """
        counsellor.notice counsellor.sick_today office.account office.add_passkey
        office.back_from_again office.back_from_browsers office.back_from_codes
        office.back_from_new_passkey office.back_from_passkeys office.back_to_account
        office.again_at_provider office.change_password office.new_passkey
        office.prove_again office.proved_again office.renew_codes
        office.sign_out_others office.start office.welcome
    """,
}
# Only whose it is opens these, or who stands in for her.
NOBODY_ELSES = """
    coordinator.answer coordinator.edit coordinator.go_near coordinator.mark
    coordinator.near coordinator.undo counsellor.again counsellor.appointment
    counsellor.ask_interpreter counsellor.book_follow_up counsellor.booked
    counsellor.call counsellor.cancel counsellor.cancellation counsellor.change_client
    counsellor.change_file counsellor.change_source counsellor.clear_home
    counsellor.client counsellor.contact counsellor.correct_contact
    counsellor.end_absence counsellor.file_appointment counsellor.follow_up
    counsellor.hand_over counsellor.handed_over counsellor.keep_both
    counsellor.link_card counsellor.make_link counsellor.mark_home counsellor.move
    counsellor.move_to counsellor.note counsellor.read_source counsellor.remove_contact
    counsellor.remove_source counsellor.revoke counsellor.revoke_link counsellor.source
    counsellor.tried counsellor.two_together counsellor.walk_in_talk
    counsellor.wish_taken office.dealt_with office.end_stand_in office.remove_passkey
    office.reopen office.revoke_interpreters office.save_text
    counsellor.end_counselling counsellor.end_hold counsellor.keeping
    counsellor.place_hold counsellor.reopen_file office.archive_answered office.archive_got
    counsellor.emergency counsellor.record_release counsellor.release_form
    counsellor.releases counsellor.revoke_release
"""
