"""`users`: who may make, change and remove whom."""

import re

import pytest
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.test import Client

from backoffice.models import ApiKey, Merchant, User
from mfa.models import Event
from mfa_platform.accounts.models import Account
from tests.backoffice.api.conftest import as_backend, give, profile
from tests.backoffice.conftest import make_user
from tests.cast import PASSWORD, enable, error_codes

NEW = {"email": "new@example.com", "firstName": "Nele", "lastName": "Neu", "isBackOfficeUser": True}


def answer(response):
    return response.status_code, error_codes(response)


def change(client, account, **attributes):
    return client.ask("patch", f"users/{profile(account).uuid}", type="users", attributes=attributes)


def remove(client, account):
    return client.ask("delete", f"users/{profile(account).uuid}")


@pytest.fixture
def support(db):
    """A group with a right that a manager has not got."""
    group = Group.objects.create(name="Support")
    group.permissions.add(Permission.objects.get(codename="remove_mfa"))
    return group


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """A block after which happens what waits for the commit."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def mona(manager):
    return as_backend(manager)


# --- Reading


def test_a_user_is_told_without_anything_secret(boss, picker, support):
    give(picker, "view_warehouse").groups.add(support)
    enable(picker)

    data = boss.ask("get", f"users/{picker.user.uuid}").json()["data"]

    attributes = data["attributes"]
    assert attributes.pop("createdAt")
    assert attributes.pop("updatedAt")
    assert attributes == {
        "email": "pia@example.com", "firstName": "Una", "lastName": "User", "language": "en", "isActive": True,
        "isBackOfficeUser": True, "isAdministrator": False, "isAgent": False, "isMerchantAgent": False,
        "merchantReference": None, "groups": ["Support"], "rights": ["backoffice.view_warehouse"], "mfaEnabled": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=pia", ["pia@example.com"]), ("q=PIA user", ["pia@example.com"]), ("q=nobody", []), ("q=", 3),
     ("q=%00", 3), ("filter[users.isActive]=false", ["mona@example.com"])],
)  # fmt: skip
def test_users_are_looked_for(boss, picker, manager, query, found):
    Account.objects.filter(pk=manager.pk).update(is_active=False)

    rows = boss.ask("get", f"users?{query}").json()["data"]

    assert len(rows) == found if isinstance(found, int) else [row["attributes"]["email"] for row in rows] == found


def test_a_list_costs_the_same_however_long_it_is(boss, django_assert_num_queries):
    def statements():
        with django_assert_num_queries(6, exact=False) as captured:
            boss.ask("get", "users")
        return len(captured)

    give(make_user("u@example.com", is_staff=True), "view_warehouse")
    few = statements()
    for number in range(5):
        give(make_user(f"u{number}@example.com", is_staff=True), "view_warehouse")

    assert statements() == few


def test_customers_are_no_users(boss, customer):
    assert [row["attributes"]["email"] for row in boss.ask("get", "users").json()["data"]] == ["ada@example.com"]


# --- Making


def test_a_new_user_chooses_the_password_with_a_mailed_link(boss, committed):
    with committed():
        response = boss.ask("post", "users", attributes=NEW)

    assert response.status_code == 201
    assert "password" not in response.content.decode().lower()
    account = Account.objects.get(email="new@example.com")
    assert (account.realm, account.has_usable_password(), account.is_staff) == ("user", False, True)
    assert response.json()["data"]["id"] == str(profile(account).uuid)
    [message] = mail.outbox
    assert message.to == ["new@example.com"]
    [link] = re.findall(r"http://\S+/admin/password/reset/\S+", message.body)
    browser = Client()
    page = browser.get(link.partition("localhost:8000")[2], follow=True)
    browser.post(page.redirect_chain[-1][0], {"new_password1": PASSWORD, "new_password2": PASSWORD})
    account.refresh_from_db()
    assert account.check_password(PASSWORD)


def test_the_link_speaks_the_users_language(boss, committed):
    with committed():
        boss.ask("post", "users", attributes={**NEW, "language": "de"})

    assert mail.outbox[0].subject == "Ihr neues Konto: Passwort wählen"


def test_a_user_without_the_back_office_is_sent_to_their_own_door(boss, committed):
    with committed():
        boss.ask("post", "users", attributes={**NEW, "isBackOfficeUser": False, "isAgent": True})

    assert "/agent/password/reset/" in mail.outbox[0].body


def test_a_password_that_is_sent_along_is_ignored(boss):
    boss.ask("post", "users", attributes={**NEW, "password": PASSWORD})

    assert not Account.objects.get(email="new@example.com").has_usable_password()


def test_everything_can_be_said_at_once(boss, support, committed):
    Merchant.objects.create(reference="MER000001", name="Kleinert Keramik")
    told = {
        **NEW, "language": "de", "isAgent": True, "isMerchantAgent": True, "merchantReference": "MER000001",
        "groups": ["Support"], "rights": ["backoffice.view_user"], "isAdministrator": True, "isActive": False,
    }  # fmt: skip

    with committed():
        attributes = boss.ask("post", "users", attributes=told).json()["data"]["attributes"]

    assert {name: attributes[name] for name in told} == told
    assert mail.outbox == []  # inactive: nobody is invited to where they may not go


def test_an_address_in_use_is_said_so(boss, picker):
    response = boss.ask("post", "users", attributes={**NEW, "email": " PIA@example.com"})

    assert answer(response) == (422, ["901"])
    assert response.json()["errors"][0]["source"]["pointer"] == "/data/attributes/email"
    assert mail.outbox == []


def test_a_customers_address_is_not_in_use(boss, customer):
    assert boss.ask("post", "users", attributes={**NEW, "email": customer.email}).status_code == 201


@pytest.mark.parametrize(
    "attributes",
    [{}, {"email": "x"}, {**NEW, "isBackOfficeUser": False}, {**NEW, "groups": ["Nobody"]}, {**NEW, "groups": "x"},
     {**NEW, "rights": ["backoffice.fly"]}, {**NEW, "rights": ["view_user"]}, {**NEW, "rights": [7]},
     {**NEW, "merchantReference": "MER9"}, {**NEW, "firstName": ""}, {**NEW, "lastName": None},
     {**NEW, "language": "tlh"}, {**NEW, "isActive": "perhaps"}, {**NEW, "isAdministrator": None}],
)  # fmt: skip
def test_what_breaks_a_rule_is_901_and_makes_nobody(boss, attributes):
    response = boss.ask("post", "users", attributes=attributes)

    assert (response.status_code, set(error_codes(response))) == (422, {"901"})
    assert Account.objects.count() == 1
    assert mail.outbox == []


# --- Not above oneself


@pytest.mark.parametrize(
    "given",
    [{"isAdministrator": True}, {"groups": ["Support"]}, {"rights": ["customers.remove_mfa"]},
     {"rights": ["backoffice.view_user", "backoffice.view_warehouse"]}, {"isAgent": True}, {"isMerchantAgent": True}],
)  # fmt: skip
def test_nobody_gives_what_they_have_not_got(mona, picker, support, given):
    assert answer(mona.ask("post", "users", attributes={**NEW, **given})) == (403, ["403"])
    assert answer(change(mona, picker, **given)) == (403, ["403"])
    picker.refresh_from_db()
    assert (picker.is_superuser, picker.groups.count(), picker.user_permissions.count()) == (False, 0, 0)
    assert not Account.objects.filter(email="new@example.com").exists()


def test_what_one_has_oneself_one_may_give(mona, picker):
    assert change(mona, picker, rights=["backoffice.view_user"]).status_code == 200
    assert picker.user_permissions.get().codename == "view_user"


CHANGES = [{"email": "mine@example.com"}, {"isActive": False}, {"rights": []}, {"firstName": "X"}]


@pytest.mark.parametrize("changes", CHANGES)
def test_an_administrator_is_touched_by_none_but_another(mona, administrator, changes):
    assert answer(change(mona, administrator, **changes)) == (403, ["403"])
    assert answer(remove(mona, administrator)) == (403, ["403"])
    assert change(as_backend(_second(administrator)), administrator, firstName="Adele").status_code == 200


def _second(administrator):
    account = make_user("alma@example.com", is_staff=True)
    Account.objects.filter(pk=account.pk).update(is_superuser=True)
    return account


@pytest.mark.parametrize("changes", CHANGES)
@pytest.mark.parametrize("is_active", [True, False])
def test_whoever_may_do_more_is_not_touched_though_they_be_inactive(mona, picker, support, changes, is_active):
    picker.groups.add(support)
    Account.objects.filter(pk=picker.pk).update(is_active=is_active)

    assert answer(change(mona, picker, **changes)) == (403, ["403"])
    assert answer(remove(mona, picker)) == (403, ["403"])


def test_an_agents_address_is_changed_only_by_who_may_be_one(mona, picker):
    User.objects.filter(account=picker).update(is_agent=True)

    assert answer(change(mona, picker, email="mine@example.com")) == (403, ["403"])
    assert change(mona, picker, firstName="Petra").status_code == 200


@pytest.mark.parametrize(
    "changes",
    [{"isActive": False}, {"isAdministrator": False}, {"isBackOfficeUser": False}, {"email": "other@example.com"},
     {"rights": ["backoffice.view_user"]}, {"isAgent": True}],
)  # fmt: skip
def test_nobody_changes_their_own_standing(boss, administrator, changes):
    assert answer(change(boss, administrator, **changes)) == (403, ["403"])
    administrator.refresh_from_db()
    assert (administrator.is_active, administrator.is_superuser, administrator.is_staff) == (True, True, True)


def test_nobody_deletes_themselves(boss, administrator):
    assert answer(remove(boss, administrator)) == (403, ["403"])
    assert Account.objects.filter(pk=administrator.pk).exists()


def test_ones_own_name_and_language_are_ones_own(boss, administrator):
    response = change(boss, administrator, firstName="Adele", language="de", isActive=True)

    assert response.status_code == 200
    assert (profile(administrator).first_name, profile(administrator).account.language) == ("Adele", "de")


# --- Changing


def test_a_deactivated_user_is_out_at_once(boss, picker):
    client = as_backend(picker)
    ApiKey.objects.create(name="k", hint="bok_", key_hash="0" * 64, created_by=picker)

    assert change(boss, picker, isActive=False).status_code == 200

    assert answer(client.ask("get", "multi-factor-auth-types")) == (401, ["001"])
    assert change(boss, picker, isActive=True).status_code == 200
    assert answer(client.ask("get", "multi-factor-auth-types")) == (401, ["001"])


def test_a_new_address_is_told_at_both_ends_and_ends_what_is_open(boss, picker):
    client = as_backend(picker)

    response = change(boss, picker, email="Petra@example.com")

    assert response.json()["data"]["attributes"]["email"] == "petra@example.com"
    assert sorted(message.to[0] for message in mail.outbox) == ["petra@example.com", "pia@example.com"]
    assert answer(client.ask("get", "multi-factor-auth-types")) == (401, ["001"])
    assert Event.objects.get(kind="email-changed").actor.email == "ada@example.com"


def test_an_address_in_use_changes_nothing(boss, picker, manager):
    assert answer(change(boss, picker, email=manager.email, firstName="Petra")) == (422, ["901"])
    assert profile(picker).first_name == "Una"


def test_a_user_keeps_a_role(boss, picker):
    assert answer(change(boss, picker, isBackOfficeUser=False)) == (422, ["901"])
    assert change(boss, picker, isBackOfficeUser=False, isAgent=True).status_code == 200


def test_groups_and_rights_are_replaced_as_a_whole(boss, picker, support):
    give(picker, "view_user", "add_user").groups.add(support)

    attributes = change(boss, picker, rights=["backoffice.view_user"], groups=[]).json()["data"]["attributes"]

    assert (attributes["rights"], attributes["groups"]) == (["backoffice.view_user"], [])


def test_nothing_to_change_is_no_event(boss, picker):
    assert change(boss, picker, firstName="Una", isActive=True, rights=[]).status_code == 200
    assert not Event.objects.filter(kind="user-changed").exists()


# --- Removing, and the trail


def test_a_removed_user_is_gone_with_everything(boss, picker, assignment):
    client = as_backend(picker)
    enable(picker)
    ApiKey.objects.create(name="k", hint="bok_", key_hash="0" * 64, created_by=picker)

    response = remove(boss, picker)

    assert (response.status_code, response.content) == (204, b"")
    assert not Account.objects.filter(pk=picker.pk).exists()
    assert not ApiKey.objects.exists()
    assert answer(client.ask("get", "multi-factor-auth-types")) == (401, ["001"])


def test_the_trail_says_who_did_what(boss, administrator, picker):
    boss.ask("post", "users", attributes=NEW)
    change(boss, picker, isActive=False, firstName="Petra")
    remove(boss, picker)

    said = Event.objects.exclude(kind="sessions-ended").order_by("pk").values_list("kind", "actor", "details")
    assert list(said) == [
        ("user-created", administrator.pk, {}),
        ("user-changed", administrator.pk, {"fields": ["first_name"]}),
        ("user-deactivated", administrator.pk, {}),
        ("account-closed", administrator.pk, {}),
    ]
    assert {event.portal for event in Event.objects.all()} == {"glue-backend"}
