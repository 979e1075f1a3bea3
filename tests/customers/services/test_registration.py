import pytest
from django.core import mail

from customers import errors
from customers.models import Customer
from customers.services import registration
from mfa_platform.accounts.models import Account
from tests.cast import NOW, PASSWORD, make_account

FIELDS = {"password": PASSWORD, "salutation": "Ms", "first_name": "Ada", "last_name": "Byron", "now": NOW}


@pytest.fixture
def register(db, django_capture_on_commit_callbacks):
    def register(email="ada@example.com", **fields):
        with django_capture_on_commit_callbacks(execute=True):
            return registration.register(email=email, **FIELDS | fields)

    return register


def test_a_customer_gets_an_account_a_reference_and_a_welcome(register):
    customer = register("  Ada@Example.COM ")

    account = Account.objects.get(email="ada@example.com", realm="customer")
    assert account.check_password(PASSWORD)
    assert Customer.objects.get(account=account).reference == customer.reference == "DE--1"
    assert [message.to for message in mail.outbox] == [["ada@example.com"]]


def test_references_are_given_out_in_sequence(register):
    assert [register(f"{n}@example.com").reference for n in (1, 2, 3)] == ["DE--1", "DE--2", "DE--3"]


def test_an_address_in_use_looks_like_success_and_only_its_owner_is_told(register, customer):
    ghost = register(customer.email, first_name="Mallory")

    assert ghost.pk is None
    assert (ghost.reference, ghost.first_name, ghost.account.email) == ("DE--1", "Mallory", customer.email)
    assert Account.objects.get().check_password(PASSWORD)
    assert not Customer.objects.exists()
    assert mail.outbox[0].subject == "You already have an account"


def test_a_password_given_with_an_address_in_use_changes_nothing(register, customer):
    register(customer.email, password="some other passphrase")

    customer.refresh_from_db()
    assert customer.check_password(PASSWORD)


def test_the_owner_of_an_address_is_told_once_an_hour(register, customer):
    for _ in range(3):
        register(customer.email)

    assert len(mail.outbox) == 1


def test_the_same_address_may_be_a_users_and_a_customers(register, clerk):
    assert register(clerk.email).pk


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("short 1", ["418"]),
        ("long" * 33, ["419"]),
        ("with\x00 a nul", ["420"]),
        ("abababababab!", ["421"]),
        ("password1234", ["422"]),
        ("ada@example.com", ["422"]),
        ("aaa", ["418", "421", "422"]),
    ],
)
def test_a_password_that_breaks_rules_is_refused_by_name(register, password, codes):
    with pytest.raises(errors.PasswordRefused) as refusal:
        register(password=password)

    assert refusal.value.codes == codes
    assert not Account.objects.exists()


def test_a_refused_registration_uses_up_no_reference(register):
    with pytest.raises(errors.PasswordRefused):
        register(password="short")

    assert register().reference == "DE--1"


def test_the_welcome_is_in_the_customers_language(register):
    register(language="de")

    assert Account.objects.get().language == "de"
    assert '<html lang="de">' in mail.outbox[0].alternatives[0].content


def test_mails_to_unproved_addresses_repeat_nothing_that_was_typed(register):
    register(first_name="Visit http://evil.example", last_name="now")

    assert "evil" not in mail.outbox[0].body
    assert "evil" not in mail.outbox[0].alternatives[0].content


def test_hashing_is_the_same_for_known_and_unknown_addresses(register, monkeypatch):
    from django.contrib.auth import base_user

    make_account("known@example.com")
    hashed = []
    original = base_user.make_password
    monkeypatch.setattr(base_user, "make_password", lambda raw: hashed.append(raw) or original(raw))

    register("known@example.com")
    register("unknown@example.com")

    assert hashed == [PASSWORD, PASSWORD]
