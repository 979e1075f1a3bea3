import pytest

from customers import errors
from customers.models import Address, Cart, Customer, Order
from customers.services import addresses, carts, closing, profiles
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
