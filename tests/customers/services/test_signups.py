"""Registering in the storefront, below its pages."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection

from customers import errors, links
from customers.models import Cart, Customer, Signup
from customers.owners import Owner
from customers.services import carts, pruning, signups
from tests.cast import NOW, PASSWORD
from tests.customers.services.test_concurrency import at_once, kinds

ADA = {"password": PASSWORD, "salutation": "Ms", "first_name": "Ada", "last_name": "Byron", "language": "en"}


@pytest.fixture
def signup(db):
    signups.begin_signup(email=" Ada@Example.com", language="en", now=NOW)
    return Signup.objects.get()


def test_the_row_holds_the_address_in_its_one_spelling_and_not_the_link(signup):
    assert signup.email == "ada@example.com"
    assert links.of_signup(signup) in mail.outbox[-1].body
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM customers_signup")
        assert links.of_signup(signup).split("-")[1] not in str(cursor.fetchone())


def test_a_link_works_until_its_last_second(signup):
    token = links.of_signup(signup)

    assert signups.signup_of_token(token, now=signup.expires_at - timedelta(seconds=1)) == signup
    with pytest.raises(errors.LinkInvalid):
        signups.signup_of_token(token, now=signup.expires_at)


def test_a_password_that_is_refused_leaves_the_link_alive(signup):
    token = links.of_signup(signup)
    with pytest.raises(errors.PasswordRefused):
        signups.finish_signup(token=token, now=NOW, **ADA | {"password": "short"})

    assert signups.finish_signup(token=token, now=NOW, **ADA).account.email == "ada@example.com"


def test_a_row_of_another_key_opens_nothing(signup, settings):
    token = links.of_signup(signup)
    settings.MFA_ENCRYPTION_KEYS = ["another key, which is at least 32 characters long"]

    with pytest.raises(errors.LinkInvalid):
        signups.signup_of_token(token, now=NOW)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_finish_at_once_make_one_customer(signup):
    token = links.of_signup(signup)

    results = at_once(10, lambda n: signups.finish_signup(token=token, now=NOW, **ADA))

    assert kinds(results).count("Customer") == 1
    assert kinds(results).count("LinkInvalid") == 9
    assert Customer.objects.count() == 1


def test_what_is_over_is_pruned_and_nothing_else(signup, sonia):
    old, mine = Owner.named("a guest of long ago"), Owner(sonia)
    for owner in (old, mine):
        carts.default_cart(owner=owner, now=NOW)
    carts.default_cart(owner=Owner.named("a guest of today"), now=NOW + timedelta(days=30))

    assert pruning.prune(now=NOW + timedelta(hours=23)) == {"signups": 0, "guest carts": 0}
    assert pruning.prune(now=NOW + timedelta(days=30, seconds=1)) == {"signups": 1, "guest carts": 1}
    assert Cart.objects.count() == 2
