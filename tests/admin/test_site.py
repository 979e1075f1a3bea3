"""The door of the admin: there is one, and it is the portal's."""

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from mfa.admin.site import site
from mfa_platform.accounts.models import Account
from tests.admin.conftest import LIST, make_customer, make_user, sign_in
from tests.cast import PASSWORD, enable

pytestmark = pytest.mark.django_db

PAGES = ["/admin/", LIST, "/admin/mfa/event/", "/admin/accounts/account/", "/admin/jsi18n/", "/admin/nowhere/"]


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_sent_to_the_portals_login(client, page):
    response = client.get(page)

    assert response.status_code == 302
    assert response["Location"] == f"/admin/login/?next={page}"


@pytest.mark.parametrize("page", PAGES)
def test_a_customer_who_is_signed_in_at_the_shop_is_a_stranger_here(client, page):
    customer = make_customer(mfa=False)
    client.post("/login", {"email": customer.account.email, "password": PASSWORD})

    assert client.get(page)["Location"].startswith("/admin/login/")


def test_the_password_alone_does_not_open_the_admin_for_somebody_with_mfa(administrator):
    enable(administrator)
    browser = Client()
    browser.post("/admin/login/", {"email": administrator.email, "password": PASSWORD})

    assert browser.get("/admin/")["Location"].startswith("/admin/login/")


def test_the_code_opens_it(administrator):
    enable(administrator)

    assert sign_in(administrator).get("/admin/").status_code == 200


@pytest.mark.parametrize("change", [{"is_staff": False, "is_superuser": False}, {"is_active": False}])
def test_who_is_no_longer_staff_or_active_is_out_at_once(admin_browser, administrator, change):
    Account.objects.filter(pk=administrator.pk).update(**change)

    assert admin_browser.get("/admin/")["Location"].startswith("/admin/login/")


def test_a_session_from_another_door_does_not_open_this_one(admin_browser):
    session = admin_browser.session
    session["portal"] = "agent"
    session.save()

    assert admin_browser.get("/admin/")["Location"].startswith("/admin/login/")


@pytest.mark.parametrize(
    "name", ["login", "logout", "password_change", "password_change_done", "autocomplete", "view_on_site", "search"]
)
def test_django_and_unfold_bring_no_pages_of_their_own(name):
    with pytest.raises(NoReverseMatch):
        reverse(f"admin:{name}")


@pytest.mark.parametrize(
    "page", ["password_change/", "customers/customer/add/", "mfa/event/1/delete/", "auth/permission/"]
)
def test_there_is_no_such_page(admin_browser, page):
    assert admin_browser.get(f"/admin/{page}").status_code == 404


def test_only_these_models_have_pages():
    assert {model._meta.label for model in site._registry} == {
        "customers.Customer", "mfa.Event", "accounts.Account", "auth.Group", "backoffice.ApiKey",
    }  # fmt: skip


def test_signing_out_is_a_post(admin_browser):
    assert admin_browser.get("/admin/logout/").status_code == 200
    assert admin_browser.get("/admin/").status_code == 200

    admin_browser.post("/admin/logout/")

    assert admin_browser.get("/admin/").status_code == 302


@pytest.mark.parametrize("page", ["/admin/", LIST])
def test_pages_are_never_kept_and_obey_the_strict_content_security_policy(admin_browser, page):
    response = admin_browser.get(page)

    assert "no-store" in response["Cache-Control"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    content = response.content.decode()
    assert "<style" not in content
    assert " style=" not in content
    assert " onclick=" not in content


def test_a_form_without_the_csrf_token_is_refused(administrator):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(administrator)
    session = browser.session
    session["portal"] = "back-office"
    session.save()

    assert browser.get("/admin/").status_code == 200
    assert browser.post(LIST, {"action": "remove_mfa", "index": 0}).status_code == 403


def test_the_menu_names_what_one_may_see():
    viewer = make_user("viewer@example.com", "customers.view_customer")

    menu = sign_in(viewer).get("/admin/").content.decode()

    assert LIST in menu
    assert "/admin/mfa/event/" not in menu
    assert "/admin/accounts/account/" not in menu


def test_german_speaks_german():
    user = make_user("klara@example.com", "customers.view_customer", language="de")

    page = sign_in(user).get(LIST).content.decode()

    assert '<html lang="de"' in page
