"""Who rises, falls or leaves while a request about them is under way: it is decided by what they are by then."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction
from django.utils import timezone

from backoffice import errors
from backoffice.models import ApiKey
from backoffice.services import api_keys, user_mfa_removal, users
from mfa.models import Event, Factor
from mfa_platform.accounts.models import Account
from tests.admin.conftest import make_user
from tests.backoffice.admin.conftest import make_profile
from tests.cast import ORIGIN, enable
from tests.racing import waiting
from tests.rights import right

NOW = timezone.now()
"""Mails expire, so these need a moment that is not long past."""
WHO = {"origin": ORIGIN, "now": NOW}
SEE_USERS = "backoffice.view_user"


@pytest.fixture
def helper(db):
    """May see users, take their MFA away, and look after API keys."""
    keys = (f"backoffice.{verb}_apikey" for verb in ("view", "add", "change", "delete"))
    return make_profile(make_user("helper@example.com", SEE_USERS, "backoffice.remove_user_mfa", *keys))


@pytest.fixture
def una(db):
    """May see users, which the helper may as well; has MFA."""
    account = make_profile(make_user("una@example.com", SEE_USERS))
    enable(account)
    return account


@pytest.fixture
def administrator(db):
    return make_profile(make_user("admin@example.com", is_superuser=True))


@pytest.fixture
def key(una):
    made, _text = api_keys.create_key(actor=una, name="Till", permissions=[right(SEE_USERS)], expires_at=None, **WHO)
    return ApiKey.objects.select_related("created_by").get(pk=made.pk)


def create(helper):
    return api_keys.create_key(actor=helper, name="Mine", permissions=[right(SEE_USERS)], expires_at=None, **WHO)


def change(helper, key):
    return api_keys.change_key(actor=helper, key=key, changes={"name": "Mine", "permissions": set()}, **WHO)


def revoke(helper, key):
    return api_keys.revoke_key(actor=helper, key=key, **WHO)


def remove_mfa(helper, una):
    return user_mfa_removal.remove(account=una, actor=helper, method=None, reason="Ticket 4711", **WHO)


def make_administrator(account):
    Account.objects.filter(pk=account.pk).update(is_superuser=True)


def untouched(key, una):
    """Whether key and factor are as they were, and nothing is said to have happened."""
    there = ApiKey.objects.filter(pk=key.pk, name="Till").exists() and Factor.objects.filter(user=una).exists()
    return there and list(Event.objects.values_list("kind", flat=True)) == ["api-key-created"]


WISHES = {
    "change": lambda helper, una, key: change(helper, key),
    "revoke": lambda helper, una, key: revoke(helper, key),
    "remove MFA": lambda helper, una, key: remove_mfa(helper, una),
}


@pytest.mark.django_db
@pytest.mark.parametrize("wish", WISHES)
def test_whoever_rose_meanwhile_is_above(helper, una, key, wish):
    make_administrator(una)

    with pytest.raises(errors.OutranksYou):
        WISHES[wish](helper, una, key)

    assert untouched(key, una)


@pytest.mark.django_db
@pytest.mark.parametrize("wish", WISHES)
@pytest.mark.parametrize("left", [{"is_active": False}, {"is_staff": False}])
def test_whoever_left_meanwhile_does_no_more(helper, una, key, wish, left):
    Account.objects.filter(pk=helper.pk).update(**left)

    with pytest.raises(errors.Forbidden):
        WISHES[wish](helper, una, key)

    assert untouched(key, una)


@pytest.mark.django_db
@pytest.mark.parametrize("left", [{"is_active": False}, {"is_staff": False}])
def test_whoever_left_meanwhile_leaves_no_new_key_behind(helper, left):
    Account.objects.filter(pk=helper.pk).update(**left)

    with pytest.raises(errors.Forbidden):
        create(helper)

    assert not ApiKey.objects.exists()


@pytest.mark.django_db
def test_an_administrator_who_is_none_any_more_gives_what_they_have_left(administrator):
    Account.objects.filter(pk=administrator.pk).update(is_superuser=False)

    with pytest.raises(errors.NotYoursToGive):
        create(administrator)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("wish", WISHES)
def test_whoever_is_just_rising_is_waited_for(helper, una, key, wish):
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            make_administrator(una)
            late = waiting(pool, lambda: WISHES[wish](helper, una, key), number=1)

        with pytest.raises(errors.OutranksYou):
            late.result()
    assert untouched(key, una)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_whoever_is_just_being_kept_out_leaves_no_new_key_behind(helper, administrator):
    """It would begin to work again with them, years later."""
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            users.update_user(actor=administrator, user=helper.user, changes={"is_active": False}, **WHO)
            late = waiting(pool, lambda: create(helper), number=1)

        with pytest.raises(errors.Forbidden):
            late.result()
    assert not ApiKey.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_key_that_is_just_being_made_goes_with_whoever_is_kept_out(helper, administrator):
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            create(helper)
            changes = {"is_active": False}
            late = waiting(
                pool, lambda: users.update_user(actor=administrator, user=helper.user, changes=changes, **WHO), number=1
            )

        late.result()
    assert not ApiKey.objects.exists()
