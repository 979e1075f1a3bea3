"""Backups alone are no second factor, and go with the last method they stand in for; each is good once."""

import pytest

from mfa import errors, selectors
from mfa.models import Budget, Event, Factor
from mfa.services import enrolment
from mfa_platform.accounts.models import Account
from tests.cast import NOW, ORIGIN, PASSWORD, ApiClient, enable, error_codes, mailed_code, status_of
from tests.mfa.services.steps import enter
from tests.mfa.web.test_setup import ACTIVATE, SET, by_code, by_password, with_a_code
from tests.racing import at_once

WHO = {"origin": ORIGIN, "now": NOW}


@pytest.fixture(autouse=True)
def installed(settings, clock):
    settings.MFA_METHODS = [
        "mfa.methods.email.Email", "tests.methods.pager.Pager", "tests.methods.sheet.Sheet",
    ]  # fmt: skip
    settings.MFA_POLICY = {"customer": {"resend_after": 0, "unused_per_hour": 100, "unused_per_day": 100}}


@pytest.fixture
def words(customer, factor, proof):
    """The customer's, beside e-mail."""
    return begin(customer, proof).shown["words"]


def begin(customer, proof, **more):
    return enrolment.begin(account=customer, method="sheet", proof=proof, **WHO, **more)


def test_without_another_method_there_is_none(customer, proof):
    with pytest.raises(errors.MethodNotFound):
        begin(customer, proof)

    assert 'data-method="sheet"' not in by_password(customer).get(SET).content.decode()


def test_it_does_not_count_as_one(customer, words):
    factor = Factor.objects.get(method="sheet")
    Factor.objects.filter(method="email").update(method="gone")
    assert selectors.enabled_factors(customer) == [factor]

    Factor.objects.filter(method="gone").delete()
    enrolment.epochs.advance(customer, keep=None)

    assert not customer.mfa_enabled
    assert not Factor.objects.exists()


def test_it_goes_with_the_last_one(customer, words, proof):
    enrolment.remove(account=customer, method="email", proof=proof, **WHO)

    assert not Factor.objects.exists()
    assert not Account.objects.get(pk=customer.pk).mfa_enabled
    assert Event.objects.get(kind="method-removed").details == {"methods": ["email", "sheet"]}


def test_it_stays_while_there_is_one(customer, words, proof):
    enable(customer, "pager")

    enrolment.remove(account=customer, method="email", proof=proof, **WHO)

    assert status_of(customer, "sheet") == 2
    assert Event.objects.get(kind="method-removed").details == {}


def test_one_that_is_not_installed_any_more_still_counts(customer, words, settings):
    """Nobody is let in without a second factor by an uninstalled method; its owner gets in with what is left."""
    settings.MFA_METHODS = ["tests.methods.pager.Pager", "tests.methods.sheet.Sheet"]

    enrolment.epochs.advance(customer, keep=None)

    assert customer.mfa_enabled
    assert [factor.method for factor in selectors.enabled_factors(customer)] == ["sheet"]


def test_whose_only_method_is_not_installed_any_more_is_told_whom_to_ask(customer, factor, settings, client):
    settings.MFA_METHODS = ["tests.methods.pager.Pager"]

    response = client.post("/login", {"email": customer.email, "password": PASSWORD})

    assert response.status_code == 403
    assert "mailto:help@example.com" in response.content.decode()
    assert client.get("/customer/overview").status_code == 302


@pytest.mark.parametrize("method", [None, "email"])
def test_it_goes_with_what_an_administrator_removes(customer, words, clerk, method):
    removed = enrolment.remove_as_administrator(account=customer, actor=clerk, method=method, reason="Lost", **WHO)

    assert removed == ["email", "sheet"]
    assert not Factor.objects.exists()


def test_it_alone_can_be_removed(customer, words, clerk):
    removed = enrolment.remove_as_administrator(account=customer, actor=clerk, method="sheet", reason="Lost", **WHO)

    assert removed == ["sheet"]
    assert Account.objects.get(pk=customer.pk).mfa_enabled


def test_where_a_method_is_compulsory_it_does_not_stand_in_for_one(clerk, settings, proof):
    settings.MFA_ROLE_POLICY = {"back-office": {"compulsory": True}}
    enable(clerk)
    begin(clerk, proof)

    with pytest.raises(errors.LastMethodNeeded):
        enrolment.remove(account=clerk, method="email", proof=proof, **WHO)
    enrolment.remove(account=clerk, method="sheet", proof=proof, **WHO)


def test_who_had_to_use_one_is_not_asked_for_the_next(customer, words, proof):
    assert enter(Factor.objects.get(method="sheet"), words[0], proof) is None

    assert selectors.enabled_factors(customer)[0].method == "email"


def test_each_is_good_once_and_the_others_go_on(customer, words, proof):
    factor = Factor.objects.get(method="sheet")

    first = [enter(factor, word, proof) for word in words]
    second = [enter(factor, word, proof) for word in words]

    assert first == [None] * 10
    assert all(isinstance(refusal, errors.CodeInvalid) for refusal in second)
    factor.refresh_from_db()
    assert factor.details == {"hashes": []}


# --- In a browser and over the API


def test_a_browser_shows_it_once(customer, factor):
    browser = by_code(customer)

    shown = with_a_code(browser, ACTIVATE, "sheet")

    assert shown.status_code == 200
    assert len(shown.context["shown"]["words"]) == 10
    assert shown["Cache-Control"].count("no-store")
    assert browser.get(SET).status_code == 200, "the session goes on under the new epoch"
    assert shown.context["shown"]["words"][0] not in browser.get(SET).content.decode()


@pytest.mark.urls("tests.mfa.methods.urls")
class TestOverTheApi:
    PATH = "multi-factor-auth-sheet"

    @pytest.fixture
    def client(self, customer, factor):
        return ApiClient(customer)

    def code(self, client):
        client.mfa("trigger")
        return mailed_code()

    def test_it_begins_at_its_own_resource(self, client, customer):
        made = client.ask("post", self.PATH, code=self.code(client))

        assert made.status_code == 201
        assert made.json()["data"]["type"] == self.PATH
        words = made.json()["data"]["attributes"]["words"]
        assert len(words) == 10
        assert made["Cache-Control"] == "no-store"
        assert client.ask("post", "carts", code=words[0]).status_code != 403

    def test_it_can_be_made_anew(self, client):
        old, new = (
            client.ask("post", self.PATH, code=self.code(client)).json()["data"]["attributes"]["words"]
            for _ in range(2)
        )

        assert not set(old) & set(new)
        assert error_codes(client.ask("post", "carts", code=old[0])) == ["5901"]

    def test_it_needs_a_code(self, client, customer):
        assert error_codes(client.ask("post", self.PATH)) == ["5900"]
        assert error_codes(client.ask("post", self.PATH, code="000000")) == ["5901"]
        assert status_of(customer, "sheet") == 0

    def test_nobody_reads_it(self, client):
        assert client.ask("get", self.PATH).status_code == 405

    def test_it_is_not_begun_where_nothing_can_be_shown(self, client):
        assert error_codes(client.mfa("type-activate", "sheet")) == ["5906"]


# --- At the same moment


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("applications")
class TestRaces:
    @pytest.fixture(autouse=True, params=["once", "again"])
    def run(self):
        """A race is lost once in a while: each is run more than once."""

    def test_of_fifty_uses_of_one_one_is_right(self, customer, words, proof):
        def use(number):
            return enter(Factor.objects.select_related("user").get(method="sheet"), words[0], proof)

        results = at_once(50, use)

        assert results.count(None) == 1
        assert len(Factor.objects.get(method="sheet").details["hashes"]) == 9
        assert Event.objects.filter(kind="code", outcome="accepted").count() == 1

    def test_of_ten_different_ones_none_comes_back(self, customer, words, proof):
        """Who loses the race for the row is refused, and nothing that was used is good again."""

        def use(number):
            return enter(Factor.objects.select_related("user").get(method="sheet"), words[number], proof)

        results = at_once(10, use)
        Budget.objects.all().delete()

        used = [words[number] for number, result in enumerate(results) if result is None]
        assert used
        assert len(Factor.objects.get(method="sheet").details["hashes"]) == 10 - len(used)
        again = Factor.objects.select_related("user").get(method="sheet")
        assert all(isinstance(enter(again, word, proof), errors.CodeInvalid) for word in used)

    def test_no_backup_outlives_the_last_method(self, customer, factor, proof):
        def change(number):
            account = Account.objects.get(pk=customer.pk)
            if number % 2:
                return begin(account, proof, again=True)
            return enrolment.remove(account=account, method="email", proof=proof, **WHO)

        at_once(8, change)

        assert not Factor.objects.exists()
        assert not Account.objects.get(pk=customer.pk).mfa_enabled


def test_the_password_of_who_has_none_is_asked_before(customer):
    assert by_password(customer).post(ACTIVATE, {"type": "sheet", "password": PASSWORD})["Location"] == SET
