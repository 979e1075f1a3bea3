"""Prices, drawings and addresses in the shop's templates."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils import translation

from customers import countries, stores
from customers.web import money

register = template.Library()

# The drawings in static/icons/goods.svg and the ground each looks best on.
ART = {
    "mug": "clay", "kettle": "", "lamp": "straw", "stool": "sky", "vase": "sky", "notebook": "straw",
    "blanket": "clay", "basket": "straw", "board": "clay", "candle": "sky", "clock": "", "brush": "straw",
}  # fmt: skip


@register.filter
def price(cents: int, currency: str = stores.DEFAULT_CURRENCY) -> str:
    """Cents as an amount of money."""
    return money.amount(cents, currency)


@register.filter
def art_name(sku: str) -> str:
    """The drawing of the product `sku`, a parcel where there is none."""
    return next((name for name in ART if name in sku.lower()), "parcel")


@register.filter
def art_tone(sku: str) -> str:
    """The ground of that drawing."""
    return ART.get(art_name(sku), "")


@register.inclusion_tag("customers/parts/address.html")
def postal_address(address: Any) -> dict[str, list[str]]:
    """An entry of the address book or an order's copy of one, as lines; what was anonymised has only its country."""
    known = address if isinstance(address, Mapping) else vars(address)

    def part(*names: str) -> str:
        return " ".join(known.get(name) or "" for name in names).strip()

    country = countries.name(known.get("iso2_code", ""), language=translation.get_language() or "en")
    lines = [
        part("company"), part("first_name", "last_name"), part("address1", "address2"), part("address3"),
        part("zip_code", "city"), country,
    ]  # fmt: skip
    return {"lines": [line for line in lines if line]}
