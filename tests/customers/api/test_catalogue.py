"""What one must know to buy something; everybody may."""

import pytest

from tests.cast import ApiClient, error_codes


def test_what_is_for_sale_is_listed(product, other_product):
    other_product.is_available = False
    other_product.save()

    response = ApiClient().ask("get", "concrete-products")

    assert [entry["id"] for entry in response.json()["data"]] == [product.sku]


def test_a_product_is_told_in_the_callers_language(product):
    response = ApiClient().get(f"/glue/concrete-products/{product.sku}", headers={"Accept-Language": "de-DE"})

    attributes = response.json()["data"]["attributes"]
    assert (attributes["name"], attributes["price"], attributes["currency"]) == ("Kamera", 9999, "EUR")


@pytest.mark.parametrize("sku", ["unknown", "%00", "%ED%A0%80", "x" * 300])
def test_an_unknown_product_is_not_found(db, sku):
    response = ApiClient().ask("get", f"concrete-products/{sku}")

    assert (response.status_code, error_codes(response)) == (404, ["302"])


def test_the_ways_to_send_and_to_pay_are_listed(shipment_method, payment_method):
    (sending,) = ApiClient().ask("get", "shipment-methods").json()["data"]
    (paying,) = ApiClient().ask("get", "payment-methods").json()["data"]

    assert (sending["id"], sending["attributes"]["price"]) == (str(shipment_method.pk), 490)
    assert paying["attributes"] == {"paymentProviderName": "DummyPayment", "paymentMethodName": "Invoice"}
