import pytest

from customers.models import Address, Cart, Customer, Order
from customers.services import closing
from mfa.models import Factor
from mfa_platform.accounts.models import AccessToken, Account
from tests.cast import NOW, ORIGIN, PASSWORD, ApiClient, make_account


@pytest.fixture
def gone(api, sonia, address, order_form, factor):
    """Sonia, who ordered something and then left."""
    order = api.ask("post", "checkout", attributes=order_form, code="").json()
    assert "errors" in order  # she has a factor, so checkout wants a code
    Account.objects.filter(pk=sonia.account_id).update(mfa_enabled=False)
    api.ask("post", "checkout", attributes=order_form)
    closing.close_account(customer=sonia, origin=ORIGIN, now=NOW)
    return sonia


def test_nothing_about_the_person_remains(gone):
    rows = [*Customer.objects.values(), *Order.objects.values(), *Account.objects.values()]

    assert not Address.objects.exists()
    assert not Cart.objects.exists()
    assert not Factor.objects.exists()
    told = str(rows)
    for personal in ("Sonia", "Wagner", "sonia@example.com", "Kirchstraße", "10557"):
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


def test_others_keep_what_is_theirs(spencor, gone):
    spencor.refresh_from_db()
    assert spencor.first_name == "Spencor"
    assert spencor.account.check_password(PASSWORD)
    assert ApiClient(spencor.account).ask("get", "customers").status_code == 200
