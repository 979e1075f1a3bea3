"""Ten codes on paper: made, shown once, each good once, told to the owner (security, recovery codes)."""

import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client

from mfa import crypto, errors, selectors
from mfa.methods import recovery_codes
from mfa.models import Budget, Event, Factor, Purpose
from mfa.services import enrolment, epochs
from mfa.web import activity
from mfa_platform.accounts.models import Account
from tests.cast import NOW, ORIGIN, PASSWORD, ApiClient, enable, error_codes, mailed_code, status_of
from tests.mfa.conftest import newest_code
from tests.mfa.methods.contract import whole_row_of
from tests.mfa.services.steps import enter, logged_in_by_password
from tests.mfa.web.test_setup import ACTIVATE, DEACTIVATE, SET, by_code, by_password, confirm, with_a_code
from tests.mfa.web.test_setup import begin as begin_page
from tests.racing import at_once

SLUG = "recovery-codes"
PATH = f"multi-factor-auth-{SLUG}"


@pytest.fixture(autouse=True)
def no_waiting(clock, settings):
    """Sending is no hurdle here."""
    settings.MFA_POLICY = {"customer": {"resend_after": 0, "unused_per_hour": 100, "unused_per_day": 100}}


@pytest.fixture
def codes(customer, factor, proof):
    """The customer's, beside e-mail."""
    return make(customer, proof)


def make(account, proof):
    begun = enrolment.begin(account=account, method=SLUG, proof=proof, again=True, origin=ORIGIN, now=NOW)
    return begun.shown["codes"]


def factor_of(account):
    return Factor.objects.select_related("user").get(user=account, method=SLUG)


# --- What they are


def test_there_are_ten_of_120_bits_each(codes):
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"([0-9A-Z]{4}-){5}[0-9A-Z]{4}", code) for code in codes)
    assert len(set(recovery_codes.LETTERS)) == 32, "5 bits for each of 24 letters"
    assert not set("ILOU") & set("".join(codes))


def test_every_letter_at_every_place_comes_from_the_systems_generator(customer, monkeypatch):
    drawn = []

    def draw(letters):
        drawn.append(letters)
        return letters[len(drawn) % 32]

    monkeypatch.setattr(recovery_codes.secrets, "choice", draw)
    made = recovery_codes.RecoveryCodes().begin(customer)["codes"]

    assert drawn == [recovery_codes.LETTERS] * 240
    assert "".join(made).replace("-", "") == "".join(recovery_codes.LETTERS[n % 32] for n in range(1, 241))


def test_only_hashes_are_kept_and_those_encrypted(customer, codes):
    factor = factor_of(customer)
    bare = [code.replace("-", "") for code in codes]

    kept = repr(factor.details)

    assert not any(code in kept or plain in kept for code, plain in zip(codes, bare, strict=True))
    assert not any(one in whole_row_of(factor) for one in factor.details["hashes"])
    assert sorted(factor.details) == ["hashes", "key"]


def test_a_match_that_ends_up_in_a_log_gives_no_hash_away(customer, codes):
    factor = factor_of(customer)

    match = recovery_codes.RecoveryCodes().verify(factor, None, codes[0], now=NOW)

    assert match.details
    assert not any(one in repr(match) for one in [factor.details["key"], *factor.details["hashes"]])


def test_the_same_code_has_another_hash_at_every_factor(customer):
    method, made = recovery_codes.RecoveryCodes(), {"codes": ["0123-4567-89AB-CDEF-GHJK-MNPQ"]}

    assert method.keep(made)["hashes"] != method.keep(made)["hashes"]


def test_whoever_came_in_before_the_first_method_was_on_makes_none(customer, proof):
    """With the password alone, in the moment in which the owner turns MFA on: what they hold counts no more."""
    stale = Account.objects.get(pk=customer.pk)
    enable(customer)
    epochs.advance(customer, keep=None)

    with pytest.raises(errors.CodeMissing):
        enrolment.begin(account=stale, method="recovery-codes", proof=proof, origin=ORIGIN, now=NOW)
    with pytest.raises(errors.CodeMissing):
        enrolment.begin(account=stale, method="totp", proof=proof, origin=ORIGIN, now=NOW)

    assert status_of(customer, "recovery-codes") == 0


def test_all_that_are_left_are_compared_in_constant_time(customer, codes, monkeypatch):
    compared = []
    same = recovery_codes.hmac.compare_digest
    monkeypatch.setattr(recovery_codes.hmac, "compare_digest", lambda *pair: compared.append(pair) or same(*pair))

    recovery_codes.RecoveryCodes().verify(factor_of(customer), None, codes[0], now=NOW)

    assert len(compared) == 10, "the first one is the right one, and the others are looked at all the same"


def test_taking_the_old_server_key_out_voids_none(customer, codes, proof, settings):
    old = settings.MFA_ENCRYPTION_KEYS[0]
    settings.MFA_ENCRYPTION_KEYS = ["n" * 40, old]
    call_command("mfa_rotate_keys", verbosity=0)
    settings.MFA_ENCRYPTION_KEYS = ["n" * 40]

    assert enter(factor_of(customer), codes[0], proof) is None


def test_without_the_servers_key_nothing_is_compared(customer, codes, settings):
    settings.MFA_ENCRYPTION_KEYS = ["n" * 40]

    with pytest.raises(crypto.DecryptionFailed):
        recovery_codes.RecoveryCodes().verify(factor_of(customer), None, codes[0], now=NOW)


# --- How they are typed


@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " "),
        lambda code: code.replace("-", " - "),
        lambda code: f"  {code} ",
        lambda code: code.replace("0", "O").replace("1", "I"),
        lambda code: code.replace("0", "o").replace("1", "l"),
    ],
)
def test_case_groups_and_what_is_misread_do_not_matter(customer, codes, proof, typed):
    assert enter(factor_of(customer), typed(codes[3]), proof) is None


@pytest.mark.parametrize("odd", ["\u0131", "\u017f", "\u212a", "\uff11"])
def test_no_other_alphabet_stands_for_a_letter(customer, codes, proof, odd):
    """The capital of a dotless i is an I, of a long s an S; the Kelvin sign becomes a k."""
    assert recovery_codes.clean(odd + codes[0].replace("-", "")[1:]) == ""


# --- Each is good once, wherever a code is asked for


def test_each_works_once(customer, codes, proof):
    factor = factor_of(customer)

    assert [enter(factor, code, proof) for code in codes] == [None] * 10
    assert all(isinstance(enter(factor, code, proof), errors.CodeInvalid) for code in codes)


def test_a_wrong_one_is_one_attempt(customer, codes, proof):
    assert isinstance(enter(factor_of(customer), codes[0][::-1], proof), errors.CodeInvalid)

    assert {budget.method: budget.failures for budget in Budget.objects.all()} == {"email": 1, SLUG: 1}


@pytest.mark.parametrize("purpose", [Purpose.SIGN_IN, Purpose.STEP_UP, Purpose.CHANGE])
def test_it_works_for_every_purpose(customer, codes, proof, purpose):
    assert enter(factor_of(customer), codes[0], proof, purpose=purpose) is None


def test_it_lets_in_at_login_whatever_was_asked_for(customer, codes):
    browser = logged_in_by_password(customer)

    browser.post("/login/code", {"code": codes[0].lower()})

    assert browser.get(SET).status_code == 200
    again = logged_in_by_password(customer).post("/login/code", {"code": codes[0]})
    assert again.status_code == 422


def test_it_turns_the_lost_method_off(customer, codes):
    enable(customer, "gone")
    browser = by_code(customer)
    asked = browser.post(DEACTIVATE, {"type": "email"})

    browser.post(DEACTIVATE, {"parked": asked.context["step"].parked, "code": codes[1]})

    assert status_of(customer) == selectors.DISABLED


def test_its_step_asks_for_letters(customer, codes):
    browser = logged_in_by_password(customer)

    page = browser.post("/login/code", {"type": SLUG}, follow=True).content.decode()

    assert "Enter one of your recovery codes." in page
    assert 'inputmode="numeric"' not in page
    assert "maxlength" not in page


# --- Making them


def test_new_ones_void_the_old_ones(customer, codes, proof):
    new = make(customer, proof)

    assert isinstance(enter(factor_of(customer), codes[0], proof), errors.CodeInvalid)
    assert enter(factor_of(customer), new[0], proof) is None


def test_they_go_with_the_last_real_method(customer, codes, proof):
    enrolment.remove(account=customer, method="email", proof=proof, origin=ORIGIN, now=NOW)

    assert not Factor.objects.exists()
    assert not customer.mfa_enabled


def test_alone_they_are_no_second_factor(customer, proof):
    with pytest.raises(errors.MethodNotFound):
        make(customer, proof)


def test_the_page_offers_them_right_after_the_first_method(customer):
    browser = by_password(customer)
    assert "mfa-spare" not in browser.get(SET).content.decode()
    begin_page(browser)

    page = browser.get(confirm(browser)["Location"]).content.decode()

    assert 'data-qa="mfa-spare"' in page
    assert 'data-method="recovery-codes" data-status="0"' in page


def test_the_page_shows_them_once_and_says_so_to_who_goes_back(customer, factor):
    browser = by_code(customer)

    shown = with_a_code(browser, ACTIVATE, SLUG)

    codes = shown.context["shown"]["codes"]
    page = shown.content.decode()
    assert all(code in page for code in codes)
    assert "no-store" in shown["Cache-Control"]
    assert f'data-instead="{ACTIVATE}?type={SLUG}"' in page
    back = browser.get(f"{ACTIVATE}?type={SLUG}", follow=True).content.decode()
    assert "cannot be shown again" in back
    assert not any(code in back for code in codes)


def test_a_link_that_was_made_up_says_nothing(customer, factor):
    browser = by_code(customer)

    for wanted in ("", "email", SLUG, "x" * 5000, "\x00"):
        assert "already shown" not in browser.get(ACTIVATE, {"type": wanted}, follow=True).content.decode()


@pytest.mark.parametrize(("used", "warned"), [(6, False), (7, True), (10, True)])
def test_the_page_counts_them_and_warns_at_three(customer, codes, proof, used, warned):
    for code in codes[:used]:
        enter(factor_of(customer), code, proof)

    page = by_code(customer).get(SET).content.decode()

    assert ("None is left." if used == 10 else f"{10 - used} are left.") in page
    assert ("Make new ones before you need them." in page) is warned
    assert "mfa-spare" not in page


def test_new_ones_need_a_code_for_that_and_grace_is_not_enough(customer, codes):
    browser = by_code(customer)

    assert "step" in browser.post(ACTIVATE, {"type": SLUG}).context
    assert factor_of(customer).method == SLUG
    new = with_a_code(browser, ACTIVATE, SLUG).context["shown"]["codes"]
    assert not set(new) & set(codes)


def test_whoever_makes_new_ones_is_told_before_that_those_they_have_stop_working(customer, codes, mailoutbox):
    page = by_code(customer).post(ACTIVATE, {"type": SLUG}).content.decode()

    assert "to make new recovery codes." in page
    assert "The recovery codes that you have now will no longer work then." in page
    assert "Use this code to make new recovery codes." in mailoutbox[-1].body


def test_whoever_makes_the_first_ones_is_told_nothing_of_the_kind(customer, factor):
    page = by_code(customer).post(ACTIVATE, {"type": SLUG}).content.decode()

    assert "to add another method." in page
    assert "no longer work then" not in page


def test_making_them_ends_the_other_sessions(customer, factor):
    other, browser = by_code(customer), by_code(customer)

    with_a_code(browser, ACTIVATE, SLUG)

    assert browser.get(SET).status_code == 200
    assert other.get(SET).status_code == 302


# --- The owner is told


def test_using_one_is_told_with_how_many_are_left(
    customer, codes, proof, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        enter(factor_of(customer), codes[0], proof)

    assert mail.outbox[-1].subject == "A recovery code was used"
    assert "9 are left." in mail.outbox[-1].body
    assert not any(code in mail.outbox[-1].body for code in codes)
    assert Event.objects.get(kind="recovery-code-used").details == {"left": 9}


def test_a_wrong_one_is_not(customer, codes, proof):
    enter(factor_of(customer), codes[0][::-1], proof)

    assert not Event.objects.filter(kind="recovery-code-used").exists()


def test_making_them_is_told(customer, factor, proof, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        codes = make(customer, proof)

    assert mail.outbox[-1].subject == "Recovery codes were made"
    assert "Older ones" not in mail.outbox[-1].body
    assert (
        activity.sentence(Event.objects.get(kind="recovery-codes-made")) == "Recovery codes were made, the first ones."
    )
    assert not any(code in mail.outbox[-1].body for code in codes)
    assert not Event.objects.filter(kind="method-added").exists()


def test_of_new_ones_it_is_told_that_the_old_ones_are_void(
    customer, codes, proof, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        make(customer, proof)

    assert mail.outbox[-1].subject == "New recovery codes were made"
    assert "Older ones work no more" in mail.outbox[-1].body
    assert "The old ones work no more." in activity.sentence(
        Event.objects.filter(kind="recovery-codes-made").latest("pk")
    )


@pytest.mark.parametrize(("used", "advised"), [(6, False), (7, True), (10, True)])
def test_the_mail_advises_to_make_new_ones_when_few_are_left(
    customer, codes, proof, mailoutbox, django_capture_on_commit_callbacks, used, advised
):
    with django_capture_on_commit_callbacks(execute=True):
        for code in codes[:used]:
            enter(factor_of(customer), code, proof)

    last = mail.outbox[-1]
    assert ("Make new ones before you need them." in last.body) is advised
    assert ("Make new ones before you need them." in last.alternatives[0].content) is advised


def test_no_code_stands_in_the_trail_or_the_log(customer, factor, caplog):
    caplog.set_level("DEBUG")
    browser = by_code(customer)
    codes = with_a_code(browser, ACTIVATE, SLUG).context["shown"]["codes"]
    Client().post("/login", {"email": customer.email, "password": PASSWORD})
    logged_in_by_password(customer).post("/login/code", {"code": codes[0]})

    said = caplog.text + repr(list(Event.objects.values()))
    assert not any(code in said or code.replace("-", "") in said for code in codes)


# --- The three APIs


@pytest.mark.parametrize("name", ["glue", "glue-storefront"])
class TestOverTheApi:
    @pytest.fixture
    def client(self, customer, factor, name):
        return ApiClient(customer, api=name)

    def made(self, client):
        client.mfa("trigger")
        return client.ask("post", PATH, code=mailed_code())

    def test_they_are_made_with_a_fresh_code_and_shown_once(self, client):
        answer = self.made(client)

        assert answer.status_code == 201
        assert answer["Cache-Control"] == "no-store"
        assert len(answer.json()["data"]["attributes"]["codes"]) == 10
        assert client.ask("get", PATH).json()["data"]["attributes"] == {"left": 10}

    def test_grace_does_not_make_them(self, client, customer):
        self.made(client)
        client.mfa("trigger")
        assert client.ask("post", PATH, code=mailed_code()).status_code == 201

        assert error_codes(client.ask("post", PATH)) == ["5900"]

    def test_one_of_them_is_a_code_in_the_header_once(self, client):
        code = self.made(client).json()["data"]["attributes"]["codes"][0]

        assert client.mfa("type-deactivate", "email", code=code.lower()).status_code in {200, 204}
        assert error_codes(client.mfa("type-deactivate", "email", code=code)) == ["5906"]

    def test_what_is_left_is_counted(self, client, customer):
        codes = self.made(client).json()["data"]["attributes"]["codes"]
        assert client.ask("post", PATH, code=codes[0]).status_code == 201
        assert enter(factor_of(customer), codes[1], client.proof) is not None

        assert client.ask("get", PATH).json()["data"]["attributes"] == {"left": 10}

    def test_without_any_there_is_nothing_to_count(self, client):
        assert client.ask("get", PATH).status_code == 404


def test_the_backend_api_has_them_too(clerk):
    enable(clerk)
    client = ApiClient(clerk, api="glue-backend")
    client.mfa("trigger")

    assert client.ask("post", PATH, code=mailed_code()).status_code == 201
    assert client.ask("get", PATH).json()["data"]["attributes"] == {"left": 10}


# --- At the same moment


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("applications")
class TestRaces:
    def test_of_fifty_uses_of_one_one_is_right(self, customer, codes, proof):
        results = at_once(50, lambda number: enter(factor_of(customer), codes[0], proof))

        assert results.count(None) == 1
        assert recovery_codes.RecoveryCodes().left(factor_of(customer)) == 9
        assert Event.objects.filter(kind="recovery-code-used").count() == 1

    def test_of_two_different_ones_none_is_lost_and_none_comes_back(self, customer, codes, proof):
        """Who loses the race is refused, and what they hold is as good as before."""
        for first, second in zip(codes[::2], codes[1::2], strict=True):
            pair = (first, second)
            results = at_once(2, lambda number, pair=pair: enter(factor_of(customer), pair[number], proof))
            Budget.objects.all().delete()

            again = [enter(factor_of(customer), code, proof) for code in pair]
            Budget.objects.all().delete()
            assert [before is None for before in results] != [False, False]
            assert all((before is None) != (after is None) for before, after in zip(results, again, strict=True))

    def test_of_two_who_make_new_ones_one_holds_what_works(self, customer, codes, proof):
        results = at_once(4, lambda number: make(type(customer).objects.get(pk=customer.pk), proof))

        made = [result for result in results if isinstance(result, list)]
        working = [new for new in made if enter(factor_of(customer), new[0], proof) is None]
        assert len(working) == 1
        assert Factor.objects.filter(method=SLUG).count() == 1


def test_the_newest_sent_code_is_still_a_code(customer, codes):
    """Beside recovery codes, what was sent works as ever."""
    browser = logged_in_by_password(customer)
    browser.post("/login/code", {"code": newest_code()})

    assert browser.get(SET).status_code == 200
