"""While somebody acts, the pages speak of the customer: whoever reads "your" there could think it is theirs."""

import re

import pytest

from customers.services import addresses
from tests.backoffice.test_acting import acting, agent, browser  # noqa: F401  # fixtures
from tests.backoffice.test_acting_walk import hers, submit  # noqa: F401  # a fixture
from tests.cast import NOW, mailed_code
from tests.customers.conftest import POSTAL, full_cart, payment_method, product, shipment_method, sonia  # noqa: F401
from tests.mfa.conftest import clock  # noqa: F401  # a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGES = [
    "/customer/overview", "/customer/profile", "/customer/addresses", "/customer/addresses/new", "/customer/orders",
    "/catalogue", "/cart", "/checkout",
]  # fmt: skip


def words(page):
    """What is read on it, by screen readers too, but for the banner, which is to the agent."""
    text = re.sub(
        r'<aside class="acting-banner".*?</aside>|<script.*?</script>|<style.*?</style>', " ", page, flags=re.DOTALL
    )
    labels = " ".join(re.findall(r'(?:aria-label|placeholder|title)="([^"]*)"', text))
    return " ".join(re.sub(r"<[^>]*>", " ", f"{text} {labels}").split())


def of_the_reader(page):
    return re.findall(r".{0,30}\b(?:[Yy]ours?|You sign in|You have|You asked|Hello)\b.{0,30}", words(page))


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("page", PAGES)
def test_no_page_calls_the_customers_things_the_agents(request, acting, sonia, page, full):  # noqa: F811
    if full:
        for fixture in ("full_cart", "shipment_method", "payment_method"):
            request.getfixturevalue(fixture)
        addresses.add_address(customer=sonia, fields=POSTAL, now=NOW)

    response = acting.get(page, follow=True)

    assert response.status_code == 200
    assert of_the_reader(response.content.decode()) == []


def test_nor_does_an_order_that_was_placed_for_them(acting, hers):  # noqa: F811
    submit(acting, "customers.web.checkout.CheckoutView", hers)

    for page in ("/checkout/placed", "/customer/orders", f"/customer/orders/{hers['order'].reference}"):
        response = acting.get(page)
        assert response.status_code == 200, page
        assert of_the_reader(response.content.decode()) == []


def test_the_customer_is_spoken_to(sonia, client):  # noqa: F811
    client.post("/login", {"email": sonia.account.email, "password": "a long enough passphrase"})

    assert of_the_reader(client.get("/customer/profile").content.decode())


def test_what_is_said_after_a_change_names_nobody_either(acting, sonia, product, full_cart):  # noqa: F811
    sent = [("/cart/items", {"sku": product.sku, "quantity": 1}), ("/customer/addresses/new", POSTAL)]

    for path, form in sent:
        page = acting.post(path, form, follow=True).content.decode()
        assert "is in the cart." in page or "The address is saved." in page
        assert of_the_reader(page) == []


def test_the_code_that_it_asks_for_is_not_to_change_the_agents_own(acting, sonia, clock, mailoutbox):  # noqa: F811
    clock.advance(1801)

    asked = acting.post("/customer/profile", {"salutation": "Ms", "first_name": "Sonja", "last_name": "Wagner"})

    assert "to change profile details" in asked.content.decode()
    assert mailed_code()
    assert mailoutbox[-1].to == ["agent@example.com"]
    assert "your profile" not in mailoutbox[-1].body
