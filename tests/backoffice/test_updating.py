"""Users are changed as they are, and wholly or not at all."""

import threading

import pytest
from django.core import mail
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from backoffice import errors
from backoffice.models import User
from backoffice.services import users
from mfa.models import Event
from mfa_platform.accounts.models import Account
from tests.backoffice.conftest import make_user
from tests.backoffice.test_reach import low  # noqa: F401  # a fixture
from tests.cast import ORIGIN
from tests.racing import after

pytestmark = pytest.mark.django_db

NOW = timezone.now()
"""Mails expire, so these need a moment that is not long past."""


@pytest.fixture
def administrator(db):
    account = make_user("admin@example.com", is_staff=True)
    Account.objects.filter(pk=account.pk).update(is_superuser=True)
    return Account.objects.get(pk=account.pk)


@pytest.fixture
def una(db):
    return make_user("una@example.com", is_staff=True).user


def update(actor, user, **changes):
    return users.update_user(actor=actor, user=user, changes=changes, origin=ORIGIN, now=NOW)


def stored(user):
    found = User.objects.select_related("account").get(pk=user.pk)
    return found.account.email, found.first_name, found.last_name


def test_an_address_in_use_keeps_the_rest_from_being_changed(administrator, una):
    make_user("taken@example.com")

    with pytest.raises(errors.EmailTaken):
        update(administrator, una, email="taken@example.com", first_name="Ulla")

    assert stored(una) == ("una@example.com", "Una", "User")
    assert not Event.objects.exists()
    assert not mail.outbox


def test_a_change_that_fails_half_way_is_none(administrator, una, monkeypatch):
    create = Event.objects.create

    def full(**event):
        if event["kind"] == "user-changed":
            raise DatabaseError("The trail is full.")
        return create(**event)

    monkeypatch.setattr(Event.objects, "create", full)

    with pytest.raises(DatabaseError):
        update(administrator, una, email="ulla@example.com", first_name="Ulla")

    assert stored(una) == ("una@example.com", "Una", "User")
    assert not Event.objects.exists()
    assert not mail.outbox


def test_everything_is_changed_at_once_and_told_afterwards(administrator, una):
    changed = update(administrator, una, email="ulla@example.com", first_name="Ulla")

    assert stored(una) == ("ulla@example.com", "Ulla", "User")
    assert (changed.account.email, changed.first_name) == ("ulla@example.com", "Ulla")
    assert sorted(message.to[0] for message in mail.outbox) == ["ulla@example.com", "una@example.com"]
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)) == ["email-changed", "user-changed"]


def test_what_others_changed_meanwhile_is_not_undone(administrator, una):
    shown = {"first_name": una.first_name, "last_name": una.last_name}
    User.objects.filter(pk=una.pk).update(last_name="Berg")

    update(administrator, una, **shown | {"first_name": "Ulla"})

    assert stored(una) == ("una@example.com", "Ulla", "Berg")


def test_whoever_became_an_administrator_meanwhile_is_above(low, una):  # noqa: F811
    Account.objects.filter(pk=una.account_id).update(is_superuser=True)

    for change in ({"email": "mine@example.com"}, {"is_active": False}):
        with pytest.raises(errors.OutranksYou):
            update(low, una, **change)
    with pytest.raises(errors.OutranksYou):
        users.delete_user(actor=low, user=una, origin=ORIGIN, now=NOW)

    assert stored(una) == ("una@example.com", "Una", "User")


def test_whoever_is_gone_meanwhile_is_gone(administrator, una):
    Account.objects.filter(pk=una.account_id).delete()

    with pytest.raises(errors.UserNotFound):
        update(administrator, una, first_name="Ulla")
    with pytest.raises(errors.UserNotFound):
        users.delete_user(actor=administrator, user=una, origin=ORIGIN, now=NOW)

    assert not Event.objects.exists()


def create(administrator, email):
    fields = {"is_staff": True, "first_name": "Una", "last_name": "User"}
    return users.create_user(actor=administrator, email=email, fields=fields, origin=ORIGIN, now=NOW)


def test_only_an_address_in_use_is_called_one(administrator, una):
    with pytest.raises(errors.EmailTaken):
        create(administrator, "UNA@example.com")

    def interfere():
        User.objects.create(account=Account.objects.latest("pk"), updated_at=NOW)

    with after('INSERT INTO "accounts_account"', interfere), pytest.raises(IntegrityError):
        create(administrator, "new@example.com")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_somebody_who_is_just_being_made_an_administrator_is_waited_for(low, una):  # noqa: F811
    found = []

    def take_over():
        try:
            update(low, una, email="mine@example.com")
        except errors.OutranksYou as error:
            found.append(error)
        finally:
            connection.close()

    with transaction.atomic():
        Account.objects.filter(pk=una.account_id).update(is_superuser=True)
        other = threading.Thread(target=take_over)
        other.start()
        other.join(1)
        assert other.is_alive()
    other.join(10)

    assert len(found) == 1
    assert stored(una) == ("una@example.com", "Una", "User")
