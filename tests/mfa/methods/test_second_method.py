"""A second method, added by its line in the settings alone, is everywhere: on the pages, in the APIs, in their OpenAPI
documents and in the admin (design, idea 4). No other edit is made for it, here or in the product.
"""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.core.management import call_command
from django.test import Client

from customers.models import Customer
from mfa import methods
from mfa.models import Challenge, Event, Factor
from tests.admin.conftest import LIST, REMOVE, begun, factors_of, make_customer, make_user, sign_in
from tests.backoffice import conftest as backoffice
from tests.cast import NOW, PASSWORD, ApiClient, enable, error_codes, mailed_code, status_of

SET = "/multi-factor-auth/set"
ACTIVATE = "/multi-factor-auth/activate"
DEACTIVATE = "/multi-factor-auth/deactivate"
APIS = ["glue", "glue-storefront"]
RESOURCES = ["trigger", "type-activate", "type-verify", "type-deactivate"]


@pytest.fixture(autouse=True)
def second_method(pager, clock):
    """The line in the settings, and a clock to wait with."""


@pytest.fixture
def shopper(db):
    return make_customer(mfa=False)


@pytest.fixture
def both(shopper):
    """The account of a customer who has turned both methods on, and used e-mail last."""
    enable(shopper.account, "pager")
    enable(shopper.account)
    use("email", at=NOW)
    return shopper.account


@pytest.fixture
def browser(shopper):
    """The shopper's, signed in with the password alone."""
    browser = Client()
    browser.post("/login", {"email": shopper.account.email, "password": PASSWORD})
    return browser


@pytest.fixture
def half_in(both):
    """A browser that gave the right password of an account with both methods."""
    browser = Client()
    assert browser.post("/login", {"email": both.email, "password": PASSWORD})["Location"] == "/login/code"
    return browser


def use(slug, *, at):
    Factor.objects.filter(method=slug).update(last_used_at=at)


def paged_code(pager):
    return pager[-1][1]


def answered(browser, page, response, code, **more):
    """Give a code at the step that `response` shows, with what the step carries along."""
    return browser.post(page, {**kept(response), "code": code, **more})


def kept(response):
    return {field.name: field.value() or "" for field in response.context["step"].form.hidden_fields()}


def row(page, slug="pager"):
    """The row of a method on a set-up page."""
    for part in page.content.decode().split('data-qa="mfa-type-section"')[1:]:
        if f'data-method="{slug}"' in part:
            return part
    raise AssertionError(f"no row for {slug}")


def wrong_for(*codes):
    return next(code for code in ("000000", "000001", "000002") if code not in codes)


def test_its_line_makes_no_check_complain():
    call_command("check", fail_level="WARNING")


class TestOnThePages:
    def test_the_set_up_page_offers_it(self, browser):
        offered = row(browser.get(SET))

        assert 'data-status="0"' in offered
        assert "We page you a code each time." in offered
        assert 'name="activateForm"' in offered

    @pytest.mark.parametrize("door", backoffice.DOORS)
    def test_so_does_that_of_every_other_portal(self, door, db):
        merchant = backoffice.Merchant.objects.create(reference="MER000001", name="Kleinert Keramik")
        user = backoffice.make_user(
            "una@example.com", is_staff=True, is_agent=True, merchant=merchant, is_merchant_agent=True
        )

        page = backoffice.sign_in(user, door).get(backoffice.url(door, "multi-factor-auth/set"))

        assert 'data-status="0"' in row(page)

    def test_it_is_set_up_as_the_first_one_with_the_password_and_its_code(self, browser, shopper, pager):
        asked = browser.post(ACTIVATE, {"type": "pager", "password": PASSWORD}, follow=True)
        assert "pager •••7" in asked.content.decode()
        assert 'data-status="1"' in row(browser.get(SET))

        response = answered(browser, asked.redirect_chain[-1][0], asked, paged_code(pager))

        assert response["Location"] == SET
        assert 'data-status="2"' in row(browser.get(SET))
        shopper.account.refresh_from_db()
        assert shopper.account.mfa_enabled
        assert mail.outbox[-1].to == [shopper.account.email], "the owner is told"
        assert "Pager" in mail.outbox[-1].body

    def test_it_is_added_to_another_one_with_a_code_of_that_one(self, browser, shopper, pager):
        enable(shopper.account)
        asked = browser.post(ACTIVATE, {"type": "pager"})
        assert 'data-qa="mfa-code-step"' in asked.content.decode()
        assert pager == []

        first = answered(browser, ACTIVATE, asked, mailed_code())
        response = answered(browser, first["Location"], browser.get(first["Location"]), paged_code(pager))

        assert response["Location"] == SET
        assert factors_of(shopper) == {"email", "pager"}

    def test_a_login_offers_the_choice_and_is_finished_with_it(self, half_in, both, pager, clock):
        page = half_in.get("/login/code")
        choice = page.content.decode().split('data-qa="mfa-method-choice"')[1]
        assert 'value="pager"' in choice
        assert "pager •••7" in choice
        assert pager == []
        clock.advance(61)

        other = half_in.post("/login/code", {**kept(page), "type": "pager"})
        assert "pager •••7" in other.content.decode()
        assert SESSION_KEY not in half_in.session
        response = answered(half_in, "/login/code", other, paged_code(pager))

        assert response["Location"] == "/customer/overview"
        assert half_in.get(SET).status_code == 200
        assert Factor.objects.get(method="pager").last_used_at == clock.now

    def test_from_there_the_way_back_is_the_choice_too(self, half_in, clock):
        clock.advance(61)
        page = half_in.post("/login/code", {**kept(half_in.get("/login/code")), "type": "pager"})

        assert 'value="email"' in page.content.decode().split('data-qa="mfa-method-choice"')[1]

    def test_the_code_that_went_the_first_way_still_opens(self, half_in, pager, clock):
        clock.advance(61)
        other = half_in.post("/login/code", {**kept(half_in.get("/login/code")), "type": "pager"})

        assert answered(half_in, "/login/code", other, mailed_code())["Location"] == "/customer/overview"

    def test_who_used_it_last_is_asked_by_it_first(self, both, pager):
        use("pager", at=NOW + timedelta(seconds=1))
        browser = Client()

        browser.post("/login", {"email": both.email, "password": PASSWORD})

        assert pager[-1][0] == both.email
        assert mail.outbox == []

    def test_a_protected_form_takes_its_code_and_goes_on_with_what_was_typed(self, browser, both, pager, clock):
        typed = {"password": PASSWORD, "new_password": f"{PASSWORD}!", "confirm_password": f"{PASSWORD}!"}
        asked = browser.post("/customer/password", typed)
        clock.advance(61)
        other = browser.post("/customer/password", {**kept(asked), "type": "pager"})

        response = answered(browser, "/customer/password", other, paged_code(pager))

        assert response.status_code == 302
        both.refresh_from_db()
        assert both.check_password(f"{PASSWORD}!")

    def test_it_is_turned_off_with_a_code_for_this_very_action(self, browser, both, shopper, pager):
        use("pager", at=NOW + timedelta(seconds=1))
        asked = browser.post(DEACTIVATE, {"type": "pager"})
        assert factors_of(shopper) == {"email", "pager"}

        response = answered(browser, DEACTIVATE, asked, paged_code(pager))

        assert response["Location"] == SET
        assert factors_of(shopper) == {"email"}
        assert 'data-status="0"' in row(browser.get(SET))


@pytest.mark.parametrize("name", APIS)
class TestInTheApis:
    @pytest.fixture
    def api(self, shopper, name):
        return ApiClient(shopper.account, api=name)

    def test_the_types_list_it(self, api):
        listed = api.ask("get", "multi-factor-auth-types").json()["data"]

        assert [entry["attributes"] for entry in listed] == [
            {"type": "email", "status": 0},
            {"type": "pager", "status": 0},
        ]

    def test_it_is_activated_verified_triggered_and_deactivated(self, api, shopper, pager):
        assert api.mfa("type-activate", "pager").status_code == 204
        assert status_of(shopper.account, "pager") == 1
        assert api.mfa("type-verify", "pager", code=paged_code(pager)).status_code == 204
        assert status_of(shopper.account, "pager") == 2

        assert api.mfa("trigger", "pager").status_code == 204
        assert api.mfa("type-deactivate", "pager", code=paged_code(pager)).status_code == 204
        assert status_of(shopper.account, "pager") == 0
        assert len(pager) == 2

    def test_a_request_with_its_code_passes(self, api, both, pager):
        assert error_codes(api.ask("post", "carts")) == ["5900"]
        api.mfa("trigger", "pager")

        assert api.ask("post", "carts", code=paged_code(pager)).status_code == 201

    @pytest.mark.parametrize("answering", ["email", "pager"])
    def test_a_code_is_tried_against_both(self, api, both, pager, clock, answering):
        codes = self.both_codes(api, pager, clock)

        assert api.ask("post", "carts", code=codes[answering]).status_code == 201
        assert Factor.objects.get(last_used_at=clock.now).method == answering
        assert Challenge.objects.get(spent_at=None).method != answering
        assert set(Challenge.objects.values_list("attempts_left", flat=True)) == {2, 3}, "the other one cost nothing"

    def test_a_wrong_code_costs_one_attempt_and_not_one_for_each(self, api, both, pager, clock):
        codes = self.both_codes(api, pager, clock)

        assert error_codes(api.ask("post", "carts", code=wrong_for(*codes.values()))) == ["5901"]

        assert set(Challenge.objects.values_list("attempts_left", flat=True)) == {2}
        assert Event.objects.filter(kind="code", outcome="refused").count() == 1

    def both_codes(self, api, pager, clock):
        api.mfa("trigger", "email")
        clock.advance(61)
        api.mfa("trigger", "pager")
        return {"email": mailed_code(), "pager": paged_code(pager)}


@pytest.mark.parametrize("name", APIS)
class TestInTheOpenApiDocument:
    @pytest.fixture
    def document(self, name):
        return Client().get(f"/{name}/schema", headers={"accept": "application/json"}).json()

    @pytest.mark.parametrize("resource", RESOURCES)
    def test_a_client_may_ask_for_it(self, document, name, resource):
        operation = document["paths"][f"/{name}/multi-factor-auth-{resource}"]["post"]

        for content in operation["requestBody"]["content"].values():
            assert type_enum(document, content["schema"]) == list(methods.installed())

    def test_the_types_may_answer_with_it(self, document, name):
        operation = document["paths"][f"/{name}/multi-factor-auth-types"]["get"]

        for content in operation["responses"]["200"]["content"].values():
            assert type_enum(document, content["schema"]) == list(methods.installed())

    def test_without_the_line_it_is_not_there(self, settings, name):
        settings.MFA_METHODS = ["mfa.methods.email.Email"]

        assert "pager" not in Client().get(f"/{name}/schema").content.decode()


def type_enum(document, schema):
    """The values of `data.attributes.type` (`data` may be a list) of a document."""
    for name in ("data", "attributes", "type"):
        schema = resolved(document, schema)
        schema = resolved(document, schema.get("items", schema))["properties"][name]
    return resolved(document, schema)["enum"]


def resolved(document, schema):
    """`schema` itself, where it only refers to one of the components."""
    for part in schema.get("allOf", []):
        schema = part
    return document["components"]["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


class TestInTheAdmin:
    @pytest.fixture
    def office(self, db):
        return sign_in(make_user("admin@example.com", is_superuser=True))

    def test_the_page_of_a_customer_shows_it(self, office, both, shopper):
        shown = row(office.get(f"{LIST}{shopper.pk}/change/"))

        assert 'data-status="2"' in shown
        assert "Pager" in shown

    def test_it_shows_one_that_was_only_begun_too(self, office, shopper):
        begun(shopper, "pager")

        assert 'data-status="1"' in row(office.get(f"{LIST}{shopper.pk}/change/"))

    def test_the_list_can_be_filtered_by_it(self, office, both, shopper):
        make_customer()

        found = office.get(LIST, {"method": "pager"}).context["cl"].result_list

        assert list(found) == [shopper]
        assert "Pager" in office.get(LIST).content.decode()

    def test_it_alone_can_be_removed(self, office, both, shopper):
        page = office.get(f"{LIST}{shopper.pk}/remove-mfa/").content.decode()
        assert 'value="pager"' in page
        assert "Pager" in page

        office.post(REMOVE, {"customers": str(shopper.pk), "reason": "Lost the pager", "method": "pager"})

        assert factors_of(shopper) == {"email"}
        assert Customer.objects.get().account.mfa_enabled
        assert Event.objects.get(kind="method-removed-by-administrator").details["methods"] == ["pager"]
        assert "Pager" in mail.outbox[-1].body

    def test_the_other_one_alone_can_be_removed(self, office, both, shopper):
        office.post(REMOVE, {"customers": str(shopper.pk), "reason": "Lost the mailbox", "method": "email"})

        assert factors_of(shopper) == {"pager"}

    def test_the_command_removes_it_too(self, office, both, shopper):
        told = {"method": "pager", "reason": "Lost the pager", "actor": "admin@example.com"}
        call_command("mfa_remove", both.email, **told, interactive=False, stdout=StringIO())

        assert factors_of(shopper) == {"email"}
