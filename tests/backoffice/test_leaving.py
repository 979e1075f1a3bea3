"""Whoever leaves the back office leaves no key behind that would open its door when they come back."""

import pytest

from backoffice.models import ApiKey
from backoffice.services import api_keys, users
from mfa.models import Event
from mfa_platform.accounts.models import Account
from tests.admin.conftest import make_user, sign_in
from tests.backoffice.admin.conftest import USERS, make_profile
from tests.backoffice.api.conftest import as_backend
from tests.cast import NOW, ORIGIN, ApiClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(db):
    return make_profile(make_user("admin@example.com", is_superuser=True))


@pytest.fixture
def maker(db):
    """Of two keys; also an agent, so that losing the back office leaves them a door."""
    return make_profile(make_user("maker@example.com"), is_agent=True)


@pytest.fixture
def keys(maker):
    """What their machines call with."""
    made = [
        api_keys.create_key(actor=maker, name=name, permissions=[], expires_at=None, origin=ORIGIN, now=NOW)
        for name in ("Till", "Scanner")
    ]
    assert all(works(text) for _key, text in made)
    return made


def works(text):
    machine = ApiClient(api="glue-backend")
    machine.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return machine.ask("get", "warehouses").status_code != 401


def change(administrator, maker, **changes):
    user = Account.objects.select_related("user").get(pk=maker.pk).user
    users.update_user(actor=administrator, user=user, changes=changes, origin=ORIGIN, now=NOW)


@pytest.mark.parametrize("door", ["is_active", "is_staff"])
def test_keys_do_not_come_back_with_their_maker(administrator, maker, keys, door):
    change(administrator, maker, **{door: False})
    change(administrator, maker, **{door: True})

    assert not any(works(text) for _key, text in keys)
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("door", ["is_active", "is_staff"])
def test_what_was_made_while_they_were_out_does_not_begin_to_work_either(administrator, maker, door):
    """By a request that was under way, say, or before keys were revoked."""
    Account.objects.filter(pk=maker.pk).update(**{door: False})
    ApiKey.objects.create(name="Old", hint="bok_", key_hash="0" * 64, created_by=maker)

    change(administrator, maker, **{door: True})

    assert not ApiKey.objects.exists()


def test_each_key_is_an_event_with_who_ended_it(administrator, maker, keys):
    change(administrator, maker, is_active=False)

    events = Event.objects.filter(kind="api-key-revoked")
    assert {(event.account, event.actor) for event in events} == {(maker, administrator)}
    assert {event.details["key"] for event in events} == {str(key.pk) for key, _text in keys}


def test_so_it_is_for_the_keys_of_somebody_who_is_deleted(administrator, maker, keys):
    users.delete_user(actor=administrator, user=maker.user, origin=ORIGIN, now=NOW)

    events = Event.objects.filter(kind="api-key-revoked", account_id=maker.pk)
    assert {event.details["begins_with"] for event in events} == {key.hint for key, _text in keys}


def test_the_backend_api_ends_them_too(administrator, maker, keys):
    client = as_backend(administrator)

    for active in (False, True):
        assert (
            client.ask("patch", f"users/{maker.user.uuid}", type="users", attributes={"isActive": active}).status_code
            == 200
        )

    assert not any(works(text) for _key, text in keys)


def test_other_changes_and_other_peoples_keys_are_left_alone(administrator, maker, keys):
    other = make_profile(make_user("other@example.com"))

    change(administrator, maker, first_name="Mia", is_agent=False)
    change(administrator, other, is_active=False)

    assert all(works(text) for _key, text in keys)


def test_the_page_that_asks_says_so(administrator, maker):
    browser = sign_in(administrator)

    assert "API keys are revoked for good" in browser.get(f"{USERS}{maker.pk}/deactivate/").content.decode()
    assert browser.get(f"{USERS}{maker.pk}/edit/").content.decode().count("API keys are revoked") == 2
