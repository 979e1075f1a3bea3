"""What an agent does to a customer's cart in the storefront is written down, once for each change."""

import pytest

from customers.models import Cart, CartItem
from customers.services import items
from mfa.models import Event
from mfa.services import events
from tests.backoffice.test_acting import acting, agent, browser  # noqa: F401  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def put(browser, product, quantity=1):  # noqa: F811
    return browser.post("/cart/items", {"sku": product.sku, "quantity": quantity})


def written_down(customer):
    found = Event.objects.filter(account=customer.account, kind="acted").order_by("pk")
    return [(event.details["page"], event.actor.email, event.portal) for event in found]


def quantities(customer):
    return list(CartItem.objects.filter(cart__customer=customer).values_list("quantity", flat=True))


def test_each_change_is_one_event_with_who_did_it(acting, sonia, product):  # noqa: F811
    put(acting, product)
    acting.post(f"/cart/items/{product.sku}", {"quantity": 3})
    acting.post(f"/cart/items/{product.sku}", {"remove": ""})

    assert written_down(sonia) == [
        (page, "agent@example.com", "storefront")
        for page in ("customers:cart-add", "customers:cart-item", "customers:cart-item")
    ]


def test_looking_is_none(acting, sonia, full_cart):  # noqa: F811
    for page in ("/cart", "/catalogue", "/checkout", "/cart/items"):
        acting.get(page)

    assert written_down(sonia) == []


def test_what_changed_nothing_is_none(acting, sonia, full_cart, product):  # noqa: F811
    put(acting, product, quantity=0)
    put(acting, product, quantity=items.MOST_OF_ONE)
    acting.post(f"/cart/items/{product.sku}", {"quantity": "x"})
    acting.post("/cart/items/not-there", {"quantity": 1})
    acting.post("/cart/items/not-there", {"remove": ""})
    put(acting, type(product)(sku="not-there"))

    assert quantities(sonia) == [2]
    assert written_down(sonia) == []


def test_what_cannot_be_written_down_is_not_done(acting, sonia, full_cart, product, monkeypatch):  # noqa: F811
    acting.raise_request_exception = False
    monkeypatch.setattr(events.Event.objects, "create", lambda **event: 1 / 0)

    assert put(acting, product).status_code == 500

    assert quantities(sonia) == [2]


def test_what_the_agent_collected_before_stays_out_of_the_customers_cart(browser, sonia, product):  # noqa: F811
    put(browser, product, quantity=7)
    browser.post("/agent/act", {"account": sonia.account_id})

    for page in ("/cart", "/checkout"):
        browser.get(page)
    shown = browser.get("/cart")

    assert not quantities(sonia)
    assert shown.context["cart_count"] == 0
    assert Cart.objects.get().guest
    assert written_down(sonia) == []
    browser.post("/agent/act/end")
    assert browser.get("/cart").context["cart_count"] == 7


def test_the_customers_own_changes_are_nobody_elses_business(client, sonia, product):
    client.force_login(sonia.account)
    session = client.session
    session["portal"] = "storefront"
    session.save()

    put(client, product)

    assert quantities(sonia) == [1]
    assert not Event.objects.filter(kind="acted").exists()
