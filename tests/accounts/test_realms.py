"""Two realms: the same address in both is two accounts, and no password of one is any good in the other."""

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import IntegrityError

from mfa_platform.accounts.models import Account
from tests.cast import PASSWORD, make_account


class CountingHasher(MD5PasswordHasher):
    """Counts how often a password is hashed."""

    times = 0

    def encode(self, password, salt):
        CountingHasher.times += 1
        return super().encode(password, salt)


def test_the_same_address_is_two_accounts(customer):
    clerk = Account.objects.create_account(realm="user", email=customer.email, password="another passphrase")

    assert authenticate(None, realm="customer", email=customer.email, password=PASSWORD) == customer
    assert authenticate(None, realm="user", email=customer.email, password="another passphrase") == clerk
    assert authenticate(None, realm="user", email=customer.email, password=PASSWORD) is None
    assert authenticate(None, realm="customer", email=customer.email, password="another passphrase") is None


@pytest.mark.parametrize("spelling", ["SONIA@example.com", " sonia@example.com ", "ｓonia@example.com"])
def test_an_address_has_one_account_however_it_is_written(customer, spelling):
    with pytest.raises(IntegrityError):
        make_account(spelling)


@pytest.mark.parametrize("realm", ["", "Customer", "customers", None])
def test_without_its_realm_nobody_is_found(customer, realm):
    assert authenticate(None, realm=realm, email=customer.email, password=PASSWORD) is None


def test_by_name_and_password_alone_nobody_is_found(customer):
    assert authenticate(None, username=customer.email, password=PASSWORD) is None
    assert authenticate(None, email=customer.email, password=PASSWORD) is None


@pytest.mark.parametrize("right", ["is_staff", "is_superuser"])
def test_no_customer_can_be_given_rights_of_the_back_office(db, right):
    with pytest.raises(IntegrityError):
        make_account("mallory@example.com", **{right: True})


@pytest.mark.parametrize(
    "email", ["sonia@example.com", "unknown@example.com", "closed@example.com", "none@example.com"]
)
def test_a_refusal_takes_one_hash_whoever_it_is_for(customer, settings, email):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    for address, extra in (("closed@example.com", {"is_active": False}), ("known@example.com", {})):
        make_account(address, **extra)
    Account.objects.create_account(realm="customer", email="none@example.com", password=None)
    Account.objects.get(email=customer.email).set_password(PASSWORD)
    CountingHasher.times = 0

    assert authenticate(None, realm="customer", email=email, password="wrong") is None
    assert CountingHasher.times == 1


def test_an_address_with_a_nul_is_nobodys_and_the_database_is_not_asked(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert Account.objects.find(realm="customer", email="sonia\x00@example.com") is None
