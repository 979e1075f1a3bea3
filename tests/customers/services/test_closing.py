import time

import pytest
from celery import signals
from django.core import mail
from django.db import transaction

from customers import errors
from customers.models import Address, Cart, Customer, Order
from customers.services import addresses, carts, closing, profiles
from mfa import tasks
from mfa.models import Event, Factor
from mfa.services import accounts
from mfa_platform.accounts.models import AccessToken, Account
from tests.cast import NOW, ORIGIN, PASSWORD, ApiClient, make_account
from tests.customers.conftest import POSTAL


@pytest.fixture
def gone(api, sonia, address, order_form, factor):
    """Sonia, who ordered something and then left."""
    Account.objects.filter(pk=sonia.account_id).update(mfa_enabled=False)  # so that checkout wants no code
    api.ask("post", "checkout", attributes=order_form)
    accounts.change_email(account=sonia.account, email="wagner@example.com", proof=None, origin=ORIGIN, now=NOW)
    closing.close_account(customer=sonia, origin=ORIGIN, now=NOW)
    return sonia


def test_nothing_about_the_person_remains(gone):
    models = (Customer, Order, Account, Event)
    rows = [row for model in models for row in model.objects.values()]

    assert not Address.objects.exists()
    assert not Cart.objects.exists()
    assert not Factor.objects.exists()
    told = str(rows)
    for personal in ("Sonia", "Wagner", "sonia@example.com", "wagner@example.com", "Kirchstraße", "10557"):
        assert personal not in told


def test_orders_keep_goods_amounts_and_the_country(gone):
    order = Order.objects.get()

    assert (order.grand_total, order.items.get().sku) == (20488, "001_25904006")
    assert order.billing_address == order.shipping_address == {"iso2_code": "DE"}
    assert order.customer.reference == "DE--1"


def test_nobody_can_log_in_and_tokens_are_dead(gone, api):
    account = Account.objects.get()

    assert not account.is_active
    assert not account.has_usable_password()
    assert not AccessToken.objects.exists()
    assert api.ask("get", "customers").status_code == 401


def test_the_address_is_free_again(gone):
    assert make_account("sonia@example.com").pk


@pytest.fixture
def leave(sonia, django_capture_on_commit_callbacks):
    """Sonia leaves; what goes through the broker."""

    def close():
        seen = []

        def given(args=(), kwargs=(), **_):
            seen.append(repr((args, kwargs)))

        signals.task_prerun.connect(given)
        with django_capture_on_commit_callbacks(execute=True):
            closing.close_account(customer=sonia, origin=ORIGIN, now=NOW)
        signals.task_prerun.disconnect(given)
        return seen

    return close


def test_the_erased_address_is_told_in_its_language(sonia, leave):
    Account.objects.filter(pk=sonia.account_id).update(language="de")
    sonia.account.refresh_from_db()

    leave()

    [farewell] = mail.outbox
    assert farewell.to == ["sonia@example.com"]
    assert farewell.subject == "Ihr Konto ist gelöscht"
    assert f"{NOW:%H:%M} UTC" in farewell.body
    assert ORIGIN.ip in farewell.body


def test_nothing_readable_about_it_reaches_the_broker(leave):
    [given] = leave()

    for personal in ("sonia", "example.com", ORIGIN.ip):
        assert personal not in given


def test_what_is_sealed_for_the_farewell_can_be_read_for_a_day(leave, monkeypatch):
    [given] = leave()
    mail.outbox.clear()
    later = time.time() + tasks.FAREWELL_LIFETIME + 1

    monkeypatch.setattr(time, "time", lambda: later)
    tasks.farewell.delay(given.split("'")[1])

    assert not mail.outbox


def test_somebody_whose_leaving_failed_is_not_told(sonia, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        closing.close_account(customer=sonia, origin=ORIGIN, now=NOW)
        transaction.set_rollback(True)

    assert not mail.outbox


def test_a_request_that_came_in_just_before_brings_nothing_back(gone):
    stale = Customer(pk=gone.pk, account=gone.account, first_name="Sonia", last_name="Wagner")

    for late in (
        lambda: profiles.update_profile(customer=stale, changes={"first_name": "Sonia"}, now=NOW),
        lambda: profiles.request_email_change(customer=stale, email="sonia@example.com", now=NOW),
        lambda: addresses.add_address(customer=stale, fields=POSTAL, now=NOW),
        lambda: carts.create_cart(customer=stale, fields={}, now=NOW),
        lambda: closing.close_account(customer=stale, origin=ORIGIN, now=NOW),
    ):
        with pytest.raises(errors.CustomerNotFound):
            late()

    assert not Address.objects.exists()
    assert not Cart.objects.exists()


def test_others_keep_what_is_theirs(spencor, gone):
    spencor.refresh_from_db()
    assert spencor.first_name == "Spencor"
    assert spencor.account.check_password(PASSWORD)
    assert ApiClient(spencor.account).ask("get", "customers").status_code == 200
