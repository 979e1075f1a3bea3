"""Whoever is kept out, let in again, or made to do everything is told, and so is whoever is deleted."""

import pytest
from celery import signals
from django.core import mail
from django.db import transaction
from django.utils import timezone

from backoffice.services import users
from mfa.models import Event
from mfa_platform.accounts.models import Account
from tests.admin.conftest import make_user
from tests.backoffice.admin.conftest import make_profile
from tests.cast import ORIGIN, enable

pytestmark = pytest.mark.django_db

NOW = timezone.now()
"""Mails expire, so these need a moment that is not long past."""


@pytest.fixture
def administrator(db):
    return make_profile(make_user("admin@example.com", is_superuser=True))


@pytest.fixture
def una(db):
    return make_profile(make_user("una@example.com", language="de"))


def change(administrator, una, **changes):
    user = Account.objects.select_related("user").get(pk=una.pk).user
    users.update_user(actor=administrator, user=user, changes=changes, origin=ORIGIN, now=NOW)


CHANGES = [
    ({"is_active": False}, {"is_active": True}, "user-deactivated", "Ihr Konto wurde deaktiviert"),
    ({"is_active": True}, {"is_active": False}, "user-activated", "Ihr Konto ist wieder aktiv"),
    ({"is_superuser": True}, {"is_superuser": False}, "administrator-made", "Sie haben jetzt alle Rechte"),
    ({"is_superuser": False}, {"is_superuser": True}, "administrator-unmade", "Sie haben nicht mehr alle Rechte"),
]


@pytest.mark.parametrize(("changes", "before", "kind", "subject"), CHANGES)
def test_the_owner_is_told_in_their_language_without_the_administrators_whereabouts(
    administrator, una, changes, before, kind, subject
):
    Account.objects.filter(pk=una.pk).update(**before)

    change(administrator, una, **changes)

    [told] = mail.outbox
    assert (told.to, told.subject) == (["una@example.com"], subject)
    assert administrator.email not in told.body
    assert ORIGIN.ip not in told.body


@pytest.mark.parametrize(("changes", "before", "kind", "subject"), CHANGES)
def test_the_trail_says_which_way_it_went(administrator, una, changes, before, kind, subject):
    Account.objects.filter(pk=una.pk).update(**before)

    change(administrator, una, first_name="Ulla", **changes)

    events = Event.objects.filter(account=una, actor=administrator).exclude(kind="sessions-ended").order_by("pk")
    assert [(event.kind, event.details) for event in events] == [
        ("user-changed", {"fields": ["first_name"]}),
        (kind, {}),
    ]


def test_what_stays_as_it_is_is_neither_told_nor_written_down(administrator, una):
    change(administrator, una, is_active=True, is_superuser=False)

    assert not mail.outbox
    assert not Event.objects.exists()


def test_a_name_is_changed_without_a_mail(administrator, una):
    change(administrator, una, first_name="Ulla")

    assert not mail.outbox


@pytest.mark.parametrize("protected", [True, False])
def test_a_new_administrator_without_a_second_step_is_asked_to_set_one_up(administrator, una, protected):
    if protected:
        enable(una)

    change(administrator, una, is_superuser=True)

    assert ("zweiten Schritt" in mail.outbox[0].body) is not protected


@pytest.fixture
def delete(administrator, una, django_capture_on_commit_callbacks):
    """Una is deleted; what went through the broker."""

    def carry_out():
        seen = []

        def given(args=(), kwargs=(), **_):
            seen.append(repr((args, kwargs)))

        signals.task_prerun.connect(given)
        with django_capture_on_commit_callbacks(execute=True):
            users.delete_user(actor=administrator, user=una.user, origin=ORIGIN, now=NOW)
        signals.task_prerun.disconnect(given)
        return seen

    return carry_out


def test_whoever_is_deleted_is_told_a_last_time(delete, administrator):
    delete()

    [told] = mail.outbox
    assert (told.to, told.subject) == (["una@example.com"], "Ihr Konto ist gelöscht")
    assert f"{NOW:%H:%M} UTC" in told.body
    assert administrator.email not in told.body
    assert ORIGIN.ip not in told.body


def test_their_address_reaches_the_broker_sealed_only(delete):
    [given] = delete()

    assert "una" not in given
    assert "example.com" not in given


def test_nobody_is_told_of_a_deletion_that_failed(administrator, una, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        users.delete_user(actor=administrator, user=una.user, origin=ORIGIN, now=NOW)
        transaction.set_rollback(True)

    assert not mail.outbox
