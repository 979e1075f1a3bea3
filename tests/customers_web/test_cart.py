"""Catalogue and cart."""

import pytest

from customers.models import Cart, CartItem, Product
from customers.owners import Owner
from customers.services import carts, items
from tests.cast import NOW, enable, mailed_code
from tests.customers_web.conftest import Browser, texts


def add(browser, product, quantity=1):
    return browser.post("/cart/items", {"sku": product.sku, "quantity": quantity}, follow=True)


def quantities(response):
    return {row["item"].product.sku: row["item"].quantity for row in response.context["rows"]}


@pytest.mark.parametrize("path", ["/", "/catalogue"])
def test_the_shop_shows_what_is_for_sale(guest, shop, product, path):
    page = guest.get(path)

    assert b"Camera" in page.content
    assert "€99.99" in page.content.decode()


def test_an_empty_shop_says_so(guest, db):
    assert b"Nothing for sale" in guest.get("/").content


def test_prices_and_names_follow_the_language(guest, product):
    guest.cookies["language"] = "de"
    page = guest.get("/").content.decode()

    assert "Kamera" in page
    assert "99,99\xa0€" in page


def test_a_product_has_a_page_and_others_have_none(guest, product):
    assert guest.get(f"/products/{product.sku}").status_code == 200
    Product.objects.update(is_available=False)
    assert guest.get(f"/products/{product.sku}").status_code == 404
    assert guest.get("/products/unknown").status_code == 404
    assert guest.get("/products/%00").status_code == 404


def test_looking_around_as_a_guest_leaves_no_session(guest, shop):
    guest.get("/")
    guest.get("/cart")

    assert "session" not in guest.cookies
    assert not Cart.objects.exists()


def test_a_guest_fills_a_cart(guest, product):
    response = add(guest, product, 2)

    assert texts(response) == ["Camera is in the cart."]
    assert quantities(response) == {product.sku: 2}
    assert quantities(add(guest, product)) == {product.sku: 3}
    assert guest.get("/").context["cart_count"] == 3


def test_carts_of_guests_are_apart(guest, product):
    add(guest, product)

    assert quantities(Browser().get("/cart")) == {}


def test_a_quantity_is_changed_and_an_item_taken_out(signed_in, product, other_product):
    add(signed_in, product, 2)
    add(signed_in, other_product)

    changed = signed_in.post(f"/cart/items/{product.sku}", {"quantity": 7}, follow=True)
    assert quantities(changed)[product.sku] == 7
    removed = signed_in.post(f"/cart/items/{product.sku}", {"quantity": "x", "remove": "1"}, follow=True)
    assert quantities(removed) == {other_product.sku: 1}


@pytest.mark.parametrize("quantity", ["0", "-1", "1000", "1.5", "", "abc", "٣x", "9" * 30])
def test_a_quantity_that_is_none_is_explained_and_kept(signed_in, product, quantity):
    add(signed_in, product, 2)

    response = signed_in.post(f"/cart/items/{product.sku}", {"quantity": quantity})

    assert response.status_code == 422
    assert response.context["form"].errors["quantity"]
    assert response.context["rows"][0]["form"]["quantity"].value() == quantity
    assert CartItem.objects.get().quantity == 2


def test_a_cart_holds_no_more_than_the_most_of_one(signed_in, product):
    add(signed_in, product, 999)

    response = signed_in.post("/cart/items", {"sku": product.sku, "quantity": 1})

    assert response.status_code == 422
    assert "at most 999" in response.context["form"].errors["quantity"][0]


def test_what_another_tab_took_out_is_said_to_be_gone(signed_in, product):
    add(signed_in, product)
    signed_in.post(f"/cart/items/{product.sku}", {"remove": "1"})

    for data in ({"remove": "1"}, {"quantity": "2"}):
        response = signed_in.post(f"/cart/items/{product.sku}", data, follow=True)
        assert texts(response) == ["That is not in the cart any more."]


def test_changing_a_cart_that_never_was_is_no_error(guest, product):
    response = guest.post(f"/cart/items/{product.sku}", {"quantity": "2"}, follow=True)

    assert texts(response) == ["That is not in the cart any more."]


def test_an_unknown_product_cannot_be_put_into_a_cart(guest, db):
    assert guest.post("/cart/items", {"sku": "unknown", "quantity": 1}).status_code == 404


def test_what_a_guest_collected_comes_along_when_they_sign_in(guest, sonia, product, other_product):
    mine = carts.default_cart(owner=Owner(sonia), now=NOW)
    items.add_to_cart(owner=Owner(sonia), cart_id=str(mine.pk), sku=product.sku, quantity=998, now=NOW)
    add(guest, product, 5)
    add(guest, other_product)

    guest.sign_in(sonia.account)

    assert Cart.objects.count() == 1
    assert quantities(guest.get("/cart")) == {product.sku: 999, other_product.sku: 1}
    assert guest.get("/").context["cart_count"] == 1000


def test_it_comes_along_after_the_code_and_not_after_the_password_alone(guest, sonia, product):
    enable(sonia.account)
    add(guest, product, 5)

    guest.sign_in(sonia.account)
    assert Cart.objects.get().guest
    guest.post("/login/code", {"code": mailed_code()})

    assert Cart.objects.get().customer == sonia


def test_signing_out_leaves_the_cart_with_its_customer(signed_in, product):
    add(signed_in, product)
    signed_in.post("/logout")

    assert quantities(signed_in.get("/cart")) == {}


def test_the_cart_asks_for_no_code(protected, product):
    assert texts(add(protected, product)) == ["Camera is in the cart."]


def test_only_posts_change_a_cart(signed_in, product):
    assert signed_in.get("/cart/items")["Location"] == "/cart"
    assert signed_in.get(f"/cart/items/{product.sku}")["Location"] == "/cart"
