"""Several factors of one method: named, renamed, removed one by one, and one budget for all of them."""

import pytest
from django.core import mail

from mfa import errors, methods, selectors
from mfa.models import Budget, Challenge, Event, Factor
from mfa.services import enrolment, naming
from mfa.web import code_step
from tests.cast import NOW, ORIGIN, ApiClient, enable, error_codes, status_of
from tests.methods.badge import signed
from tests.methods.phone import Phone
from tests.mfa.conftest import newest_code
from tests.mfa.services.steps import enter, send
from tests.mfa.web.test_setup import ACTIVATE, DEACTIVATE, SET, VERIFY, by_code, with_a_code

RENAME = "/multi-factor-auth/rename"


@pytest.fixture(autouse=True)
def installed(settings, clock):
    settings.MFA_METHODS = ["mfa.methods.email.Email", "tests.methods.badge.Badge", "tests.methods.phone.Phone"]
    settings.MFA_POLICY = {"customer": {"resend_after": 0, "unused_per_hour": 100, "unused_per_day": 100}}
    Phone.rung.clear()


def badge(customer, name, **more):
    """One more badge, without the ceremony."""
    made = Factor(user=customer, method="badge", name=name, confirmed=True, confirmed_at=NOW, created_at=NOW, **more)
    made.details = methods.get("badge").begin(customer)
    made.save()
    return made


@pytest.fixture
def badges(customer, factor):
    """Two of them, beside e-mail, which was used last."""
    Factor.objects.filter(pk=factor.pk).update(last_used_at=NOW)
    return badge(customer, "Red"), badge(customer, "Blue")


def answer_of(factor):
    return signed(factor.details["key"], Challenge.objects.latest("pk"))


# --- One question, one budget


@pytest.mark.parametrize("which", [0, 1])
def test_any_of_them_may_answer_the_one_question(badges, proof, which):
    send(badges[0], proof)

    assert enter(badges[which], answer_of(badges[which]), proof) is None

    used = Factor.objects.filter(method="badge", last_used_at__isnull=False)
    assert [factor.name for factor in used] == [badges[which].name]
    badges[which].refresh_from_db()
    assert badges[which].details["uses"] == 1


def test_a_wrong_answer_is_charged_once_however_many_there_are(customer, badges, proof):
    for name in "abcdefgh":
        badge(customer, name)
    challenge = send(badges[0], proof)

    refusal = enter(badges[0], "wrong", proof)

    challenge.refresh_from_db()
    assert refusal.attempts_left == challenge.attempts_left == 2
    assert dict(Budget.objects.values_list("method", "failures")) == {"badge": 1, "email": 1}
    assert Event.objects.filter(kind="code").count() == 1


def test_an_answer_that_two_give_at_once_counts_for_one_of_them(badges, proof):
    send(badges[0], proof)
    right = answer_of(badges[0])

    assert enter(badges[0], right, proof) is None
    assert isinstance(enter(badges[0], right, proof), errors.CodeInvalid)


# --- The ways to be asked


def test_one_question_is_one_way_and_several_numbers_are_several(customer, badges, proof):
    for name, number in (("Work", "+4930901820"), ("Home", "+4930901821")):
        phone = Factor(user=customer, method="phone", name=name, confirmed=True, created_at=NOW)
        phone.details = {"number": number}
        phone.save()
    home = Factor.objects.get(name="Home")
    step = code_step.CodeStep(
        account=customer, proof=proof, origin=ORIGIN, purpose="step-up", action="sign-in",
        factor=code_step.pick(customer, "email"), now=NOW, cancel_url="",
    )  # fmt: skip

    labels = [way["label"] for way in step.methods]

    assert sorted(labels) == ["Badge", "Phone: Home", "Phone: Work"]
    assert code_step.pick(customer, f"phone:{home.pk}") == home
    assert code_step.pick(customer, "badge").method == "badge"


def test_the_one_used_last_comes_first(customer, badges, clock):
    clock.advance(1)
    Factor.objects.filter(pk=badges[0].pk).update(last_used_at=clock.now)

    assert selectors.enabled_factors(customer)[0] == badges[0]
    assert selectors.method_states(customer)[1].factors[0] == badges[0]


# --- Removing: what goes is named where it is confirmed


def reason_of(browser, **typed):
    return browser.post(DEACTIVATE, typed).context["step"].action_label


def test_whoever_turns_a_method_off_reads_which_and_how_many_of_it(customer, badges):
    browser = by_code(customer)

    assert reason_of(browser, type="badge") == "to turn off “Badge”, all 2 of them"
    assert reason_of(browser, type="email") == "to turn off “E-mail”"
    assert reason_of(browser, factor=badges[1].pk) == "to turn off “Blue”"


def test_it_is_still_named_after_a_wrong_code(customer, badges):
    browser = by_code(customer)
    parked = browser.post(DEACTIVATE, {"type": "badge"}).context["step"].parked

    again = browser.post(DEACTIVATE, {"parked": parked, "code": "wrong"})

    assert "to turn off “Badge”, all 2 of them." in again.content.decode()


@pytest.mark.parametrize("typed", [{}, {"type": "phone"}, {"type": "<b>"}, {"factor": "7"}, {"factor": "\0"}])
def test_what_is_not_on_is_not_named(customer, badges, typed):
    assert reason_of(by_code(customer), **typed) == "to turn a method off"


# --- Names


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  My   badge ", "My badge"),
        ("Ко\u200dшка", "Ко\u200dшка"),
        ("e\u0301", "é"),
        ("👩‍💻", "👩‍💻"),
        ("x" * 40, "x" * 40),
    ],
)
def test_a_name_is_kept_in_one_spelling(typed, kept):
    assert naming.clean(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "  ", "x" * 41, "x" * 1_000_000, "a\x00b", "a\u202eb", "\ud800", "a\x1bb", *"\u200d\u3164\u2800"]
)
def test_what_is_no_name_is_refused(typed):
    with pytest.raises(naming.NameRefused):
        naming.clean(typed)


def test_the_first_free_name_is_given_where_none_is_wished(customer):
    names = []
    for _ in range(3):
        names.append(naming.choose(customer, methods.get("badge"), " "))
        badge(customer, names[-1])

    assert names == ["Badge", "Badge 2", "Badge 3"]


def test_two_names_that_differ_only_in_capitals_are_one(customer, badges):
    with pytest.raises(naming.NameRefused):
        naming.choose(customer, methods.get("badge"), "rED")
    with pytest.raises(naming.NameRefused):
        naming.rename(account=customer, factor_id=badges[1].pk, name="RED")
    assert naming.rename(account=customer, factor_id=badges[0].pk, name="RED") == "RED"


@pytest.mark.parametrize("alike", ["Red\u200d", "R\u034fed", "\u2800Red", "Red\u3164"])
def test_two_names_that_differ_only_in_what_nobody_sees_are_one(customer, badges, alike):
    with pytest.raises(naming.NameRefused):
        naming.choose(customer, methods.get("badge"), alike)


def test_nobody_renames_what_is_not_theirs(stranger, badges):
    with pytest.raises(errors.MethodNotFound):
        naming.rename(account=stranger, factor_id=badges[0].pk, name="Mine")


def test_what_there_is_only_one_of_has_no_name(customer, factor):
    with pytest.raises(errors.MethodNotFound):
        naming.rename(account=customer, factor_id=factor.pk, name="Mine")


# --- On the page


def test_another_one_is_added_and_named_in_the_browser(customer, badges):
    browser = by_code(customer)
    assert with_a_code(browser, ACTIVATE, "badge")["Location"] == f"{VERIFY}?type=badge"
    pending = Factor.objects.get(confirmed=False)

    taken = browser.post(VERIFY, {"method": "badge", "code": answer_of(pending), "name": "Red"})
    assert taken.status_code == 422
    assert "gave this name" in taken.content.decode()
    browser.post(VERIFY, {"method": "badge", "code": answer_of(pending), "name": "Green"})

    assert sorted(selectors_names(customer)) == ["Blue", "Green", "Red"]


def selectors_names(customer):
    return Factor.objects.filter(user=customer, method="badge", confirmed=True).values_list("name", flat=True)


def test_a_typed_name_survives_a_wrong_code(customer, badges):
    browser = by_code(customer)
    with_a_code(browser, ACTIVATE, "badge")

    again = browser.post(VERIFY, {"method": "badge", "code": "wrong", "name": "Green"})

    assert 'value="Green"' in again.content.decode()


def test_the_page_lists_them_with_what_can_be_done(customer, badges):
    page = by_code(customer).get(SET).content.decode()

    assert page.count('data-qa="mfa-factor"') == 2
    assert page.count('name="renameForm"') == page.count('name="removeForm"') == 2
    assert "Add another" in page


def test_a_name_cannot_bring_markup_into_the_page(customer, badges):
    naming.rename(account=customer, factor_id=badges[0].pk, name="<script>alert(1)</script>")

    assert "<script>alert" not in by_code(customer).get(SET).content.decode()


def test_one_is_renamed_in_grace(customer, badges):
    browser = by_code(customer)

    browser.post(RENAME, {"factor": badges[0].pk, "name": "Scarlet"})

    assert "Scarlet" in selectors_names(customer)


@pytest.mark.parametrize("which", ["", "0", "x", "9" * 100, "\x00"])
def test_renaming_nothing_changes_nothing(customer, badges, which):
    response = by_code(customer).post(RENAME, {"factor": which, "name": "Scarlet"})

    assert response["Location"] == SET
    assert sorted(selectors_names(customer)) == ["Blue", "Red"]


def test_out_of_grace_renaming_asks_for_a_code(customer, badges, clock):
    browser = by_code(customer)
    clock.advance(1800)

    response = browser.post(RENAME, {"factor": badges[0].pk, "name": "Scarlet"})

    assert b'data-qa="mfa-code-step"' in response.content
    assert sorted(selectors_names(customer)) == ["Blue", "Red"]


def remove_one(browser, factor):
    asked = browser.post(DEACTIVATE, {"factor": factor.pk})
    assert b'data-qa="mfa-code-step"' in asked.content, "grace is not enough"
    return browser.post(DEACTIVATE, {"parked": asked.context["step"].parked, "code": newest_code()})


def test_one_is_removed_behind_a_code_and_the_other_goes_on(customer, badges):
    browser = by_code(customer)

    remove_one(browser, badges[0])

    assert list(selectors_names(customer)) == ["Blue"]
    assert status_of(customer, "badge") == 2
    event = Event.objects.get(kind="method-removed", method="badge")
    assert event.details == {"name": "Red"}
    assert mail.outbox[-1].subject == "A second step was turned off: Badge (Red)"
    assert "“Badge (Red)” was turned off." in browser.get("/security").content.decode()


def test_nobody_removes_what_is_not_theirs(customer, stranger, badges):
    enable(stranger)

    remove_one(by_code(stranger), badges[0])

    assert len(selectors_names(customer)) == 2


# --- By type, as the contract has it


def test_by_type_all_of_them_are_turned_off_with_one_that_was_only_begun(customer, badges, proof):
    enrolment.begin(account=customer, method="badge", proof=proof, origin=ORIGIN, now=NOW, again=True)

    enrolment.remove(account=customer, method="badge", proof=proof, origin=ORIGIN, now=NOW)

    assert status_of(customer, "badge") == 0


def test_over_the_api_a_second_one_is_one_too_many(customer, badges):
    assert error_codes(ApiClient(customer).mfa("type-activate", "badge")) == ["5904"]


def test_one_that_is_begun_in_the_browser_is_not_confirmed_over_the_api(customer, badges, proof):
    enrolment.begin(account=customer, method="badge", proof=proof, origin=ORIGIN, now=NOW, again=True)
    pending = Factor.objects.get(confirmed=False)

    response = ApiClient(customer).mfa("type-verify", "badge", code=answer_of(pending))

    assert error_codes(response) == ["5904"]


@pytest.mark.parametrize("name", ["x" * 41, 7, ["a"], "\x00"])
def test_a_name_that_is_none_is_422_and_spends_nothing(customer, name):
    client = ApiClient(customer)
    client.mfa("type-activate", "badge")
    code = answer_of(Factor.objects.get())

    refused = client.ask("post", "multi-factor-auth-type-verify", code=code, attributes={"type": "badge", "name": name})

    assert (refused.status_code, error_codes(refused)) == (422, ["901"])
    good = client.ask("post", "multi-factor-auth-type-verify", code=code, attributes={"type": "badge", "name": "Red"})
    assert good.status_code == 204
    assert list(selectors_names(customer)) == ["Red"]


def test_there_is_an_end_to_how_many_one_may_have(customer, proof, factor):
    """Every answer is tried against each: whoever had two thousand kept a process busy for a second with each code."""
    for number in range(enrolment.MOST - 1):
        badge(customer, f"{number}")
    enrolment.require_beginnable(account=customer, method="badge", again=True)
    badge(customer, "the last")

    with pytest.raises(errors.EnoughOfThem) as refused:
        enrolment.begin(account=customer, method="badge", proof=proof, origin=ORIGIN, now=NOW, again=True)
    assert "You have as many of these as you can have." in code_step.sentence(refused.value)
