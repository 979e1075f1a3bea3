"""API keys in the admin: shown once, stored as a fingerprint, out of rights that one has."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from backoffice.admin import fresh_key
from backoffice.models import ApiKey
from backoffice.services import api_keys
from mfa.models import Event
from mfa_platform.accounts.models import Session
from tests.admin.conftest import make_user, sign_in
from tests.backoffice.admin.conftest import KEYS, said
from tests.cast import NOW, ORIGIN, enable, mailed_code
from tests.rights import right

pytestmark = pytest.mark.django_db

NEW = f"{KEYS}new/"
SEE_USERS, SEE_WAREHOUSES = "backoffice.view_user", "backoffice.view_warehouse"


def create(browser, *, name="Till", last_day="", follow=False, **ticked):
    chosen = ticked or {"users": [SEE_USERS]}
    data = {"name": name, "last_day": last_day, **{f"rights_{area}": names for area, names in chosen.items()}}
    return browser.post(NEW, data, follow=follow)


def make_key(account, *rights, name="Till"):
    key, _text = api_keys.create_key(
        actor=account, name=name, permissions=[right(each) for each in rights], expires_at=None, origin=ORIGIN, now=NOW
    )
    return key


def shown(response):
    found = re.search(r'data-qa="api-key">(\S+)</p>', response.content.decode())
    return found.group(1) if found else None


def rights_of(key):
    return {f"{each.content_type.app_label}.{each.codename}" for each in key.permissions.all()}


def test_the_next_page_shows_the_key_which_works(browser, manager):
    response = create(browser, users=[SEE_USERS], follow=True)

    text = shown(response)
    key = ApiKey.objects.get()
    assert response.redirect_chain == [(f"{KEYS}{key.pk}/key/", 302)]
    assert api_keys.use_key(text, now=timezone.now()) == key
    assert (key.name, key.created_by, rights_of(key), key.expires_at) == ("Till", manager, {SEE_USERS}, None)
    assert text.startswith(key.hint)
    assert "no-store" in response["Cache-Control"]


def test_a_key_without_any_right_is_not_made(browser):
    response = create(browser, users=[])

    assert response.status_code == 422
    assert "Choose at least one right: a key without any opens nothing." in response.content.decode()
    assert not ApiKey.objects.exists()


def test_it_is_shown_once(browser):
    response = create(browser, follow=True)
    text, address = shown(response), response.redirect_chain[-1][0]

    again = browser.get(address)

    assert again.status_code == 200
    assert shown(again) is None
    assert "shown already" in again.content.decode()
    for page in (KEYS, f"{KEYS}{ApiKey.objects.get().pk}/change/", f"{KEYS}{ApiKey.objects.get().pk}/edit/"):
        assert text not in browser.get(page).content.decode()


def test_a_look_ahead_does_not_use_the_one_time_up(browser):
    address = create(browser)["Location"]

    browser.head(address)

    assert shown(browser.get(address))


def test_nobody_else_is_shown_it(browser, admin_browser):
    address = create(browser)["Location"]

    assert admin_browser.get(address).status_code == 404
    assert shown(browser.get(address))


def test_another_key_does_not_show_it(browser, manager):
    create(browser)
    other = make_key(manager, name="Other")

    assert shown(browser.get(f"{KEYS}{other.pk}/key/")) is None


def test_it_waits_a_few_minutes_only(browser, monkeypatch):
    address = create(browser)["Location"]
    monkeypatch.setattr(fresh_key, "WAITS", -1)

    assert shown(browser.get(address)) is None


def test_neither_database_nor_session_nor_log_nor_trail_hold_it(browser, log):
    address = create(browser)["Location"]
    waiting = str(list(Session.objects.values())) + str(dict(browser.session))
    text = shown(browser.get(address))

    secret = text.removeprefix(api_keys.PREFIX)[8:]
    for place in (waiting, dict(browser.session), list(ApiKey.objects.values()), list(Event.objects.values()), log()):
        assert secret not in str(place)
    assert not mail.outbox


def test_the_trail_names_the_key_by_its_beginning(browser, manager):
    create(browser)

    key, event = ApiKey.objects.get(), Event.objects.get(kind="api-key-created")
    assert (event.account, event.actor, event.portal) == (manager, manager, "back-office")
    assert event.details == {"key": str(key.pk), "begins_with": key.hint}


def test_the_list_says_what_is_known_of_each(browser, manager):
    key = make_key(manager, SEE_USERS)
    ApiKey.objects.filter(pk=key.pk).update(expires_at=timezone.now() - timedelta(days=1))

    page = browser.get(KEYS).content.decode()

    for words in ("Till", f"{key.hint}…", manager.email, "Never", "Expired"):
        assert words in page
    assert key.key_hash not in page + browser.get(f"{KEYS}{key.pk}/change/").content.decode()


def test_a_key_works_until_the_end_of_its_last_day(browser):
    create(browser, last_day="2099-03-31")

    assert ApiKey.objects.get().expires_at == datetime(2099, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize("last_day", ["2020-01-01", "tomorrow", "31.03.2099", "9999-12-31", "2099-02-30"])
def test_a_last_day_that_is_none_is_told_at_its_field(browser, last_day):
    response = create(browser, last_day=last_day)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["last_day"]
    assert not ApiKey.objects.exists()


def test_only_rights_that_one_has_and_that_mean_something_to_a_key_are_offered_or_taken(browser):
    page = browser.get(NEW).content.decode()
    assert f'value="{SEE_USERS}"' in page
    for other in (SEE_WAREHOUSES, "auth.view_group", "backoffice.remove_user_mfa", "backoffice.add_user"):
        assert f'value="{other}"' not in page

    create(browser, name="By hand", users=[SEE_USERS, "backoffice.add_user"])
    assert not ApiKey.objects.exists()
    create(browser, name="By hand", users=[SEE_USERS], warehouses=[SEE_WAREHOUSES])

    assert rights_of(ApiKey.objects.get()) == {SEE_USERS}


def test_a_right_is_offered_once_no_code_is_asked_for_what_it_opens(browser, settings):
    settings.MFA_PROTECTED_RESOURCES = {**settings.MFA_PROTECTED_RESOURCES, "glue-backend": ["api-keys"]}

    assert 'value="backoffice.add_user"' in browser.get(NEW).content.decode()


def test_a_right_that_opens_nothing_any_more_is_named_as_such_and_goes_with_the_next_change(browser, manager):
    key = make_key(manager, SEE_USERS, "backoffice.add_user")

    page = browser.get(f"{KEYS}{key.pk}/change/").content.decode()
    may, idle = page.split('data-qa="idle-rights"')
    assert ("See users" in may, "Create users" in may, "Create users" in idle) == (True, False, True)

    browser.post(f"{KEYS}{key.pk}/edit/", {"name": "Till", "rights_users": [SEE_USERS]})

    assert rights_of(key) == {SEE_USERS}
    assert "idle-rights" not in browser.get(f"{KEYS}{key.pk}/change/").content.decode()


def test_name_rights_and_end_can_be_changed_and_the_key_stays_the_same(browser, manager):
    key = make_key(manager, SEE_USERS)
    data = {"name": "New till", "last_day": "2099-03-31", "rights_api-keys": ["backoffice.view_apikey"]}

    browser.post(f"{KEYS}{key.pk}/edit/", data)

    changed = ApiKey.objects.get()
    assert (changed.name, changed.key_hash) == ("New till", key.key_hash)
    assert changed.expires_at == datetime(2099, 4, 1, tzinfo=UTC)
    assert rights_of(changed) == {"backoffice.view_apikey"}
    event = Event.objects.get(kind="api-key-changed")
    assert event.details["fields"] == ["expires_at", "name", "permissions"]


def test_a_key_never_gets_what_its_maker_has_not_got(admin_browser):
    key = make_key(make_user("small@example.com", SEE_USERS))

    admin_browser.post(f"{KEYS}{key.pk}/edit/", {"name": "Till", "rights_warehouses": [SEE_WAREHOUSES]})

    assert rights_of(key) == set()


def test_revoking_asks_first_and_ends_it(browser, manager):
    key, text = api_keys.create_key(actor=manager, name="Till", permissions=[], expires_at=None, origin=ORIGIN, now=NOW)
    address = f"{KEYS}{key.pk}/revoke/"
    assert 'data-qa="confirm"' in browser.get(address).content.decode()
    assert api_keys.use_key(text, now=NOW)

    response = browser.post(address, follow=True)

    assert "The API key is revoked." in said(response)
    assert api_keys.use_key(text, now=NOW) is None
    assert Event.objects.get(kind="api-key-revoked").actor == manager


@pytest.mark.parametrize("page", ["edit", "revoke"])
def test_the_key_of_somebody_who_may_do_more_is_out_of_reach(browser, boss, page):
    key = make_key(boss)

    assert browser.get(f"{KEYS}{key.pk}/{page}/").status_code == 403
    assert browser.post(f"{KEYS}{key.pk}/{page}/", {"name": "x"}).status_code == 403
    assert ApiKey.objects.get().name == "Till"
    assert "you can only look" in browser.get(f"{KEYS}{key.pk}/change/").content.decode()


@pytest.mark.parametrize(
    ("holds", "opens"),
    [
        ("backoffice.view_apikey", set()),
        ("backoffice.add_apikey", {"new"}),
        ("backoffice.change_apikey", {"edit"}),
        ("backoffice.delete_apikey", {"revoke"}),
    ],
)
def test_each_page_asks_for_its_own_right(holds, opens):
    user = make_user("one@example.com", holds)
    key, browser = make_key(user), sign_in(user)
    pages = {"new": NEW, "edit": f"{KEYS}{key.pk}/edit/", "revoke": f"{KEYS}{key.pk}/revoke/"}

    assert browser.get(KEYS).status_code == 200
    assert {name for name, page in pages.items() if browser.get(page).status_code == 200} == opens
    assert {name for name, page in pages.items() if browser.post(page).status_code != 403} == opens


def test_without_grace_the_administrators_own_code_comes_first(manager):
    browser = sign_in(manager)
    enable(manager)

    asked = create(browser, users=[SEE_USERS])
    assert 'data-qa="mfa-code-step"' in asked.content.decode()
    assert not ApiKey.objects.exists()
    answer = {"parked": asked.context["step"].parked, "method": "email", "code": mailed_code()}
    response = browser.post(NEW, answer, follow=True)

    assert shown(response)
    assert rights_of(ApiKey.objects.get()) == {SEE_USERS}
