"""`manage.py mfa_report`: for a spreadsheet, and nothing that one would run."""

import csv
import io

import pytest
from django.core.management import call_command

from mfa.models import Factor
from mfa_platform.accounts.models import Account
from tests.backoffice.conftest import make_user
from tests.cast import NOW, enable

pytestmark = pytest.mark.django_db


def report(**options):
    out = io.StringIO()
    call_command("mfa_report", stdout=out, **options)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def test_it_says_who_has_what(customer):
    enable(customer)
    Factor.objects.update(confirmed_at=NOW, last_used_at=NOW)

    (row,) = report()

    assert row == {
        "account": str(customer.pk), "realm": "customer", "email": customer.email, "active": "yes",
        "roles": "storefront", "protected": "yes", "methods": "email", "first confirmed": f"{NOW:%Y-%m-%d %H:%M:%S}",
        "last used": f"{NOW:%Y-%m-%d %H:%M:%S}", "must have one by": "",
    }  # fmt: skip


def test_what_was_only_begun_is_no_method(customer):
    Factor.objects.create(user=customer, method="email", name="email", confirmed=False)

    (row,) = report()

    assert (row["protected"], row["methods"], row["last used"]) == ("no", "", "")


def test_roles_and_deadlines_of_users(settings):
    settings.MFA_ROLE_POLICY = {"agent": {"compulsory": True, "enrol_within": 0, "since": NOW}}
    Account.objects.filter(pk=make_user("agent@example.com", is_agent=True, is_staff=True).pk).update(created_at=NOW)

    (row,) = report(realm="user")

    assert row["roles"] == "agent back-office"
    assert row["must have one by"] == f"{NOW:%Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_no_cell_begins_like_a_formula(customer, sign):
    """Whoever registers as `=HYPERLINK(…)` must not run in the administrator's spreadsheet."""
    Account.objects.filter(pk=customer.pk).update(email=f"{sign}cmd@example.com")

    (row,) = report()

    assert row["email"] == f"'{sign}cmd@example.com"


def test_it_holds_no_secret(customer):
    enable(customer, "totp")
    factor = Factor.objects.get()
    factor.details = {"secret": "CANARY"}
    factor.save()

    assert "CANARY" not in str(report())
    assert customer.password not in str(report())


def test_what_it_costs_does_not_grow_with_the_accounts(django_assert_num_queries):
    for n in range(5):
        enable(make_user(f"user-{n}@example.com", is_agent=True))

    with django_assert_num_queries(2):
        assert len(report()) == 5
