"""A walk past all with which an actor can change something: each change is one event, or does not happen."""

import pytest
from django.apps import apps
from django.db import DatabaseError
from django.urls import get_resolver

from customers.owners import Owner
from customers.services import addresses, carts, checkout, items
from mfa import actions
from mfa.models import Event
from mfa.portals import all_portals
from mfa.web.access import PortalMixin
from tests.backoffice.test_acting import PROFILE, acting, agent, browser  # noqa: F401  # fixtures
from tests.backoffice.test_acting_api import impersonate, log_in, token_of
from tests.cast import NOW, ApiClient, mailed_code
from tests.customers.conftest import ADDRESS, POSTAL, payment_method, shipment_method  # noqa: F401  # fixtures
from tests.mfa import walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

DOORS = list(walk.doors(get_resolver("mfa_platform.urls").url_patterns))
TARGETS = {portal.acts_at for portal in all_portals()} - {""}

FORMS = {
    "customers.web.profile.ProfileView": PROFILE,
    "customers.web.addresses.AddView": POSTAL,
    "customers.web.addresses.ChangeView": POSTAL | {"city": "Hamburg"},
    "customers.web.addresses.RemoveView": {},
    "customers.web.cart.AddView": {"sku": "001_25904006", "quantity": 1},
    "customers.web.cart.ItemView": {"quantity": 7},
    "customers.web.checkout.CheckoutView": None,
}
"""What is sent to each page that an actor can change something with; None for what depends on what there is."""

NOT_THE_SUBJECTS = {name for name in walk.PUBLIC if name not in FORMS}
"""Open to everybody, and about whoever is, or will be, signed in: logging in and out, registering, one's language."""

CHANGES = {
    "patch customers.api.profile.CustomerDetailView": {"firstName": "Sonja"},
    "post customers.api.addresses.AddressesView": ADDRESS,
    "patch customers.api.addresses.AddressView": {"city": "Hamburg"},
    "delete customers.api.addresses.AddressView": {},
    "post customers.api.carts.CartsView": {},
    "patch customers.api.carts.CartDetailView": {"name": "Gifts"},
    "delete customers.api.carts.CartDetailView": {},
    "post customers.api.items.ItemsView": {"sku": "001_25904006", "quantity": 1},
    "patch customers.api.items.ItemView": {"quantity": 7},
    "delete customers.api.items.ItemView": {},
    "post customers.api.checkout.CheckoutView": None,
    "post customers.api.order_payments.OrderPaymentsView": None,
}
"""The same at the API."""

WHAT = {
    "customers.web.profile.ProfileView": "profile-changed",
    "customers.web.addresses.AddView": "address-added",
    "customers.web.addresses.ChangeView": "address-changed",
    "customers.web.addresses.RemoveView": "address-removed",
    "customers.web.cart.AddView": "cart-changed",
    "customers.web.cart.ItemView": "cart-changed",
    "customers.web.checkout.CheckoutView": "order-placed",
    "patch customers.api.profile.CustomerDetailView": "profile-changed",
    "post customers.api.addresses.AddressesView": "address-added",
    "patch customers.api.addresses.AddressView": "address-changed",
    "delete customers.api.addresses.AddressView": "address-removed",
    "post customers.api.carts.CartsView": "cart-made",
    "patch customers.api.carts.CartDetailView": "cart-changed",
    "delete customers.api.carts.CartDetailView": "cart-deleted",
    "post customers.api.items.ItemsView": "cart-changed",
    "patch customers.api.items.ItemView": "cart-changed",
    "delete customers.api.items.ItemView": "cart-changed",
    "post customers.api.checkout.CheckoutView": "order-placed",
    "post customers.api.order_payments.OrderPaymentsView": "order-paid",
}
"""What is written down of each: its name in `mfa.actions.CHANGES`, and nothing of its values."""

NO_CHANGES = {
    "delete customers.api.profile.CustomerDetailView": "closed to actors",
    "post customers.api.profile.CustomersView": "makes an account of somebody else",
    "patch customers.api.addresses.AddressesView": "always refused",
    "delete customers.api.addresses.AddressesView": "always refused",
    "patch customers.api.carts.CartsView": "always refused",
    "delete customers.api.carts.CartsView": "always refused",
    "post customers.api.guest_carts.GuestCartItemsView": "a guest's, by the header",
    "post customers.api.guest_carts.GuestItemsView": "a guest's, by the header",
    "patch customers.api.guest_carts.GuestItemView": "a guest's, by the header",
    "delete customers.api.guest_carts.GuestItemView": "a guest's, by the header",
    "post mfa.api.views.TriggerView": "sends the actor a code",
}


def is_reached(door):
    """Whether the page of a portal for whose accounts others act does more than refuse those who do."""
    of_the_portal = door.portal and door.portal.slug in TARGETS
    closed = issubclass(door.view, PortalMixin) and not door.view.open_to_actors if of_the_portal else True
    return not closed or door.name in walk.PUBLIC


PAGES = {door.name: door for door in DOORS if not door.is_api and door.unsafe and is_reached(door)}
RESOURCES = {
    f"{method} {door.name}": door
    for door in DOORS
    if door.api == "glue" and door.is_api and getattr(door.view, "open_to_actors", False)
    for method in door.unsafe
}


@pytest.fixture
def hers(sonia, full_cart, product, shipment_method, payment_method):  # noqa: F811
    """What Sonia has, as parameters of URLs and forms: two addresses, two carts, one of them full, and an order."""
    home, office = (addresses.add_address(customer=sonia, fields=POSTAL, now=NOW) for _ in range(2))
    other = carts.create_cart(customer=sonia, fields={"is_default": False}, now=NOW)
    items.add_to_cart(owner=Owner(sonia), cart_id=str(other.pk), sku=product.sku, quantity=1, now=NOW)
    order = checkout.place_order(
        owner=Owner(sonia), cart_id=str(other.pk), now=NOW,
        buyer=checkout.Buyer(sonia.account.email, "Ms", "Sonia", "Wagner"),
        wish=checkout.Wish(POSTAL, POSTAL, "DummyPayment", "Invoice", shipment_method.pk),
    )  # fmt: skip
    return {
        "reference": sonia.reference, "address_id": office.pk, "cart_id": full_cart.pk, "sku": product.sku,
        "group_key": product.sku, "home": home, "order": order,
    }  # fmt: skip


def shop():
    """Everything of the shop that is stored."""
    return {
        model: list(model.objects.order_by("pk").values_list())
        for model in apps.get_app_config("customers").models.values()
    }


def submit(browser, name, hers):  # noqa: F811
    form = FORMS[name]
    if form is None:
        version = browser.get("/checkout").context["form"]["version"].value()
        at_home = {"shipping_address": hers["home"].pk, "billing_address": hers["home"].pk}
        form = {"version": version, "shipment": "1", "payment": "1", **at_home}
    return browser.post(PAGES[name].path(hers), form)


def ask(client, name, hers):
    method, _, _ = name.partition(" ")
    attributes = CHANGES[name]
    if name.endswith("CheckoutView"):
        attributes = {
            "idCart": str(hers["cart_id"]), "billingAddress": ADDRESS, "shipment": {"idShipmentMethod": 1},
            "payments": [{"paymentProviderName": "DummyPayment", "paymentMethodName": "Invoice"}],
        }  # fmt: skip
    if name.endswith("OrderPaymentsView"):
        attributes = {"paymentIdentifier": str(hers["order"].payment.pk)}
    door = RESOURCES[name]
    path = door.path(hers).removeprefix("/glue/")
    return client.ask(method, path, type=door.view.resource_name, attributes=attributes, HTTP_IF_MATCH="*")


@pytest.fixture
def client(agent, sonia):  # noqa: F811
    """A client with a token with which the agent acts for Sonia, and has just proved their factor."""
    client = ApiClient()
    client.access_token = token_of(impersonate(token_of(log_in(agent.email)), sonia.reference))
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {client.access_token}")
    client.mfa("trigger")
    client.ask("patch", "customers/nobody", type="customers", code=mailed_code())
    return client


def acted():
    return [(event.account.email, event.actor.email, event.details) for event in Event.objects.filter(kind="acted")]


def details(page, name):
    return {"page": page, "what": WHAT[name]}


def broken(**event):
    raise DatabaseError("The trail is full.")


def test_whoever_adds_a_page_or_a_resource_for_actors_says_here_what_it_changes():
    assert set(PAGES) == set(FORMS) | NOT_THE_SUBJECTS
    assert set(RESOURCES) == set(CHANGES) | set(NO_CHANGES)
    assert set(WHAT) == set(FORMS) | set(CHANGES)
    assert set(WHAT.values()) == set(actions.CHANGES)


@pytest.mark.parametrize("name", FORMS)
def test_a_page_writes_each_change_down(acting, hers, name):  # noqa: F811
    before = shop()

    response = submit(acting, name, hers)

    assert response.status_code == 302
    assert shop() != before
    assert acted() == [
        ("sonia@example.com", "agent@example.com", details(f"customers:{PAGES[name].pattern.name}", name))
    ]


@pytest.mark.parametrize("name", FORMS)
def test_a_page_changes_nothing_that_cannot_be_written_down(acting, hers, name, monkeypatch):  # noqa: F811
    acting.raise_request_exception = False
    before = shop()
    monkeypatch.setattr(Event.objects, "create", broken)

    assert submit(acting, name, hers).status_code == 500

    assert shop() == before


@pytest.mark.parametrize("name", CHANGES)
def test_a_resource_writes_each_change_down(client, hers, name):
    before = shop()

    response = ask(client, name, hers)

    assert response.status_code < 300
    assert shop() != before
    assert acted() == [("sonia@example.com", "agent@example.com", details(RESOURCES[name].view.resource_name, name))]


@pytest.mark.parametrize("name", CHANGES)
def test_a_resource_changes_nothing_that_cannot_be_written_down(client, hers, name, monkeypatch):
    client.raise_request_exception = False
    before = shop()
    monkeypatch.setattr(Event.objects, "create", broken)

    assert ask(client, name, hers).status_code == 500

    assert shop() == before


def test_a_guests_cart_is_nobody_elses_whatever_token_comes_along(client, sonia, product):
    client.credentials(
        HTTP_AUTHORIZATION=f"Bearer {client.access_token}", HTTP_X_ANONYMOUS_CUSTOMER_UNIQUE_ID="a-name-nobody-guesses"
    )

    made = client.ask("post", "guest-cart-items", attributes={"sku": product.sku, "quantity": 1})
    cart_id = made.json()["data"]["id"]
    client.ask("delete", f"guest-carts/{cart_id}/guest-cart-items/{product.sku}", type="guest-cart-items")

    assert made.status_code == 201
    assert acted() == []


def test_looking_changes_nothing_for_who_acts_with_a_cart_of_their_own(browser, sonia, hers, product):  # noqa: F811
    browser.post("/cart/items", {"sku": product.sku, "quantity": 5})
    browser.post("/agent/act", {"account": sonia.account_id})
    before = shop(), list(Event.objects.values_list())

    for door in DOORS:
        if not door.is_api:
            for method in ("get", "head", "options"):
                assert getattr(browser, method)(door.path(hers)).status_code < 500, (method, door)

    assert (shop(), list(Event.objects.values_list())) == before
