"""`manage.py mfa_status`: who is protected, and the proof that accounts say the truth about it."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from mfa.models import Budget, Event, Factor
from mfa_platform.accounts.models import AccessToken, Account
from tests.backoffice.conftest import make_user
from tests.cast import ApiClient, enable

pytestmark = pytest.mark.django_db


def status(*whom, **options):
    out = io.StringIO()
    call_command("mfa_status", *whom, stdout=out, **options)
    return out.getvalue()


def lines(text):
    return [" ".join(line.split()) for line in text.splitlines()]


def test_it_counts_the_accounts_of_each_realm_by_method(customer):
    enable(customer)
    make_user("agent@example.com", is_agent=True)

    said = lines(status())

    assert said[:3] == ["customers 1", "with MFA 1", "email 1"]
    assert "users 1" in said
    assert said[-1] == "Every account is what it says."


@pytest.mark.parametrize("says", [True, False])
def test_an_account_that_is_not_what_it_says_is_found(customer, says):
    if not says:
        enable(customer)
    Account.objects.filter(pk=customer.pk).update(mfa_enabled=says)

    with pytest.raises(CommandError) as raised:
        status()

    assert raised.value.returncode == 7
    assert Account.objects.get(pk=customer.pk).mfa_enabled is says


@pytest.mark.parametrize("says", [True, False])
def test_and_mended_with_its_sessions_and_tokens_ended(customer, says):
    if not says:
        enable(customer)
    ApiClient(customer)
    Account.objects.filter(pk=customer.pk).update(mfa_enabled=says)

    assert "Accounts mended: 1." in status(mend=True)

    assert Account.objects.get(pk=customer.pk).mfa_enabled is not says
    assert not AccessToken.objects.filter(user=customer).exists()
    assert Event.objects.get(kind="sessions-ended").portal == "command"
    assert "Every account is what it says." in status()


def test_a_backup_alone_protects_nobody(customer):
    Factor.objects.create(user=customer, method="recovery-codes", name="recovery-codes", confirmed=True)

    assert "Every account is what it says." in status()


def test_one_account_is_shown_with_what_it_has_and_what_is_blocked(customer):
    enable(customer)
    later = timezone.now() + timedelta(hours=1)
    Budget.objects.create(account=customer, method="email", failures=12, blocked_until=int(later.timestamp()))

    said = status(customer.email)

    assert f"account {customer.pk}, customer, protected" in said
    assert "  email: on\n" in said
    assert "  totp: off\n" in said
    assert "blocked for everybody else" in said


def test_somebody_of_the_other_realm_is_asked_for_by_realm(customer):
    agent = make_user(customer.email, is_agent=True)

    assert f"account {agent.pk}, user" in status(customer.email, realm="user")
    with pytest.raises(CommandError, match="There is no customer nobody"):
        status("nobody@example.com")
