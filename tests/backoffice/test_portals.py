"""Four doors of one account: who may enter where, and what is shared."""

import pytest
from django.test import Client

from mfa import portals
from mfa.models import Event, Factor
from mfa_platform.accounts.models import AccessToken, Session
from tests.backoffice.conftest import DOORS, make_user, sign_in, url
from tests.cast import PASSWORD, ApiClient, enable, mailed_code, make_account

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("door", DOORS)]

RIGHTS = {
    "back-office": {"is_staff": True},
    "agent": {"is_agent": True},
    "merchant-agent": {"is_merchant_agent": True},
}


def overview(door):
    return "/admin/" if door == "back-office" else url(door, "overview")


def test_who_has_the_right_comes_in(door, merchant):
    account = make_user("only@example.com", **RIGHTS.get(door, {"merchant": merchant}))

    assert sign_in(account, door).get(overview(door)).status_code == 200


@pytest.mark.parametrize("other", DOORS)
def test_the_login_says_that_it_ends_what_is_open_at_another_door(door, other, everybody):
    elsewhere = sign_in(everybody, door).get(url(other, "login"), follow=True).content.decode()
    fresh = Client().get(url(other, "login")).content.decode()

    told = "You are signed in as una@example.com. Signing in here ends that."
    assert (told in elsewhere) is (door != other)
    assert told not in fresh


def test_the_title_of_a_login_says_where(door):
    page = Client().get(url(door, "login")).content.decode()

    assert f"<title>Sign in – {portals.get(door).name} · " in page


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_bare_address_leads_to_the_overview_and_strangers_to_the_login(door, slash, everybody):
    address = f"/{door if door != 'back-office' else 'admin'}{slash}"

    inside = sign_in(everybody, door).get(address, follow=True)
    outside = Client().get(address, follow=True)

    assert (inside.status_code, inside.request["PATH_INFO"]) == (200, overview(door))
    assert (outside.status_code, outside.request["PATH_INFO"]) == (200, url(door, "login"))
    assert outside.context["next"] == overview(door)


def test_without_the_right_the_answer_is_that_of_a_wrong_password(door, merchant):
    rights = {other: right for other, right in {**RIGHTS, "merchant": {"merchant": merchant}}.items() if other != door}
    account = make_user(
        "others@example.com", **{name: value for right in rights.values() for name, value in right.items()}
    )
    browser, stranger = Client(), Client()

    refused = browser.post(url(door, "login"), {"email": account.email, "password": PASSWORD})
    wrong = stranger.post(url(door, "login"), {"email": account.email, "password": "wrong"})

    assert refused.status_code == wrong.status_code == 422
    assert "do not belong together" in refused.content.decode()
    assert browser.get(overview(door)).status_code == 302


def test_users_of_a_closed_merchant_stay_out(door, everybody, merchant):
    merchant.is_active = False
    merchant.save()

    entered = sign_in(everybody, door).get(overview(door)).status_code == 200

    assert entered is (door != "merchant")


def test_a_customer_of_the_same_address_is_somebody_else(door, everybody):
    customer = make_account(everybody.email)
    enable(customer)

    assert sign_in(everybody, door).get(overview(door)).status_code == 200
    assert not Factor.objects.filter(user=everybody).exists()


@pytest.mark.parametrize("other", DOORS)
def test_a_session_opens_its_own_door_only(door, other, everybody):
    browser = sign_in(everybody, door)

    assert (browser.get(overview(other)).status_code == 200) is (door == other)


@pytest.mark.parametrize("other", DOORS)
def test_what_is_set_up_at_one_door_holds_at_all(door, other, everybody):
    browser = sign_in(everybody, door)
    browser.post(url(door, "multi-factor-auth/activate"), {"type": "email", "password": PASSWORD})
    browser.post(f"{url(door, 'multi-factor-auth/verify')}?type=email", {"method": "email", "code": mailed_code()})

    elsewhere = Client()
    elsewhere.post(url(other, "login"), {"email": everybody.email, "password": PASSWORD})

    assert 'data-status="2"' in browser.get(url(door, "multi-factor-auth/set")).content.decode()
    assert elsewhere.get(overview(other)).status_code == 302
    assert 'data-qa="mfa-code-step"' in elsewhere.get(url(other, "login/code")).content.decode()


def test_the_page_says_that_the_account_is_shared(door, everybody):
    page = sign_in(everybody, door).get(url(door, "multi-factor-auth/set")).content.decode()

    assert 'data-qa="mfa-shared"' in page
    assert "Back office, Agent, Merchant, Merchant agent." in page


def test_the_page_says_so_to_whoever_has_one_door_too(door, merchant):
    account = make_user("only@example.com", **RIGHTS.get(door, {"merchant": merchant}))

    page = sign_in(account, door).get(url(door, "multi-factor-auth/set")).content.decode()

    assert f"wherever you sign in with this account: {portals.get(door).name}." in page


def test_the_overview_names_the_other_doors(door, everybody):
    page = sign_in(everybody, door).get(overview(door)).content.decode()

    assert ("The same account opens: Back office, Agent, Merchant, Merchant agent." in page) is (door != "back-office")


@pytest.mark.parametrize("page", ["profile", "password"])
def test_protected_forms_ask_for_a_code_and_go_on_with_what_was_typed(door, page, everybody):
    browser = sign_in(everybody, door)
    enable(everybody)
    typed = {
        "profile": {"first_name": "Ulla", "last_name": "User", "language": "en"},
        "password": {"password": PASSWORD, "new_password": f"{PASSWORD} 2", "confirm_password": f"{PASSWORD} 2"},
    }[page]

    asked = browser.post(url(door, page), typed)
    assert 'data-qa="mfa-code-step"' in asked.content.decode()
    parked = asked.context["step"].parked
    done = browser.post(url(door, page), {"code": mailed_code(), "parked": parked, "method": "email"})

    assert done.status_code == 302
    everybody.refresh_from_db()
    assert everybody.user.first_name == ("Ulla" if page == "profile" else "Una")
    assert everybody.check_password(f"{PASSWORD} 2") is (page == "password")


def test_browsers_and_apps_are_listed_and_can_be_signed_out(door, everybody):
    browser, other, api = sign_in(everybody, door), sign_in(everybody, door), ApiClient(everybody, api="glue-backend")
    page = browser.get(url(door, "security"))
    rows = [*page.context["sessions"], *page.context["tokens"]]
    assert [row["current"] for row in rows] == [False, True, False]

    for row in rows:
        if not row["current"]:
            browser.post(url(door, "sessions/end"), {"handle": row["handle"]})

    assert Session.objects.filter(account=everybody).count() == 1
    assert not AccessToken.objects.filter(user=everybody).exists()
    assert browser.get(overview(door)).status_code == 200
    assert other.get(overview(door)).status_code == 302
    assert Event.objects.filter(kind="session-ended", account=everybody).count() == 2
    assert api.access_token not in page.content.decode()


def test_nobody_ends_the_session_of_somebody_else(door, everybody):
    victim = make_user("victim@example.com", is_staff=True)
    sign_in(victim, "back-office")
    handle = sign_in(victim, "back-office").get("/admin/security/").context["sessions"][1]["handle"]

    sign_in(everybody, door).post(url(door, "sessions/end"), {"handle": handle})

    assert Session.objects.filter(account=victim).count() == 2
